import type { Answer, Stage, StageNetns } from '../../src/answer.ts'
import type { Beat } from '../timeline/beats.ts'

/** A node that is shown, with the pods that have room; the rest are counted. */
export interface NodePlan {
  readonly node: StageNetns
  readonly pods: readonly StageNetns[]
  readonly morePods: number
}

/** Which places get room on the stage, and how much. */
export interface Plan {
  /** With all five hooks. */
  readonly whole: readonly NodePlan[]
  /** On the way, but with its kernel folded into one capsule. */
  readonly folded: readonly NodePlan[]
  /** Folded to their headers, by name. */
  readonly tiles: readonly StageNetns[]
  readonly hosts: readonly StageNetns[]
  readonly touched: ReadonlySet<string>
}

/** The least width in px at which a node can show its hooks with their labels. */
const leastNode = 326
export const foldedNode = 132
const leastPod = 84
export const gap = 10

/** By name, with runs of digits as numbers: node-2 stands before node-10. */
function byName(a: StageNetns, b: StageNetns): number {
  const parts = (n: string): readonly string[] => n.split(/(\d+)/)
  const [x, y] = [parts(a.name), parts(b.name)]
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [p, q] = [x[i] ?? '', y[i] ?? '']
    if (p === q) continue
    return i % 2 === 1 ? Number(p) - Number(q) : p < q ? -1 : 1
  }
  return x.length - y.length
}

/** Every netns that the walk visits; a pod's node belongs to its way. */
function touchedBy(stage: Stage, beats: readonly Beat[]): ReadonlySet<string> {
  const places = new Set(beats.map((b) => b.place))
  for (const n of stage.netns) if (n.node !== undefined && places.has(n.name)) places.add(n.node)
  return places
}

/** Nodes in the order in which the request meets them; those that only answer DNS come last; then by name. */
function nodesInOrder(stage: Stage, beats: readonly Beat[], touched: ReadonlySet<string>): readonly StageNetns[] {
  const first = new Map<string, number>()
  for (const b of beats) {
    const node = stage.netns.find((n) => n.name === b.place)?.node ?? b.place
    const rank = b.index + (b.phase === 'dns' ? beats.length : 0)
    first.set(node, Math.min(first.get(node) ?? Number.POSITIVE_INFINITY, rank))
  }
  const rank = (n: StageNetns): number => (touched.has(n.name) ? (first.get(n.name) ?? 1e6) : 2e6)
  return stage.netns.filter((n) => n.kind === 'node').sort((a, b) => rank(a) - rank(b) || byName(a, b))
}

function planNode(node: StageNetns, stage: Stage, touched: ReadonlySet<string>, room: number): NodePlan {
  const own = stage.netns.filter((n) => n.kind === 'pod' && n.node === node.name).sort(byName)
  const wanted = own.filter((p) => touched.has(p.name))
  const shown = new Set([...wanted, ...own.filter((p) => !touched.has(p.name))].slice(0, Math.max(room, wanted.length)))
  return { node, pods: own.filter((p) => shown.has(p)), morePods: own.length - shown.size }
}

const podRoom = (width: number): number => Math.min(6, Math.max(1, Math.floor((width - 20 - 34) / (leastPod + 6))))
/** A node that stands alone names the ends of its veth pairs too: fewer fit beside each other, but all that do. */
const podRoomNear = (width: number): number => Math.max(1, Math.floor((width - 20 - 34 - 46) / 112))

/** One node alone; every other is folded to its header. */
function planAlone(node: StageNetns, nodes: readonly StageNetns[], stage: Stage, touched: ReadonlySet<string>, width: number): Plan {
  return {
    whole: [planNode(node, stage, touched, podRoomNear(width - 2 * gap))],
    folded: [],
    tiles: nodes.filter((n) => n !== node).sort(byName),
    hosts: hostsOf(stage, touched),
    touched,
  }
}

function hostsOf(stage: Stage, touched: ReadonlySet<string>): readonly StageNetns[] {
  const hosts = stage.netns
    .filter((n) => n.kind === 'host')
    .sort(
      (a, b) =>
        Number(touched.has(b.name)) - Number(touched.has(a.name)) ||
        // a load balancer stands between who asks and the nodes
        Number(a.balances ?? false) - Number(b.balances ?? false) ||
        byName(a, b),
    )
  // What was made up for want of anything else takes no room from what the files say, until a packet comes by.
  return hosts.filter((h, i) => touched.has(h.name) || (!h.madeUp && i < 2))
}

/**
 * Divides `width` px of stage among the places. The same for every stop of a walk: places never move. `alone`: the node that is
 * looked at by itself.
 */
export function planOf(stage: Stage, beats: readonly Beat[], width: number, alone?: string): Plan {
  const touched = touchedBy(stage, beats)
  const nodes = nodesInOrder(stage, beats, touched)
  const near = alone === undefined ? undefined : nodes.find((n) => n.name === alone)
  if (near !== undefined) return planAlone(near, nodes, stage, touched, width)
  const onWay = nodes.filter((n) => touched.has(n.name))
  const room = width - gap
  let whole = Math.max(1, Math.min(onWay.length || nodes.length, Math.floor(room / (leastNode + gap))))
  const fits = (w: number): boolean => w * (leastNode + gap) + Math.max(0, onWay.length - w) * (foldedNode + gap) <= room
  while (whole > 1 && !fits(whole)) whole--
  const foldRoom = Math.floor((room - whole * (leastNode + gap)) / (foldedNode + gap))
  const folded = onWay.slice(whole, whole + Math.max(0, foldRoom))
  const tiles = nodes.filter((n, i) => i >= whole && !folded.includes(n)).sort(byName)
  const each = (width - gap - folded.length * (foldedNode + gap)) / whole - gap
  return {
    whole: nodes.slice(0, whole).map((n) => planNode(n, stage, touched, podRoom(each))),
    folded: folded.map((n) => planNode(n, stage, touched, 1)),
    tiles,
    hosts: hostsOf(stage, touched),
    touched,
  }
}

/** The tables whose rules spoke at a hook during the walk, in the order in which the kernel asks them; all of nft are one. Key: `netns hook`. */
export function tablesOf(
  beats: readonly Beat[],
  events: (beat: Beat) => readonly { readonly kind: string; readonly rule?: { readonly table: string; readonly language?: 'nft' } }[],
): ReadonlyMap<string, readonly string[]> {
  const order = ['raw', 'mangle', 'nat', 'filter', 'security', 'nft']
  const found = new Map<string, Set<string>>()
  for (const b of beats) {
    if (b.kind !== 'hook' || b.outer || b.hook === undefined) continue
    const key = `${b.place} ${b.hook}`
    const set = found.get(key) ?? new Set<string>()
    for (const e of events(b)) if (e.kind === 'rule' && e.rule !== undefined) set.add(e.rule.language ?? e.rule.table)
    found.set(key, set)
  }
  return new Map([...found].map(([key, set]) => [key, order.filter((t) => set.has(t))]))
}

/** Programs of the nodes themselves that took part in the walk, by node: the proxy of the userspace mode. */
export function daemonsOf(answer: Answer): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { events } of answer.walk?.journeys ?? [])
    for (const { kind, at, after } of events)
      if (kind === 'socket' && after.kind === 'socket' && after.socket.owner === `kube-proxy on ${at.netns}`)
        found.set(at.netns, 'kube-proxy')
  return found
}
