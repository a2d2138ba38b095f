import type { BgpSession } from '../../../cluster/calico/types.ts'
import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import { inCidr, maskedCidr } from '../../../net/cidr.ts'
import { type Family, familyOf, type Ip } from '../../../net/ip.ts'
import { underlayOf, uplinkAddresses } from '../../machine/underlay.ts'

/** Why a session is not up. */
export type Down = 'no-answer' | 'wrong-as'

export interface SessionState {
  readonly session: BgpSession
  /** undefined: Established. */
  readonly down?: Down
}

const known = new WeakMap<Cluster, readonly SessionState[]>()

/** BGP speaks over TCP port 179. */
export const blocksBgp = (cluster: Cluster): boolean => cluster.blocks.some((word) => word === 'tcp' || word === '179/tcp')

/** All sessions, each from both its ends, and whether they are up. A router answers when the lab has a machine with its address. */
export function sessionsOf(cluster: Cluster): readonly SessionState[] {
  const old = known.get(cluster)
  if (old !== undefined) return old
  const routers = new Set<Ip>([...underlayOf(cluster).gateways.values(), ...cluster.hosts.flatMap((host) => host.addresses)])
  const sessions = cluster.calico?.sessions ?? []
  const ends = new Set(sessions.map((one) => `${one.node} ${one.peer}`))
  const made = sessions.map((session): SessionState => {
    const other = session.kind === 'router' || ends.has(`${session.peer} ${session.node}`)
    if (blocksBgp(cluster)) return { session, down: 'no-answer' }
    if (session.wrongAs) return { session, down: 'wrong-as' }
    if (session.kind === 'router' ? !routers.has(session.peerAddress) : !other) return { session, down: 'no-answer' }
    return { session }
  })
  known.set(cluster, made)
  return made
}

/** Whether two nodes are on one subnet of the underlay. */
export function neighbours(a: ClusterNode, b: ClusterNode, family: Family): boolean {
  const nets = uplinkAddresses(a)
    .filter((one) => familyOf(one) === family)
    .map(maskedCidr)
  return b.addresses.some((address) => nets.some((net) => inCidr(address, net)))
}

/** The router of a node's subnet: where a next hop leads that is not on the link. */
export const routerOf = (cluster: Cluster, node: ClusterNode, family: Family): Ip | undefined =>
  uplinkAddresses(node)
    .filter((one) => familyOf(one) === family)
    .map((one) => underlayOf(cluster).gateways.get(maskedCidr(one)))
    .find((one) => one !== undefined)

const peersOf = new WeakMap<Cluster, Readonly<Record<Family, ReadonlyMap<string, ReadonlyMap<string, BgpSession>>>>>()

/** Sessions by node and peer. */
export function byNode(states: readonly SessionState[]): ReadonlyMap<string, ReadonlyMap<string, BgpSession>> {
  const made = new Map<string, Map<string, BgpSession>>()
  for (const { session } of states) {
    const own = made.get(session.node) ?? new Map<string, BgpSession>()
    made.set(session.node, own.set(session.peer, session))
  }
  return made
}

/** Families whose routes a session brings: those of IPv4 come by a session over IPv4, those of IPv6 by one over IPv6 (bird and bird6). */
const carries = ({ kind, peerAddress, families }: BgpSession): readonly Family[] => (kind === 'router' ? [familyOf(peerAddress)] : families)

/** Sessions that are up, of each family by node and peer. */
function upOf(cluster: Cluster): Readonly<Record<Family, ReadonlyMap<string, ReadonlyMap<string, BgpSession>>>> {
  const old = peersOf.get(cluster)
  if (old !== undefined) return old
  const up = sessionsOf(cluster).filter((one) => one.down === undefined)
  const made = {
    4: byNode(up.filter(({ session }) => carries(session).includes(4))),
    6: byNode(up.filter(({ session }) => carries(session).includes(6))),
  }
  peersOf.set(cluster, made)
  return made
}

/** Sessions of the cluster, each counted once: one between nodes has two ends. undefined: there is none, and no pool needs one. */
export function countSessions(cluster: Cluster): { readonly up: number; readonly down: number } | undefined {
  const all = sessionsOf(cluster)
  const ends = new Set(all.map(({ session }) => `${session.node} ${session.peer}`))
  const once = all.filter(({ session: { node, peer } }) => node < peer || !ends.has(`${peer} ${node}`))
  const down = once.filter((one) => one.down !== undefined).length
  const wanted = cluster.nodes.length > 1 && cluster.calico?.pools.some((pool) => pool.vxlan === 'Never')
  return once.length === 0 && !wanted ? undefined : { up: once.length - down, down }
}

/**
 * Whether a session brings its node what another node announces: the session is with that one itself, with a route reflector, or with a
 * router of another AS, unless the way there passes the node's own AS, which BGP takes for a loop. `theirs`: the sessions of that other node.
 */
export function brings(cluster: Cluster, one: BgpSession, from: string, theirs: ReadonlyMap<string, BgpSession> | undefined): boolean {
  if (one.peer === from) return true
  if (theirs?.has(one.peer) !== true) return false
  const { reflectors, asNumbers } = cluster.calico ?? { reflectors: new Set<string>(), asNumbers: new Map<string, number>() }
  if (one.kind !== 'router') return reflectors.has(one.peer)
  const [mine, others] = [asNumbers.get(one.node), asNumbers.get(from)]
  return one.peerAs !== others && one.peerAs !== mine && mine !== others
}

/** Whether one node learns what another announces. */
export function learns(cluster: Cluster, node: string, from: string, family: Family): boolean {
  const up = upOf(cluster)[family]
  const [own, others] = [up.get(node), up.get(from)]
  if (own === undefined || others === undefined) return false
  return own.has(from) || [...own.values()].some((one) => brings(cluster, one, from, others))
}
