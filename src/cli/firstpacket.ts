import { countsOf } from '../engine/count.ts'
import { outcomeOf } from '../engine/outcome.ts'
import type { Probed } from '../explain.ts'

/**
 * What is left of a probe when nobody answers: the look-ups and the first packet of the connection. A packet that comes to no
 * process is then told as dropped, wherever and by whomever. A probe that never sent one stays as it is.
 */
export function firstPacketOnly(probed: Probed): Pick<Probed, 'journeys' | 'outcome' | 'counts'> {
  const first = probed.journeys.find((j) => (j.phase === 'connect' || j.phase === 'request') && j.parent?.as !== 'reply')
  if (!first) return probed
  const journeys = probed.journeys.slice(0, probed.journeys.indexOf(first) + 1)
  const arrived = first.ending.kind === 'delivered' || first.ending.kind === 'answered-by-kernel'
  const lost = first.ending.kind === 'unmodelled' || first.ending.kind === 'unfinished' ? 'unmodelled' : 'dropped'
  // Who takes a SYN is who would take the request.
  const outcome = outcomeOf({ kind: arrived ? 'ok' : lost }, [{ ...first, phase: 'request' }])
  return { journeys, outcome, counts: countsOf(journeys) }
}
