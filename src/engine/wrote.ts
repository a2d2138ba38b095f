import type { WrittenKind } from '../answer.ts'
import type { Cause, CauseId } from '../trace/cause.ts'
import type { World } from './world.ts'
import { type Index, indexOf, type Thing } from './wrote-index.ts'
import { type LineSays, saidBy } from './wrote-line.ts'

export interface Written {
  readonly netns: string
  readonly kind: WrittenKind
  /** The table and chain of a rule, else the kind. */
  readonly what: string
  readonly text: string
}

export interface Wrote {
  /** The fields that the line stands for. */
  readonly of: readonly LineSays[]
  /** No more than MOST, machine after machine. */
  readonly items: readonly Written[]
  /** How much of each kind there is on each machine, also beyond `items`. */
  readonly counts: readonly { readonly netns: string; readonly kind: WrittenKind; readonly n: number }[]
  /** `on`: not everything was read yet, and the same question again reads on; `stopped`: there is more than we keep. */
  readonly reading: 'on' | 'done' | 'stopped'
}

/** Enough for a reader. */
const MOST = 300
/** Things that one question may read. */
const BUDGET = 4000

interface Graph {
  /** Who has a cause behind it, one step. */
  readonly next: Map<CauseId, CauseId[]>
  linked: number
}
const graphs = new WeakMap<readonly Cause[], Graph>()

/** The graph of causes the other way round; causes added since are linked now. */
function onward(list: readonly Cause[]): Graph {
  const graph = graphs.get(list) ?? { next: new Map<CauseId, CauseId[]>(), linked: 0 }
  graphs.set(list, graph)
  for (; graph.linked < list.length; graph.linked++) {
    for (const from of list[graph.linked]?.from ?? []) {
      const to = graph.next.get(from)
      if (to === undefined) graph.next.set(from, [graph.linked])
      else to.push(graph.linked)
    }
  }
  return graph
}

/** Everything that has one of these causes behind it, in the order of machines and chains. */
function thingsOf(index: Index, list: readonly Cause[], ids: readonly CauseId[]): readonly Thing[] {
  const { next } = onward(list)
  const reached = new Set<CauseId>(ids)
  for (const id of reached) for (const to of next.get(id) ?? []) reached.add(to)
  const found = [...reached].flatMap((id) => index.things.get(id) ?? [])
  return found.sort((a, b) => (index.order.get(a) ?? 0) - (index.order.get(b) ?? 0))
}

/** The chains that found rules lead to are the line's own more often than not: they are read out of their turn. */
function follow(index: Index, found: readonly Thing[]): boolean {
  let fresh = false
  for (const { netns, leads } of found) if (leads !== undefined && index.readChain(netns, leads)) fresh = true
  return fresh
}

/**
 * What a line of a manifest made on the machines: the other way round from "comes from". `file` may be defaults.yaml.
 * The time is that of what is found, and of the pieces of the machines that no question has read before.
 */
export function wroteBy(world: World, file: string, line: number): Wrote {
  const text = world.files.find((f) => f.name === file)?.text ?? (file === 'defaults.yaml' ? world.defaults : '')
  const index = indexOf(world)
  const reading = index.readOn(BUDGET)
  const { list } = world.cluster.causes
  let says = saidBy(list, file, text, line)
  let found = thingsOf(index, list, says.ids)
  for (let rounds = 0; rounds < 8 && follow(index, found); rounds++) {
    says = saidBy(list, file, text, line)
    found = thingsOf(index, list, says.ids)
  }
  const counts = new Map<string, { readonly netns: string; readonly kind: WrittenKind; n: number }>()
  for (const { netns, kind } of found) {
    const key = `${netns} ${kind}`
    const count = counts.get(key) ?? { netns, kind, n: 0 }
    count.n += 1
    counts.set(key, count)
  }
  const items = found.slice(0, MOST).map(({ netns, kind, place, text: print }) => ({ netns, kind, what: place ?? kind, text: print() }))
  return { of: says.of, items, counts: [...counts.values()], reading }
}
