import type { Answer } from '../../src/answer.ts'
import type { TraceEvent } from '../../src/trace/event.ts'

type Choice = NonNullable<Answer['walk']>['choices'][number]

/** One thing that could have come of the dice of a chain. */
export interface Branch {
  /** The chain it leads to; undefined for the rules behind, which were not asked. */
  readonly label: string | undefined
  /** Its share of all new connections that come by here, of 1. */
  readonly share: number
  readonly shareText: string
  readonly taken: boolean
  /** The die to lay by hand, and how, so that this branch is taken; undefined where it is taken already. */
  readonly die: { readonly key: string; readonly branch: number } | undefined
}

type Fraction = readonly [num: bigint, den: bigint]
const WHOLE: Fraction = [1n, 1n]

/** `1/3` as the engine writes a weight. */
const fractionOf = (text: string): Fraction => {
  const [num = '0', den = '1'] = text.split('/')
  return [BigInt(num), BigInt(den)]
}
const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * c, b * d]
const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))
const numberOf = ([num, den]: Fraction): number => Number((num * 1_000_000n) / den) / 1_000_000

/** `1/3`; a fraction that nobody reads at a glance as a percentage. */
function textOf([num, den]: Fraction): string {
  const by = gcd(num, den)
  const [n, d] = [num / by, den / by]
  if (d === 1n) return `${n}`
  return d <= 1000n ? `${n}/${d}` : `${Math.round(numberOf([n, d]) * 1000) / 10}%`
}

/** Where a rule leads to, for those that throw no die: the last endpoint of a Service. */
const leadsTo = (event: TraceEvent | undefined): string | undefined =>
  event?.kind === 'rule' && 'chain' in event.verdict ? event.verdict.chain : undefined

/** The branches of the dice that one event tells of, in the order of the rules; their shares add up to 1. */
function branchesOf(dice: readonly Choice[], event: TraceEvent | undefined): readonly Branch[] {
  let left = WHOLE
  const found: Branch[] = []
  const add = (weight: string, branch: Pick<Branch, 'label' | 'taken' | 'die'>): void => {
    const share = times(left, fractionOf(weight))
    found.push({ ...branch, share: numberOf(share), shareText: textOf(share) })
  }
  for (const die of dice) {
    const { key, weights, labels, taken } = die
    // A rule's own die says yes or no; one of nft names every branch, and says all.
    const single = weights.length === 2 && labels[1] === 'next rule'
    for (const [branch, weight] of (single ? weights.slice(0, 1) : weights).entries()) {
      add(weight, { label: labels[branch] ?? `${branch}`, taken: taken === branch, die: taken === branch ? undefined : { key, branch } })
    }
    if (!single) return found
    left = times(left, fractionOf(weights[1] ?? '0'))
  }
  const last = dice.at(-1)
  if (last === undefined || left[0] === 0n) return found
  add(
    '1',
    last.taken === 0
      ? { label: undefined, taken: false, die: { key: last.key, branch: 1 } }
      : { label: leadsTo(event), taken: true, die: undefined },
  )
  return found
}

/** What luck could have chosen at these events: a list for each event that tells of dice. */
export function oddsOf(
  answer: Answer,
  events: readonly TraceEvent[],
): readonly { readonly seq: number; readonly branches: readonly Branch[] }[] {
  const choices = answer.walk?.choices ?? []
  return events.flatMap((event) => {
    const dice = choices.filter(({ told }) => told.includes(event.seq))
    return dice.length === 0 ? [] : [{ seq: event.seq, branches: branchesOf(dice, event) }]
  })
}
