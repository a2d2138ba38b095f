import type { Unpaced } from './beats.ts'

/** ms at a plain stop, at a stop that deserves a pause, and for the whole way of a packet whose road is known. */
const stop = 900
const pause = 1600
const known = 1100
/** A whole autoplay aims at no more than this. */
const longest = 30_000

/** A packet of DNS passes in this, where the walk goes on to a connection. */
const asked = 450

/**
 * How closely each packet is shown: 1 stop by stop (the first of a connection, an error's way back), 0.5 at an easier
 * pace (the first packet of any other phase), less for DNS that only prepares the rest; the others are absent: their
 * road is known.
 */
function careOf(beats: readonly Unpaced[], prelude: boolean): ReadonlyMap<number, number> {
  const seen = new Set<string>()
  const care = new Map<number, number>()
  for (const b of beats) {
    const close = b.phase === 'connect' || b.phase === 'error' ? 1 : b.phase === 'dns' && prelude ? 0.35 : 0.5
    if (!seen.has(b.phase)) care.set(b.journey, close)
    seen.add(b.phase)
  }
  return care
}

const weighty = (b: Unpaced): boolean => b.marks.some((m) => m !== 'decap' && m !== 'end')

/** Lesser stops pass faster than hooks, so that a long way still fits the time. */
const share = (b: Unpaced): number => (b.kind === 'hook' && !b.outer ? 1 : b.outer || b.kind === 'bridge' ? 0.5 : 0.7)

/**
 * Milliseconds of every stop: 900 at a station and 1,600 at NAT, encapsulation, a drop and the very end,
 * for the first packet of a connection; later packets of a known connection run through in about a second.
 * When all of it would take over 30 s, the plain stops become shorter, the pauses stay.
 */
export function durations(beats: readonly Unpaced[]): readonly number[] {
  const prelude = beats.some((b) => b.phase !== 'dns')
  const care = careOf(beats, prelude)
  const lengths = new Map<number, number>()
  for (const b of beats) lengths.set(b.journey, (lengths.get(b.journey) ?? 0) + 1)
  const isPause = (b: Unpaced): boolean => b.index === beats.length - 1 || (care.get(b.journey) === 1 && weighty(b))
  const plain = (b: Unpaced): number => {
    const closely = care.get(b.journey)
    if (closely === undefined) return Math.min(stop, (b.phase === 'dns' && prelude ? asked : known) / (lengths.get(b.journey) ?? 1))
    return stop * closely * (weighty(b) ? 1.6 : share(b))
  }
  let fixed = 0
  let free = 0
  for (const b of beats) {
    if (isPause(b)) fixed += pause
    else free += plain(b)
  }
  const scale = Math.min(1, Math.max(longest - fixed, longest / 3) / Math.max(1, free))
  return beats.map((b) => (isPause(b) ? pause : plain(b) * scale))
}
