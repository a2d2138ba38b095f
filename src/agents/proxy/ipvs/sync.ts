import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import { addressOf } from '../../../net/cidr.ts'
import { type Family, familyOf, type Ip, isLinkLocal, isLoopback } from '../../../net/ip.ts'
import { interfaceAddresses } from '../../machine/interfaces.ts'
import { nodePortAddresses, nodePortIps } from '../nodeportaddresses.ts'
import { once } from '../plan.ts'
import { type ProxyView, viewOf } from '../view.ts'
import { type Version, v1_30 } from './data/v1.30.ts'

/** Everything that one kube-proxy of one family knows while it writes in IPVS mode. */
export interface Sync extends ProxyView {
  readonly version: Version
  readonly scheduler: string
  readonly strictARP: boolean
  readonly masqueradeAll: boolean
  /** The masquerade bit as a number. */
  readonly mark: number
  /** Addresses of the node's interfaces, without lo and kube-ipvs0. */
  interfaces(): readonly Ip[]
  /** Those of them on which node ports answer: neither loopback nor link-local, and inside nodePortAddresses. */
  nodePortIps(): readonly Ip[]
}

/** In this mode too marks and masqueradeAll are settings of the section iptables. */
export function syncOf(cluster: Cluster, node: ClusterNode, family: Family): Sync {
  const { nodePortAddresses: given, iptables, ipvs } = cluster.proxy.config
  const all = once(() => interfaceAddresses(cluster, node).filter((net) => familyOf(net) === family))
  const outside = once(() => all().filter((net) => !isLoopback(addressOf(net)) && !(family === 6 && isLinkLocal(addressOf(net)))))
  return {
    ...viewOf(cluster, node, family),
    version: v1_30,
    scheduler: ipvs.scheduler === '' ? 'rr' : ipvs.scheduler,
    strictARP: ipvs.strictARP,
    masqueradeAll: iptables.masqueradeAll,
    mark: 2 ** iptables.masqueradeBit,
    interfaces: () => all().map(addressOf),
    nodePortIps: once(() => nodePortIps(nodePortAddresses(family, given), outside(), family)),
  }
}
