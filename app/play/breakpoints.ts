import type { Station } from './steps.ts'

/** `nat`: a rewrite anywhere; `place`: the packet enters a netns; `chain`: a rule of the chain matches, on whichever node. */
export type Breakpoint =
  | { readonly kind: 'nat' }
  | { readonly kind: 'place'; readonly place: string }
  | { readonly kind: 'chain'; readonly chain: string }

export const nameOf = (b: Breakpoint): string => (b.kind === 'nat' ? 'nat' : b.kind === 'place' ? `place ${b.place}` : `chain ${b.chain}`)
export const has = (all: readonly Breakpoint[], one: Breakpoint): boolean => all.some((b) => nameOf(b) === nameOf(one))
export const toggled = (all: readonly Breakpoint[], one: Breakpoint): readonly Breakpoint[] =>
  has(all, one) ? all.filter((b) => nameOf(b) !== nameOf(one)) : [...all, one]

function stopsOf(b: Breakpoint, before: Station | undefined, station: Station): number | undefined {
  switch (b.kind) {
    case 'nat':
      return station.events.some((e) => e.kind === 'nat') ? station.first : undefined
    case 'place':
      return station.beat.place === b.place && before?.beat.place !== b.place ? station.first : undefined
    case 'chain':
      return station.events.find((e) => e.kind === 'rule' && e.rule.chain === b.chain)?.seq
  }
}

/**
 * The first event of a station at which play stops, by `seq`; undefined: it runs through. `before`: the station that it
 * comes from. `behind`: only later events count, for a play that goes on inside the station.
 */
export function stopAt(all: readonly Breakpoint[], before: Station | undefined, station: Station, behind = -1): number | undefined {
  const found = all.map((b) => stopsOf(b, before, station)).filter((seq) => seq !== undefined && seq > behind)
  return found.length === 0 ? undefined : Math.min(...(found as readonly number[]))
}

/** The stations at which play would stop, by index: each carries a flag. */
export const flagged = (all: readonly Breakpoint[], stations: readonly Station[]): readonly number[] =>
  all.length === 0 ? [] : stations.filter((s, i) => stopAt(all, stations[i - 1], s) !== undefined).map((s) => s.index)
