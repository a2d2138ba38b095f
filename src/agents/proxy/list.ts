import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import { iptablesProxy } from './iptables/proxy.ts'
import { ipvsProxy } from './ipvs/proxy.ts'
import { nftablesProxy } from './nftables/proxy.ts'
import { noProxy } from './none.ts'
import { type ProxyMode, printSections } from './proxy.ts'
import { userspaceProxy } from './userspace/proxy.ts'

/** One line a mode; undefined: not modelled yet. */
const MODES: Readonly<Record<Cluster['proxy']['mode'], ProxyMode | undefined>> = {
  iptables: iptablesProxy,
  none: noProxy,
  ipvs: ipvsProxy,
  nftables: nftablesProxy,
  userspace: userspaceProxy,
}

/** Names that a lab may say today. */
export const proxyNames: readonly string[] = Object.entries(MODES).flatMap(([name, mode]) => (mode && !mode.printedOnly ? [name] : []))

/** The cluster's kube-proxy; undefined when its mode is not modelled; the cluster room reports that. */
export const proxyOf = (cluster: Cluster): ProxyMode | undefined => MODES[cluster.proxy.mode]

/** What kube-proxy on a node writes, byte for byte, in sections (`packetwalk rules`). Empty without a modelled kube-proxy. */
export const rulesText = (cluster: Cluster, node: ClusterNode): string => printSections(proxyOf(cluster)?.sections(cluster, node) ?? [])
