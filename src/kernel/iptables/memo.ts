import type { Skb } from '../../trace/event.ts'
import type { Netns } from '../machine.ts'
import { withMark } from '../skb.ts'
import type { Chain } from './ast.ts'
import { Asked, type Reader, type Seen, seenAt } from './memo-asked.ts'
import { isBuiltin } from './ruleset-table.ts'
import { type Frame, type Stops, type TableVerdict, type Visit, walkRules } from './run.ts'

/**
 * What tables said to packets before, for walks of which nobody sees the steps: ten thousand of them ask the same few rules again and again.
 *
 * Of a chain and all that it leads to, `Asked` gathers beforehand what their rules can ask of a packet: whether an address is in this net or set,
 * a port, a mark, the state of the connection. Packets of which all that is the same go the same way through these rules, so the way is
 * remembered under it. It ends before the first rule that asks or does anything else (dice, lists that change, connection marks, an error to send),
 * and behind a jump out of a long chain, which leads to a Service each: from there the walk goes on as ever, or by what the next chain remembers.
 */

/** Where the rules of a chain led packets of one sort: to a verdict, or to the open chains in which the walk goes on; with this mark. */
interface Way {
  readonly mark: number
  readonly verdict?: TableVerdict
  readonly open: readonly Frame[]
  /** How many chains were open when it was walked: fewer make no difference, more might be too many. */
  readonly depth: number
}

interface Branch {
  readonly next: Map<string | number | undefined, Branch>
  way?: Way
}

interface Root {
  readonly readers: readonly Reader[]
  readonly stops: Omit<Stops, 'depth'>
  readonly seen: Branch
}

/** A chain with more rules sends packets to as many places. */
const LONG = 24
const isLong = (chain: Chain): boolean => chain.rules.length > LONG
const branch = (): Branch => ({ next: new Map() })

/** A netns and its chains never change. */
const roots = new WeakMap<Netns, Map<Chain, Root>>()

function rootAt({ netns, family, table }: Visit, chain: Chain): Root {
  const mine = roots.get(netns) ?? new Map<Chain, Root>()
  const old = mine.get(chain)
  if (old) return old
  const asked = new Asked()
  const ends = new Map<Chain, number>()
  const reached = new Set([chain])
  for (const one of reached) {
    const end = one.rules.findIndex((rule) => !asked.take(rule, netns))
    if (end >= 0) ends.set(one, end)
    if (isLong(one)) continue
    for (const { target } of end < 0 ? one.rules : one.rules.slice(0, end)) {
      const to = target?.kind === 'jump' || target?.kind === 'goto' ? netns.rules[family].chain(table, target.chain) : undefined
      if (to) reached.add(to)
    }
  }
  const stops = { at: (one: Chain) => ends.get(one) ?? Number.POSITIVE_INFINITY, behind: isLong }
  const root = { readers: asked.readers(), stops, seen: branch() }
  roots.set(netns, mine.set(chain, root))
  return root
}

/** The place where the way of such a packet is remembered. */
function placeOf({ readers, seen }: Root, packet: Seen): Branch {
  let at = seen
  for (const read of readers) {
    const value = read(packet)
    let next = at.next.get(value)
    if (next === undefined) {
      next = branch()
      at.next.set(value, next)
    }
    at = next
  }
  return at
}

/** The same for every walk: stops behind each jump, where the next chain may remember. */
const STEP: Stops = { depth: 0, at: () => Number.POSITIVE_INFINITY, behind: () => true }

/** The way from the start of the innermost open chain. Undefined: there is none to remember. */
function wayFrom(visit: Visit, stack: readonly Frame[], skb: Skb): Way | undefined {
  const { chain } = stack[stack.length - 1] as Frame
  const depth = stack.length
  // a base chain that something jumps to does not end with its policy
  const packet = depth > 1 && isBuiltin(visit.table, chain.name) ? undefined : seenAt(visit, skb)
  if (packet === undefined) return undefined
  const root = rootAt(visit, chain)
  if (root.stops.at(chain) === 0) return undefined
  const place = placeOf(root, packet)
  if (place.way !== undefined && depth <= place.way.depth) return place.way
  const open = stack.map(({ chain: one, next }): Frame => ({ chain: one, next }))
  const went = walkRules(visit, open, skb, { ...root.stops, depth })
  const { mark } = went.skb
  if (went.kind === 'unmodelled') return undefined
  place.way = went.kind === 'stopped' ? { mark, open: open.slice(depth - 1), depth } : { mark, verdict: went, open: [], depth }
  return place.way
}

/** As `walkRules` from a base chain on; only for walks that tell no steps. */
export function recalled(visit: Visit, base: Chain, skb: Skb): TableVerdict {
  const stack: Frame[] = [{ chain: base, next: 0 }]
  let now = skb
  for (;;) {
    const way = stack[stack.length - 1]?.next === 0 ? wayFrom(visit, stack, now) : undefined
    if (way === undefined) {
      const went = walkRules(visit, stack, now, STEP)
      if (went.kind !== 'stopped') return went
      now = went.skb
      continue
    }
    if (way.mark !== now.mark) now = withMark(now, way.mark)
    if (way.verdict?.kind === 'accept') return { kind: 'accept', skb: now }
    if (way.verdict) return { ...way.verdict, skb: now }
    stack.pop()
    for (const { chain, next } of way.open) stack.push({ chain, next })
  }
}
