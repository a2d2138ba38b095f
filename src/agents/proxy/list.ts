import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import type { Problem } from '../../trace/problem.ts'
import { iptablesProxy } from './iptables/proxy.ts'
import { noProxy } from './none.ts'
import { type ProxyMode, printSections } from './proxy.ts'

/** One line a mode; undefined: not modelled yet. */
const MODES: Readonly<Record<Cluster['proxy']['mode'], ProxyMode | undefined>> = {
  iptables: iptablesProxy,
  none: noProxy,
  ipvs: undefined,
  nftables: undefined,
  userspace: undefined,
}

/** The cluster's kube-proxy; undefined when its mode is not modelled (see proxyProblems). */
export const proxyOf = (cluster: Cluster): ProxyMode | undefined => MODES[cluster.proxy.mode]

/** Says aloud that a mode is not modelled: `proxy-not-modelled {mode}`. */
export const proxyProblems = (cluster: Cluster): readonly Problem[] =>
  proxyOf(cluster) === undefined ? [{ code: 'proxy-not-modelled', params: { mode: cluster.proxy.mode }, severity: 'error' }] : []

/** What kube-proxy on a node writes, byte for byte, in sections (`packetwalk rules`). Empty without a modelled kube-proxy. */
export const rulesText = (cluster: Cluster, node: ClusterNode): string => printSections(proxyOf(cluster)?.sections(cluster, node) ?? [])
