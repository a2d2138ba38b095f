import type { Outcome } from '../../trace/journey.ts'
import { type Fraction, fractionText } from '../../trace/luck.ts'
import { outcomeText } from './outcome.ts'

/** A line an outcome, the likeliest first; what was not followed is stated. */
export function oddsText(outcomes: readonly { readonly probability: Fraction; readonly outcome: Outcome }[], covered: Fraction): string {
  const width = outcomes.reduce((most, o) => Math.max(most, fractionText(o.probability).length), 0)
  const lines = outcomes.map(({ probability, outcome }) => `${fractionText(probability).padStart(width)}  ${outcomeText(outcome)}\n`)
  return `${lines.join('')}${covered.num === covered.den ? '' : `covered: ${fractionText(covered)}\n`}`
}
