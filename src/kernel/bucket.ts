import type { Moment } from './moment.ts'

/**
 * A bucket of tokens that fills with time (xt_limit's credits, nft_limit_eval): whether there is one for this packet, which then takes it. `period` in
 * ns for one token. The bucket is full when the lab begins.
 */
export const tokenTaken = (moment: Moment, place: string, period: number, burst: number): boolean =>
  creditTaken(moment, place, period, burst * period)

/** As tokenTaken, for packets that cost more the longer they are: `cost` and what the bucket holds at most, in ns. */
export function creditTaken(moment: Moment, place: string, cost: number, most: number): boolean {
  const [held, since] = [`${place} tokens`, `${place} since`]
  const filled = (moment.turns.get(held) ?? most) + moment.clock - (moment.turns.get(since) ?? moment.clock)
  const now = Math.min(most, filled)
  moment.turns.set(since, moment.clock)
  moment.turns.set(held, now >= cost ? now - cost : now)
  return now >= cost
}
