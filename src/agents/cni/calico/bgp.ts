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
  const ends = new Set(sessions.map((one) => `${one.node} ${one.peer}`))
  const made = sessions.map((session): SessionState => {
    const other = session.kind === 'router' || ends.has(`${session.peer} ${session.node}`)
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

const peersOf = new WeakMap<Cluster, ReadonlyMap<string, ReadonlyMap<string, BgpSession>>>()

/** Sessions that are up, by node and peer. */
function upOf(cluster: Cluster): ReadonlyMap<string, ReadonlyMap<string, BgpSession>> {
  const old = peersOf.get(cluster)
  if (old !== undefined) return old
  const made = new Map<string, Map<string, BgpSession>>()
  for (const { session, down } of sessionsOf(cluster)) {
    if (down !== undefined) continue
    const own = made.get(session.node) ?? new Map<string, BgpSession>()
    made.set(session.node, own.set(session.peer, session))
  }
  peersOf.set(cluster, made)
  return made
}

/** Sessions of the cluster, each counted once: one between nodes has two ends. */
export function countSessions(cluster: Cluster): { readonly up: number; readonly down: number } | undefined {
  const all = sessionsOf(cluster)
  const ends = new Set(all.map(({ session }) => `${session.node} ${session.peer}`))
  const once = all.filter(({ session: { node, peer } }) => node < peer || !ends.has(`${peer} ${node}`))
  const down = once.filter((one) => one.down !== undefined).length
  return once.length === 0 ? undefined : { up: once.length - down, down }
}

/**
 * Whether one node learns what another announces: from itself, by way of a route reflector, or by way of a router of another AS, unless
 * the way there passes the node's own AS, which BGP takes for a loop.
 */
export function learns(cluster: Cluster, node: string, from: string): boolean {
  const up = upOf(cluster)
  const [own, others] = [up.get(node), up.get(from)]
  if (own === undefined || others === undefined) return false
  if (own.has(from)) return true
  const { reflectors, asNumbers } = cluster.calico ?? { reflectors: new Set<string>(), asNumbers: new Map<string, number>() }
  for (const one of own.values()) {
    if (!others.has(one.peer)) continue
    if (one.kind !== 'router') {
      if (reflectors.has(one.peer)) return true
      continue
    }
    const [mine, theirs] = [asNumbers.get(node), asNumbers.get(from)]
    if (one.peerAs !== theirs && one.peerAs !== mine && mine !== theirs) return true
  }
  return false
}
