import type { OtherObject } from '../../manifest/kinds.ts'
import { type Family, familyOf, type Ip } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { ClusterNode } from '../cluster.ts'
import { causeAt, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { asText } from './json.ts'
import { calicoObjects, specOf } from './objects.ts'
import { asNumberOf, peerAddress } from './own-fields.ts'
import { selects } from './selector.ts'
import type { BgpSession } from './types.ts'

const REFLECTOR = 'projectcalico.org/RouteReflectorClusterID'
const AS_NUMBER = 'projectcalico.org/ASNumber'
const DEFAULT_AS = 64512

export interface Bgp {
  readonly sessions: readonly BgpSession[]
  readonly reflectors: ReadonlySet<string>
  readonly asNumbers: ReadonlyMap<string, number>
}

const addressIn = (node: ClusterNode, family: Family): Ip | undefined => node.addresses.find((one) => familyOf(one) === family)
const addressOfNode = (node: ClusterNode): Ip | undefined => addressIn(node, 4) ?? addressIn(node, 6)
const shared = (a: ClusterNode, b: ClusterNode): readonly Family[] =>
  ([4, 6] as const).filter((family) => addressIn(a, family) !== undefined && addressIn(b, family) !== undefined)

/** A node's speakers and what each asks of the others; the other side of a peering between nodes is made by Calico itself (confd). */
export function settleBgp(s: Settling, sorted: Sorted, nodes: readonly ClusterNode[], because: CauseId): Bgp {
  const config = calicoObjects(sorted, 'BGPConfiguration').find((one) => one.metadata.name === 'default')
  const fields = config ? specOf(config) : {}
  const global = asNumberOf(fields['asNumber']) ?? DEFAULT_AS
  const asNumbers = new Map(nodes.map((n) => [n.meta.name, asNumberOf(n.meta.annotations[AS_NUMBER]) ?? global]))
  const reflectors = new Set(nodes.filter((n) => n.meta.annotations[REFLECTOR]).map((n) => n.meta.name))
  const speakers = nodes.filter((n) => n.interfaces === undefined && addressOfNode(n) !== undefined)
  const of = (node: ClusterNode): number => asNumbers.get(node.meta.name) ?? global
  const sessions = new Map<string, BgpSession>()
  const put = (one: BgpSession): void => {
    const key = `${one.node} ${one.peer}`
    if (!sessions.has(key)) sessions.set(key, one)
  }
  const between = (a: ClusterNode, b: ClusterNode, kind: 'mesh' | 'node', cause: CauseId): void => {
    for (const [x, y] of [[a, b], [b, a]] as const)
      put({ node: x.meta.name, peer: y.meta.name, peerAddress: addressOfNode(y) as Ip, kind, families: shared(x, y), asNumber: of(x), peerAs: of(y), because: cause })
  } // biome-ignore format: a pair both ways
  if (fields['nodeToNodeMeshEnabled'] !== false) {
    const cause = config ? causeAt(s, { object: config, path: 'spec.nodeToNodeMeshEnabled' }) : because
    const mesh = speakers.filter((n) => !reflectors.has(n.meta.name))
    for (const [i, a] of mesh.entries()) for (const b of mesh.slice(i + 1)) between(a, b, 'mesh', cause)
  }
  for (const object of calicoObjects(sorted, 'BGPPeer')) readPeer(s, object, { speakers, of, between, put })
  return { sessions: [...sessions.values()], reflectors, asNumbers }
}

interface Peering {
  readonly speakers: readonly ClusterNode[]
  of(node: ClusterNode): number
  between(a: ClusterNode, b: ClusterNode, kind: 'node', cause: CauseId): void
  put(session: BgpSession): void
}

/** One BGPPeer: of one node, of those that a selector finds, or of all; to a router, or to nodes. */
function readPeer(s: Settling, object: OtherObject, { speakers, of, between, put }: Peering): void {
  const spec = specOf(object)
  const cause = causeAt(s, { object, path: 'spec' })
  const chosen = (path: 'nodeSelector' | 'peerSelector'): readonly ClusterNode[] => {
    const found = selects(asText(spec[path]), speakers)
    if (found === undefined)
      report(s, 'warning', 'calico-not-modelled', { what: `${path} ${asText(spec[path])}` }, { object, path: `spec.${path}` })
    return found ?? []
  }
  const node = asText(spec['node'])
  const own =
    node !== '' ? speakers.filter((n) => n.meta.name === node) : spec['nodeSelector'] === undefined ? speakers : chosen('nodeSelector')
  if (spec['peerSelector'] !== undefined) {
    const others = chosen('peerSelector')
    for (const a of own) for (const b of others) if (a !== b) between(a, b, 'node', cause)
    return
  }
  const text = asText(spec['peerIP'])
  const address = peerAddress(text)
  const wanted = asNumberOf(spec['asNumber'])
  if (address === undefined) {
    // one that is no address is refused; without any the peering names nobody
    if (text === '')
      report(s, 'warning', 'calico-not-modelled', { what: 'BGPPeer without peerIP and peerSelector' }, { object, path: 'spec' })
    return
  }
  for (const a of own) {
    const peer = speakers.find((n) => n.addresses.includes(address))
    const global = node === '' && spec['nodeSelector'] === undefined ? { global: true as const } : {}
    const base = {
      node: a.meta.name,
      peerAddress: address,
      families: [familyOf(address)],
      asNumber: of(a),
      peerAs: wanted ?? of(a),
      because: cause,
      ...global,
    }
    if (peer === a) continue
    if (peer === undefined) {
      put({ ...base, peer: address, kind: 'router' })
      continue
    }
    // the other node asks for nothing of the kind where it has no peering of its own, and the AS has to be its own
    const wrong = wanted !== undefined && wanted !== of(peer)
    put({ ...base, peer: peer.meta.name, kind: 'node', ...(wrong ? { wrongAs: true } : {}) })
    if (!wrong) between(a, peer, 'node', cause)
  }
}
