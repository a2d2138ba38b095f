import type { Moment } from './moment.ts'

/**
 * A bucket of tokens that fills with time (xt_limit's credits, nft_limit_eval): whether there is one for this packet, which then takes it. `period` in
 * ns for one token. The bucket is full when the lab begins.
 */
export function tokenTaken(moment: Moment, place: string, period: number, burst: number): boolean {
  const [held, since] = [`${place} tokens`, `${place} since`]
  const filled = (moment.turns.get(held) ?? burst * period) + moment.clock - (moment.turns.get(since) ?? moment.clock)
  const now = Math.min(burst * period, filled)
  moment.turns.set(since, moment.clock)
  moment.turns.set(held, now >= period ? now - period : now)
  return now >= period
}
