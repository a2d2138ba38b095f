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
  const { ending } = first
  const beyond = ending.kind === 'unmodelled' ? ending.what : ending.kind === 'unfinished' ? ending.limit : undefined
  // Who takes a SYN is who would take the request.
  const outcome = outcomeOf(
    arrived ? { kind: 'ok' } : beyond === undefined ? { kind: 'dropped' } : { kind: 'unmodelled', unmodelled: beyond },
    [{ ...first, phase: 'request' }],
  )
  return { journeys, outcome, counts: countsOf(journeys) }
}
