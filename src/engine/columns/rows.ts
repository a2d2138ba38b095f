import type { Asks, ChainRow, FoldRow, RuleRow } from './shape.ts'
import type { RuleEvent, Step } from './sight.ts'

/** Runs up to this long are shown whole; of longer ones only the rule next to the hit, the rest folded. */
const SHORT = 2

type Facts = Pick<RuleRow, 'verdict' | 'effect'>

/** Where the rules of one chain were asked, in any rule language. */
export interface Ground {
  readonly step: Step
  /** Rules of the chain. */
  readonly total: number
  /** Rules [from, to) that the step passed over. */
  readonly passed: readonly [from: number, to: number]
  row(index: number, state: RuleRow['state'], facts?: Facts): RuleRow
  /** What a rule failed on first; undefined: on nothing. Ask by rising index. */
  miss(index: number): Asks | undefined
  /** All that is known of the rule matches, and the rest is not modelled. */
  stops(index: number): boolean
  /** What the chain's policy has counted, where policies count. */
  policyCount?(): { readonly packets: number; readonly bytes: number }
  /** Its target rewrites an address: a NAT event tells of it. */
  changes(step: RuleEvent): boolean
}

/** What the rules [from, from + count) failed on, the most frequent first. */
function reasonsOf(ground: Ground, from: number, count: number): FoldRow['reasons'] {
  const sums = new Map<Asks, number>()
  for (let i = from; i < from + count; i++) {
    const part = ground.miss(i)
    if (part !== undefined) sums.set(part, (sums.get(part) ?? 0) + 1)
  }
  return [...sums].map(([part, n]) => ({ part, count: n })).sort((a, b) => b.count - a.count)
}

/** Rules [from, to) that were tried in vain. */
export function passedRows(ground: Ground, from: number, to: number): readonly ChainRow[] {
  const row = (i: number): RuleRow => ground.row(i, 'no')
  if (to - from <= SHORT) return Array.from({ length: to - from }, (_, i) => row(from + i))
  const count = to - from - 1
  return [{ kind: 'fold', seq: ground.step.seq, from, count, tried: true, reasons: reasonsOf(ground, from, count) }, row(to - 1)]
}

/** Rules from `from` on that this packet did not come to. */
export function unreadRows(ground: Ground, from: number): readonly ChainRow[] {
  const left = ground.total - from
  if (left <= 0) return []
  const next = ground.row(from, 'unread')
  if (left === 1) return [next]
  if (left === 2) return [next, ground.row(from + 1, 'unread')]
  return [next, { kind: 'fold', seq: ground.step.seq, from: from + 1, count: left - 1, tried: false, reasons: [] }]
}

/** The rule at which a walk ended because nobody knows what it says: all its known parts match. */
export function unmodelledRow(ground: Ground, from: number): RuleRow | undefined {
  for (let i = from; i < ground.total; i++) if (ground.stops(i)) return ground.row(i, 'unmodelled')
  return undefined
}
