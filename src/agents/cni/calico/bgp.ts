import type { BgpSession } from '../../../cluster/calico/types.ts'
import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import { inCidr, maskedCidr } from '../../../net/cidr.ts'
import { familyOf, type Ip } from '../../../net/ip.ts'
import { underlayOf, uplinkAddresses } from '../../machine/underlay.ts'

/** Why a session is not up. */
export type Down = 'no-answer' | 'wrong-as'

export interface SessionState {
  readonly session: BgpSession
  /** undefined: Established. */
  readonly down?: Down
}

const known = new WeakMap<Cluster, readonly SessionState[]>()

/** All sessions, each from both its ends, and whether they are up. A router answers when the lab has a machine with its address. */
export function sessionsOf(cluster: Cluster): readonly SessionState[] {
  const old = known.get(cluster)
  if (old !== undefined) return old
  const routers = new Set<Ip>([...underlayOf(cluster).gateways.values(), ...cluster.hosts.flatMap((host) => host.addresses)])
  const sessions = cluster.calico?.sessions ?? []
  const made = sessions.map((session): SessionState => {
    const other = session.kind === 'router' || sessions.some((one) => one.node === session.peer && one.peer === session.node)
    // BGP speaks over TCP port 179
    if (cluster.blocks.some((word) => word === 'tcp' || word === '179/tcp')) return { session, down: 'no-answer' }
    if (session.wrongAs) return { session, down: 'wrong-as' }
    if (session.kind === 'router' ? !routers.has(session.peerAddress) : !other) return { session, down: 'no-answer' }
    return { session }
  })
  known.set(cluster, made)
  return made
}

/** Whether two nodes are on one subnet of the underlay. */
export function neighbours(a: ClusterNode, b: ClusterNode): boolean {
  const nets = uplinkAddresses(a)
    .filter((one) => familyOf(one) === 4)
    .map(maskedCidr)
  return b.addresses.some((address) => nets.some((net) => inCidr(address, net)))
}

/** The router of a node's subnet: where a next hop leads that is not on the link. */
export const routerOf = (cluster: Cluster, node: ClusterNode): Ip | undefined =>
  uplinkAddresses(node)
    .filter((one) => familyOf(one) === 4)
    .map((one) => underlayOf(cluster).gateways.get(maskedCidr(one)))
    .find((one) => one !== undefined)

/**
 * Whether one node learns what another announces: from itself, by way of a route reflector, or by way of a router of another AS, unless
 * the way there passes the node's own AS, which BGP takes for a loop.
 */
export function learns(cluster: Cluster, node: string, from: string): boolean {
  const up = sessionsOf(cluster).filter((one) => one.down === undefined)
  const peersOf = (name: string): readonly BgpSession[] => up.filter((one) => one.session.node === name).map((one) => one.session)
  const own = peersOf(node)
  const others = peersOf(from)
  if (own.some((one) => one.peer === from)) return true
  const { reflectors, asNumbers } = cluster.calico ?? { reflectors: new Set<string>(), asNumbers: new Map<string, number>() }
  return own.some((one) => {
    if (!others.some((other) => other.peer === one.peer)) return false
    if (one.kind !== 'router') return reflectors.has(one.peer)
    return one.peerAs !== asNumbers.get(from) && asNumbers.get(node) !== asNumbers.get(from) && one.peerAs !== asNumbers.get(node)
  })
}
