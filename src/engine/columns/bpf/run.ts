import type { Bpf, BpfMap } from '../../../kernel/bpf/ast.ts'
import type { TraceEvent } from '../../../trace/event.ts'
import type { Journey } from '../../../trace/journey.ts'
import type { Scene } from '../language.ts'

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: K }>
export type MapEvent = Of<'bpf-map'>

/** One run of a program: from its `bpf` to its `bpf-end`, or to the end of a walk that stopped inside it. */
export interface BpfRun {
  readonly journey: Journey
  readonly number: number
  readonly start: Of<'bpf'>
  /** What happened inside. */
  readonly inner: readonly TraceEvent[]
  readonly end: Of<'bpf-end'> | undefined
  /** The event before the run: the packet as it came. */
  readonly before: TraceEvent | undefined
  /** Places of the first and of the last event in the journey. */
  readonly from: number
  readonly to: number
  readonly bpf: Bpf
}

/** The run that an event begins or belongs to; undefined: it is none. */
export function runAt(scene: Scene, number: number, seq: number): BpfRun | undefined {
  const journey = scene.journeys[number]
  const at = journey?.events.findIndex((e) => e.seq === seq) ?? -1
  if (!journey || at < 0) return undefined
  let from = at
  while (from >= 0 && journey.events[from]?.kind !== 'bpf') {
    if (from < at && journey.events[from]?.kind === 'bpf-end') return undefined
    from--
  }
  const start = journey.events[from]
  const bpf = start && scene.machines.netns(start.at.netns)?.bpf
  if (start?.kind !== 'bpf' || !bpf) return undefined
  let to = journey.events.findIndex((e, i) => i > from && e.kind === 'bpf-end' && e.program === start.program)
  const end = journey.events[to]
  if (to < 0) to = journey.events.length - 1
  if (at > to) return undefined
  const inner = journey.events.slice(from + 1, end === undefined ? to + 1 : to)
  const before = journey.events[from - 1]
  return { journey, number, start, inner, end: end?.kind === 'bpf-end' ? end : undefined, before, from, to, bpf }
}

export const mapNamed = (bpf: Bpf, name: string): BpfMap | undefined => bpf.maps.find((m) => m.name === name)
