import type { Answer } from '../../src/answer.ts'
import type { EventKind } from '../../src/trace/event.ts'
import type { Beat, Playhead } from './beats.ts'

const clamp = (n: number, beats: readonly Beat[]): number => Math.max(0, Math.min(beats.length - 1, n))

/** A station on (+1) or back (-1); stays at the ends. */
export const stepStation = (beats: readonly Beat[], at: Playhead, by: 1 | -1): Playhead => ({ beat: clamp(at.beat + by, beats) })

/** To the first stop in the next place, or back to the first stop of this place, then of the one before. */
export function stepHop(beats: readonly Beat[], at: Playhead, by: 1 | -1): Playhead {
  const hop = beats[at.beat]?.hop ?? 0
  if (by === 1) {
    const next = beats.find((b) => b.hop > hop)
    return { beat: next?.index ?? clamp(beats.length - 1, beats) }
  }
  const start = beats.findIndex((b) => b.hop === hop)
  if (start < at.beat) return { beat: clamp(start, beats) }
  return {
    beat: clamp(
      beats.findIndex((b) => b.hop === hop - 1),
      beats,
    ),
  }
}

const small: ReadonlySet<EventKind> = new Set<EventKind>(['rule', 'nat', 'drop'])

/** To the next or last rule, rewrite or drop, in this stop or in another one; undefined fields as in Playhead. */
export function stepRule(answer: Answer, beats: readonly Beat[], at: Playhead, by: 1 | -1): Playhead {
  let from = at.event
  for (let i = at.beat; i >= 0 && i < beats.length; i += by) {
    const beat = beats[i]
    if (beat === undefined) break
    const events = answer.walk?.journeys[beat.journey]?.events ?? []
    const start = from === undefined ? (by === 1 ? beat.from : i === at.beat ? beat.from - 1 : beat.to - 1) : from + by
    for (let e = start; e >= beat.from && e < beat.to; e += by) {
      const event = events[e]
      if (event !== undefined && small.has(event.kind)) return { beat: i, event: e }
    }
    from = undefined
  }
  return at
}
