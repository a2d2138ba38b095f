import type { Beat } from '../timeline/beats.ts'
import type { Layout } from './layout.ts'
import type { Point } from './path.ts'
import { way } from './rails.ts'
import { litBy, spotOf } from './spots.ts'

/** Where the packets of one walk run on one layout. Worked out once: a step of the walk only looks things up. */
export interface Ways {
  readonly spot: (beat: Beat) => string
  readonly at: (beat: Beat) => Point | undefined
  readonly lit: (beat: Beat) => readonly string[]
  readonly own: (journey: number) => readonly Beat[]
  /** Leg i leads from the journey's stop i to its stop i+1. */
  readonly legs: (journey: number) => readonly (readonly Point[])[]
}

const known = new WeakMap<Layout, { readonly beats: readonly Beat[]; readonly ways: Ways }>()

export function waysOf(layout: Layout, beats: readonly Beat[]): Ways {
  const found = known.get(layout)
  if (found?.beats === beats) return found.ways
  const ways = make(layout, beats)
  known.set(layout, { beats, ways })
  return ways
}

function make(layout: Layout, beats: readonly Beat[]): Ways {
  const spots = beats.map((b) => spotOf(layout, beats, b))
  const lights = beats.map((b) => litBy(layout, beats, b))
  const owns = new Map<number, Beat[]>()
  for (const b of beats) owns.set(b.journey, [...(owns.get(b.journey) ?? []), b])
  const legs = new Map<number, readonly (readonly Point[])[]>()
  const spot = (b: Beat): string => spots[b.index] ?? ''
  const own = (journey: number): readonly Beat[] => owns.get(journey) ?? []
  return {
    spot,
    at: (b) => layout.draft.rails.points.get(spot(b)),
    lit: (b) => lights[b.index] ?? [],
    own,
    legs: (journey) => {
      const found = legs.get(journey)
      if (found !== undefined) return found
      const stops = own(journey).map(spot)
      const made = stops.slice(1).map((to, i) => way(layout.draft.rails, stops[i] ?? to, to))
      legs.set(journey, made)
      return made
    },
  }
}
