import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import type { Cidr } from '../../net/ip.ts'
import { cniOf } from '../cni/list.ts'
import { UPLINK, uplinkAddresses } from './underlay.ts'

/** All addresses of a node's interfaces, lo included, as a program on the node finds them. */
export function interfaceAddresses(cluster: Cluster, node: ClusterNode): readonly Cidr[] {
  if (node.interfaces !== undefined) return node.interfaces.flatMap((i) => i.addresses)
  const own = ['127.0.0.1/8', '::1/128'] as Cidr[]
  const cni = cniOf(cluster)?.program(cluster, node) ?? []
  const made = cni.filter((n) => n.netns === node.meta.name).flatMap((n) => n.ops)
  return [...own, ...uplinkAddresses(node), ...made.flatMap((op) => (op.do === 'link' ? op.link.addrs : []))]
}

/** Names of a node's interfaces, as a program on the node finds them once the CNI is there. */
export function interfaceNames(cluster: Cluster, node: ClusterNode): readonly string[] {
  if (node.interfaces !== undefined) return node.interfaces.map((i) => i.name)
  const cni = cniOf(cluster)?.program(cluster, node) ?? []
  const made = cni.filter((n) => n.netns === node.meta.name).flatMap((n) => n.ops)
  return ['lo', UPLINK, ...made.flatMap((op) => (op.do === 'link' ? [op.link.dev] : []))]
}
