import type { CalicoPlan, IpPool } from '../../../cluster/calico/types.ts'
import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { Op } from '../../../kernel/op.ts'
import { hostCidr } from '../../../net/cidr.ts'
import { type Cidr, familyOf } from '../../../net/ip.ts'
import { UPLINK, underlayOf } from '../../machine/underlay.ts'
import { writtenBy } from '../../why.ts'
import { learns, neighbours, routerOf, sessionsOf } from './bgp.ts'
import { addressIn, VXLAN_DEVICE, vtepOf, vxlanMtu } from './tunnels.ts'

/** Felix programs what VXLAN carries, BIRD everything else. */
export const isFelix = (pool: IpPool): boolean => pool.vxlan !== 'Never'

/** Part of a pool that a node answers for: its blocks, and addresses that it has out of the blocks of others. */
export interface Held {
  readonly dst: Cidr
  readonly pool: IpPool
}

/** What a node answers for. */
export const heldBy = ({ blocks, borrowed }: CalicoPlan, node: string): readonly Held[] => [
  ...blocks.filter((one) => one.node === node).map((one) => ({ dst: one.cidr, pool: one.pool })),
  ...borrowed.filter((one) => one.node === node).map((one) => ({ dst: hostCidr(one.address), pool: one.pool })),
]

/** The route to what another node holds (felix/dataplane/linux/vxlan_mgr.go; confd's bird templates). undefined: none is learned. */
function routeTo(cluster: Cluster, plan: CalicoPlan, node: ClusterNode, peer: ClusterNode, { dst, pool }: Held): Op | undefined {
  const family = familyOf(dst)
  const address = addressIn(peer, family)
  if (address === undefined || addressIn(node, family) === undefined) return undefined
  const near = neighbours(node, peer, family)
  const because = writtenBy(cluster, isFelix(pool) ? 'felix' : 'bird', 'peer-route', [pool.because, peer.because])
  if (isFelix(pool)) {
    if (pool.vxlan === 'CrossSubnet' && near) return { do: 'route', route: { dst, via: address, dev: UPLINK, protocol: '80', because } }
    const tunnel = vtepOf(plan, peer.meta.name, family)
    if (tunnel === undefined) return undefined
    return { do: 'route', route: { dst, via: tunnel, dev: VXLAN_DEVICE[family], onlink: true, mtu: vxlanMtu(plan, family), because } }
  }
  if (!learns(cluster, node.meta.name, peer.meta.name, family)) return undefined
  if (pool.ipip === 'Always' || (pool.ipip === 'CrossSubnet' && !near))
    return { do: 'route', route: { dst, via: address, dev: 'tunl0', onlink: true, protocol: 'bird', because } }
  const via = near ? address : routerOf(cluster, node, family)
  return via === undefined ? undefined : { do: 'route', route: { dst, via, dev: UPLINK, protocol: 'bird', because } }
}

/** The node's own blocks, which swallow what has no Pod, and the way to those of others. */
export function routeOps(cluster: Cluster, plan: CalicoPlan, node: ClusterNode): readonly Op[] {
  const own = plan.blocks.filter((one) => one.node === node.meta.name)
  return [
    ...own.map((block): Op => {
      const felix = isFelix(block.pool)
      const because = writtenBy(cluster, felix ? 'felix' : 'bird', 'block', [block.pool.because, node.because])
      return { do: 'route', route: { type: 'blackhole', dst: block.cidr, protocol: felix ? '80' : 'bird', because } }
    }),
    ...cluster.nodes
      .filter((peer) => peer !== node)
      .flatMap((peer) => heldBy(plan, peer.meta.name).flatMap((held) => routeTo(cluster, plan, node, peer, held) ?? [])),
  ]
}

/** What routers outside learn by BGP: each node's blocks, by way of the node. */
export function fabricOps(cluster: Cluster, plan: CalicoPlan): readonly Op[] {
  const gateways = new Set(underlayOf(cluster).gateways.values())
  const seen = new Set<string>()
  return sessionsOf(cluster).flatMap(({ session, down }): readonly Op[] => {
    const node = cluster.nodes.find((one) => one.meta.name === session.node)
    const family = familyOf(session.peerAddress)
    const via = node && addressIn(node, family)
    if (down !== undefined || session.kind !== 'router' || via === undefined || !gateways.has(session.peerAddress)) return []
    const because = writtenBy(cluster, 'bird', 'peer-route', [session.because])
    return heldBy(plan, session.node)
      .filter(({ dst, pool }) => familyOf(dst) === family && !isFelix(pool) && !seen.has(dst) && seen.add(dst))
      .map(({ dst }): Op => ({ do: 'route', route: { dst, via, dev: UPLINK, protocol: 'bird', because } }))
  })
}

/** Blocks that a node is told of by nobody, and that no router has to which it sends what it does not know. */
export function missing(
  cluster: Cluster,
  plan: CalicoPlan,
): readonly { readonly node: ClusterNode; readonly peer: ClusterNode; readonly held: Held }[] {
  const routers = new Set(
    sessionsOf(cluster).flatMap(({ session, down }) =>
      down === undefined && session.kind === 'router' ? `${session.node} ${familyOf(session.peerAddress)}` : [],
    ),
  )
  const nodes = cluster.nodes.filter((one) => one.interfaces === undefined)
  const told = nodes
    .map((peer) => ({ peer, all: heldBy(plan, peer.meta.name).filter(({ pool }) => !isFelix(pool)) }))
    .filter(({ all }) => all.length > 0)
  return nodes.flatMap((node) =>
    told.flatMap(({ peer, all }) => {
      if (peer === node) return []
      const lost = ({ dst, pool }: Held): boolean => {
        const family = familyOf(dst)
        if (addressIn(node, family) === undefined || learns(cluster, node.meta.name, peer.meta.name, family)) return false
        return !(routers.has(`${peer.meta.name} ${family}`) && pool.ipip === 'Never')
      }
      return all.filter(lost).map((held) => ({ node, peer, held }))
    }),
  )
}
