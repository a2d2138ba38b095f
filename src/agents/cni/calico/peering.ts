import type { BgpSession } from '../../../cluster/calico/types.ts'
import type { Cluster } from '../../../cluster/cluster.ts'
import type { Cidr } from '../../../net/ip.ts'
import type { PeerEnd, Peering, PeerSession, Speaker } from '../peering.ts'
import { brings, byNode, countSessions, type SessionState, sessionsOf } from './bgp.ts'
import { heldBy, isFelix, missing } from './routes.ts'
import { addressIn } from './tunnels.ts'

type Missing = ReturnType<typeof missing>[number]

/** Everybody's sessions, those of one node, and what a node holds that BIRD tells of. */
interface Told {
  readonly cluster: Cluster
  readonly all: ReturnType<typeof byNode>
  readonly up: ReturnType<typeof byNode>
  readonly holds: ReadonlyMap<string, readonly Cidr[]>
  readonly lacks: ReadonlyMap<string, readonly Missing[]>
  readonly unheard: ReadonlyMap<string, readonly Missing[]>
}

const grouped = (list: readonly Missing[], by: (one: Missing) => string): ReadonlyMap<string, readonly Missing[]> => {
  const out = new Map<string, Missing[]>()
  for (const one of list) out.set(by(one), [...(out.get(by(one)) ?? []), one])
  return out
}

function endOf({ cluster, up, holds }: Told, { session, down }: SessionState): PeerEnd {
  const { node, peer, peerAddress, asNumber, peerAs, kind } = session
  const own = cluster.nodes.find((one) => one.meta.name === node)
  const others = down === undefined ? [...holds].filter(([from]) => from !== node && brings(cluster, session, from, up.get(from))) : []
  return {
    ...{ node, peer, peerAddress, asNumber, peerAs },
    type: kind === 'mesh' ? 'node-to-node mesh' : session.global ? 'global' : 'node specific',
    // one that confd does not know for a node's is called as any other
    passive: kind !== 'router' && !session.wrongAs && peerAddress > ((own && addressIn(own, 4)) ?? ''),
    learned: others.flatMap(([, blocks]) => blocks),
  }
}

/** What a session would bring either side, or by way of it others, and that is missing. */
function lostBy({ cluster, all, lacks, unheard }: Told, a: string, b: string): PeerSession['lost'] {
  const session: BgpSession | undefined = all.get(a)?.get(b) ?? all.get(b)?.get(a)
  const found = new Set<Missing>()
  for (const [x, y] of [[a, b], [b, a]] as const) {
    const own = all.get(x)?.get(y)
    for (const one of lacks.get(x) ?? []) {
      const from = one.peer.meta.name
      if (from === y || (own && brings(cluster, own, from, all.get(from)))) found.add(one)
    }
    for (const one of session === undefined ? [] : (unheard.get(x) ?? [])) {
      const way = all.get(one.node.meta.name)?.get(y)
      if (one.node.meta.name === y || (way && brings(cluster, way, x, all.get(x)))) found.add(one)
    }
  } // biome-ignore format: both ways
  return [...found].map(({ node, held }) => ({ node: node.meta.name, dst: held.dst }))
}

/** Who speaks BGP to whom, what comes of it, and what does not; undefined: nobody should. */
export function peeringOf(cluster: Cluster): Peering | undefined {
  const plan = cluster.calico
  const states = sessionsOf(cluster)
  if (plan === undefined || countSessions(cluster) === undefined) return undefined
  const gone = missing(cluster, plan)
  const own = (node: string) => heldBy(plan, node).flatMap(({ dst, pool }) => (isFelix(pool) ? [] : [dst]))
  const told: Told = {
    cluster,
    all: byNode(states),
    up: byNode(states.filter((one) => one.down === undefined)),
    holds: new Map(cluster.nodes.map((node) => [node.meta.name, own(node.meta.name)])),
    lacks: grouped(gone, (one) => one.node.meta.name),
    unheard: grouped(gone, (one) => one.peer.meta.name),
  }
  const speakers = new Map<string, Speaker>()
  for (const node of cluster.nodes) {
    const { name } = node.meta
    const address = addressIn(node, 4) ?? addressIn(node, 6)
    if (address === undefined || node.interfaces !== undefined) continue
    const asNumber = plan.asNumbers.get(name) ?? 0
    speakers.set(name, {
      name,
      kind: 'node',
      address,
      asNumber,
      reflector: plan.reflectors.has(name),
      announces: told.holds.get(name) ?? [],
    })
  }
  const made = new Map<string, SessionState[]>()
  for (const state of states) {
    const { node, peer, peerAddress, kind, peerAs } = state.session
    if (kind === 'router') speakers.set(peer, { name: peer, kind, address: peerAddress, asNumber: peerAs, reflector: false, announces: [] })
    const key = node < peer || kind === 'router' ? `${node} ${peer}` : `${peer} ${node}`
    made.set(key, [...(made.get(key) ?? []), state])
  }
  const sessions = [...made.values()].map((ends): PeerSession => {
    const { node, peer } = (ends[0] as SessionState).session
    const down = ends.find((one) => one.down !== undefined)?.down
    return {
      between: [node, peer],
      ends: ends.map((one) => endOf(told, one)),
      ...(down === undefined ? {} : { down }),
      lost: down === undefined ? [] : lostBy(told, node, peer),
    }
  })
  const isDown = (one: PeerSession): number => (one.down === undefined ? 1 : 0)
  return { speakers: [...speakers.values()], sessions: sessions.sort((a, b) => isDown(a) - isDown(b)) }
}
