import type { Level } from '../play/pace.ts'
import type { Station } from '../play/steps.ts'

/** What the list of steps shows. `only`: `all`, `changes`, `phase NAME` or `place NAME`. */
export interface Filter {
  readonly level: Level
  readonly only: string
}

export const everything: Filter = { level: 'station', only: 'all' }

const changes = (s: Station): boolean => s.beat.marks.some((m) => m !== 'end') || s.events.some((e) => e.kind === 'drop')

export function passes({ only }: Filter, station: Station): boolean {
  if (only === 'changes') return changes(station)
  if (only.startsWith('phase ')) return `phase ${station.journey.phase}` === only
  if (only.startsWith('place ')) return `place ${station.beat.place}` === only
  return true
}

export interface Hop {
  readonly netns: string
  readonly hop: number
  readonly stations: Station[]
}

export interface Leg {
  readonly id: number
  readonly phase: Station['journey']['phase']
  readonly title: string
  readonly hops: Hop[]
}

/** Stations by packet, and within a packet by network namespace. */
export function legsOf(stations: readonly Station[]): readonly Leg[] {
  const legs: Leg[] = []
  for (const station of stations) {
    let leg = legs.at(-1)
    if (leg?.id !== station.journey.id) {
      leg = { id: station.journey.id, phase: station.journey.phase, title: station.journey.title, hops: [] }
      legs.push(leg)
    }
    let hop = leg.hops.at(-1)
    if (hop?.hop !== station.beat.hop) {
      hop = { netns: station.beat.place, hop: station.beat.hop, stations: [] }
      leg.hops.push(hop)
    }
    hop.stations.push(station)
  }
  return legs
}
