import { fraction, type Luck } from '../trace/luck.ts'
import type { Moment } from './moment.ts'

/**
 * Whose turn it is at a rule that counts its packets (xt_statistic nth, nft_ng_inc): 0, 1 … `every` - 1, and 0 again. The first packet
 * of a lab is number 0. When every branch is walked it is a choice, for nobody knows how many came before.
 */
export function turn(moment: Moment, luck: Luck, place: string, every: number): number {
  if (luck.everyBranch && every > 1) {
    const weights = Array.from({ length: every }, () => fraction(1, every))
    return luck.choose({ key: `${place} turn`, weights, labels: weights.map((_, i) => `${i}`) })
  }
  const counted = moment.turns.get(place) ?? 0
  moment.turns.set(place, counted + 1)
  return counted % every
}
