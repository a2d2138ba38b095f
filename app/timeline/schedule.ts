import type { Unpaced } from './beats.ts'

/** ms at a plain stop, at a stop that deserves a pause, and for the whole way of a packet whose road is known. */
const stop = 900
const pause = 1600
const known = 1400
/** A whole autoplay aims at no more than this. */
const longest = 30_000

/** Packets shown stop by stop: the first of a look-up, of a connection, and an error's way back. */
function slowJourneys(beats: readonly Unpaced[]): ReadonlySet<number> {
  const seen = new Set<string>()
  const slow = new Set<number>()
  for (const b of beats) {
    const leads = b.phase === 'dns' || b.phase === 'connect' || b.phase === 'error'
    if (leads && !seen.has(b.phase)) slow.add(b.journey)
    seen.add(b.phase)
  }
  return slow
}

const weighty = (b: Unpaced): boolean => b.marks.some((m) => m !== 'decap' && m !== 'end')

/** Lesser stops pass faster than hooks, so that a long way still fits the time. */
const share = (b: Unpaced): number => (b.kind === 'hook' && !b.outer ? 1 : b.outer || b.kind === 'bridge' ? 0.5 : 0.7)

/**
 * Milliseconds of every stop: 900 at a station and 1,600 at NAT, encapsulation, a drop and the very end,
 * for the first packet of a phase; later packets of a known connection run through in about 1.4 s.
 * When all of it would take over 30 s, the plain stops become shorter, the pauses stay.
 */
export function durations(beats: readonly Unpaced[]): readonly number[] {
  const slow = slowJourneys(beats)
  const lengths = new Map<number, number>()
  for (const b of beats) lengths.set(b.journey, (lengths.get(b.journey) ?? 0) + 1)
  const isPause = (b: Unpaced): boolean => b.index === beats.length - 1 || (slow.has(b.journey) && weighty(b))
  const plain = (b: Unpaced): number => (slow.has(b.journey) ? stop * share(b) : Math.min(stop, known / (lengths.get(b.journey) ?? 1)))
  let fixed = 0
  let free = 0
  for (const b of beats) {
    if (isPause(b)) fixed += pause
    else free += plain(b)
  }
  const scale = Math.min(1, Math.max(longest - fixed, longest / 3) / Math.max(1, free))
  return beats.map((b) => (isPause(b) ? pause : plain(b) * scale))
}
