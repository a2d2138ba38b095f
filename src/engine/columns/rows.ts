import type { Chain, Rule, Target } from '../../kernel/iptables/ast.ts'
import { ruleMatches } from '../../kernel/iptables/match.ts'
import type { Moment } from '../../kernel/moment.ts'
import { firstMiss, judge } from '../whynot.ts'
import type { Asks, ChainRow, FoldRow, RuleRow } from './shape.ts'
import { chainNameOf, type Look, type Step, tableOf } from './sight.ts'

/** Runs up to this long are shown whole; of longer ones only the rule next to the hit, the rest folded. */
const SHORT = 2

/** Where the rules of one chain were asked, and what they have counted since. */
export interface Ground {
  readonly step: Step
  readonly chain: Chain
  readonly look: Look | undefined
  readonly moment: Moment
}

export function countedAt({ step, moment }: Pick<Ground, 'step' | 'moment'>, what: number | 'policy'): { packets: number; bytes: number } {
  const key = `${step.at.netns} ${step.at.family ?? 4} ${tableOf(step)} ${chainNameOf(step)} ${what}`
  const { packets, bytes } = moment.counters.get(key) ?? { packets: 0, bytes: 0 }
  return { packets, bytes }
}

const rewrites = (target: Target | undefined): boolean => {
  switch (target?.kind) {
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
    case 'mark':
    case 'connmark':
      return true
    case undefined:
    case 'jump':
    case 'goto':
    case 'accept':
    case 'drop':
    case 'return':
    case 'reject':
    case 'log':
    case 'notrack':
    case 'unknown':
      return false
  }
}

const commentOf = (rule: Rule): string | undefined =>
  rule.matches.flatMap((m) => (m.kind === 'comment' && m.text !== '' ? [m.text] : []))[0]

type Facts = Pick<RuleRow, 'verdict' | 'effect'>

export function ruleRow(ground: Ground, index: number, state: RuleRow['state'], facts: Facts = {}): RuleRow {
  const rule = ground.chain.rules[index] ?? { matches: [] }
  const { parts, why } = judge(rule, state === 'unread' ? undefined : ground.look?.(index))
  const comment = commentOf(rule)
  return {
    kind: 'rule',
    index,
    state,
    seq: ground.step.seq,
    parts,
    why,
    rewrites: rewrites(rule.target),
    ...countedAt(ground, index),
    ...facts,
    ...(comment === undefined ? {} : { comment }),
    ...(rule.because === undefined ? {} : { because: rule.because }),
  }
}

/** What the rules [from, from + count) failed on, the most frequent first. */
function reasonsOf({ chain, look }: Ground, from: number, count: number): FoldRow['reasons'] {
  const sums = new Map<Asks, number>()
  for (let i = from; i < from + count; i++) {
    const rule = chain.rules[i]
    const sight = look?.(i)
    const part = rule && sight && firstMiss(rule, sight)
    if (part !== undefined) sums.set(part, (sums.get(part) ?? 0) + 1)
  }
  return [...sums].map(([part, n]) => ({ part, count: n })).sort((a, b) => b.count - a.count)
}

/** Rules [from, to) that were tried in vain. */
export function passedRows(ground: Ground, from: number, to: number): readonly ChainRow[] {
  const row = (i: number): RuleRow => ruleRow(ground, i, 'no')
  if (to - from <= SHORT) return Array.from({ length: to - from }, (_, i) => row(from + i))
  const count = to - from - 1
  return [{ kind: 'fold', seq: ground.step.seq, from, count, tried: true, reasons: reasonsOf(ground, from, count) }, row(to - 1)]
}

/** Rules from `from` on that this packet did not come to. */
export function unreadRows(ground: Ground, from: number): readonly ChainRow[] {
  const left = ground.chain.rules.length - from
  if (left <= 0) return []
  const next = ruleRow(ground, from, 'unread')
  if (left === 1) return [next]
  if (left === 2) return [next, ruleRow(ground, from + 1, 'unread')]
  return [next, { kind: 'fold', seq: ground.step.seq, from: from + 1, count: left - 1, tried: false, reasons: [] }]
}

/** The rule at which a walk ended because nobody knows what it says: all its known parts match. */
export function unmodelledRow(ground: Ground, from: number): RuleRow | undefined {
  for (let i = from; i < ground.chain.rules.length; i++) {
    const rule = ground.chain.rules[i]
    const sight = ground.look?.(i)
    if (rule && sight && typeof ruleMatches(rule, sight) === 'object') return ruleRow(ground, i, 'unmodelled')
  }
  return undefined
}
