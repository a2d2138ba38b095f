import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import { Late } from '../../trace/late.ts'
import { iptablesPrinted, iptablesProxy } from './iptables/proxy.ts'
import { noProxy } from './none.ts'
import { type ProxyMode, printSections } from './proxy.ts'

type ModeName = Cluster['proxy']['mode']

/** One line a mode; those that few labs have come when they are needed. */
const MODES: Readonly<Record<ModeName, ProxyMode | Late<ProxyMode>>> = {
  iptables: iptablesProxy,
  none: noProxy,
  ipvs: new Late(async () => (await import('./ipvs/proxy.ts')).ipvsProxy),
  nftables: new Late(async () => (await import('./nftables/proxy.ts')).nftablesProxy),
  userspace: new Late(async () => (await import('./userspace/proxy.ts')).userspaceProxy),
}

/** For who loads all parts. */
export const proxyParts: readonly Late<unknown>[] = [iptablesPrinted, ...Object.values(MODES).filter((mode) => mode instanceof Late)]

/** Names that a lab may say today. */
export const proxyNames: readonly string[] = Object.keys(MODES)

/** The cluster's kube-proxy. Throws `Missing` while its part is not loaded. */
export function proxyOf({ proxy }: Cluster): ProxyMode {
  const mode = MODES[proxy.mode]
  return mode instanceof Late ? mode.get() : mode
}

/**
 * What kube-proxy on a node writes, byte for byte, in sections (`packetwalk rules`): after a lab's timeline what it wrote last. Empty without
 * a kube-proxy, or when it never came to write.
 */
export function rulesText(cluster: Cluster, node: ClusterNode): string {
  const own = cluster.proxies?.get(node.meta.name)
  const seen = own ? own.wrote.at(-1)?.cluster : cluster
  const at = seen?.nodes.find((n) => n.meta.name === node.meta.name)
  return seen && at ? printSections(proxyOf(seen).sections(seen, at)) : ''
}
