import type { Answer } from '../../src/answer.ts'
import type { TraceEvent } from '../../src/trace/event.ts'
import { mainOf, playheadOf, type Station, stationAt, stepsOf } from '../play/steps.ts'

/** Where the playhead stands among the chains. */
export interface ChainPlace {
  readonly station: Station
  /** The hook's own event; undefined at a stop without a hook. */
  readonly hook: TraceEvent | undefined
  /** The event inside the hook that the playhead stands on; undefined when it stands on the whole stop. */
  readonly event: TraceEvent | undefined
  /** That event happened in a table, or in IPVS. */
  readonly inTable: boolean
}

const isAsked = (event: TraceEvent | undefined): boolean =>
  event?.kind === 'rule' || event?.kind === 'chain-end' || (event?.kind === 'nat' && event.by === 'ipvs') || isBpf(event)

/** A step of a program of eBPF. */
const isBpf = (event: TraceEvent | undefined): boolean =>
  event?.kind === 'bpf' || event?.kind === 'bpf-map' || event?.kind === 'bpf-end' || (event?.kind === 'nat' && event.by === 'bpf')

/** The program of a stop that asked the most; inside a stop the one that the event belongs to. */
function programOf(events: readonly TraceEvent[], inside: TraceEvent | undefined): TraceEvent | undefined {
  const starts = events.filter((e) => e.kind === 'bpf')
  if (inside !== undefined) return starts.filter((e) => e.seq <= inside.seq).at(-1) ?? starts[0]
  const asked = (start: TraceEvent): number => {
    const end = events.find((e) => e.kind === 'bpf-end' && e.seq > start.seq)?.seq ?? Number.POSITIVE_INFINITY
    return events.filter((e) => e.kind === 'bpf-map' && e.seq > start.seq && e.seq < end).length
  }
  return starts.reduce<TraceEvent | undefined>((best, e) => (best === undefined || asked(e) > asked(best) ? e : best), undefined)
}

/** A choice of kube-proxy itself, in the userspace mode: it has columns without a hook. */
const isProxy = (event: TraceEvent): boolean =>
  event.kind === 'process' && event.after.kind === 'socket' && event.process.startsWith('kube-proxy on ')

/** The hook around the playhead: at a whole stop the first that asked a rule, inside a stop the last one before the event. */
export function placeOf(answer: Answer | undefined, playhead: number): ChainPlace | undefined {
  const steps = stepsOf(answer)
  const station = stationAt(steps, playhead)
  if (station === undefined) return undefined
  const { event } = playheadOf(steps, playhead)
  const inside = event === undefined ? undefined : station.events.find((e) => e.seq === playhead)
  // The network between the machines has hooks like any router, and never a chain: those asked last say more.
  const hooks = station.events.filter(
    (e) => e.kind === 'hook' && e.at.netns !== 'underlay' && (inside === undefined || e.seq <= inside.seq),
  )
  const asked = station.events.find(isAsked)
  const first = hooks.filter((h) => asked === undefined || h.seq <= asked.seq).at(-1) ?? hooks[0]
  const hook = (inside === undefined ? first : hooks.at(-1)) ?? programOf(station.events, inside) ?? station.events.find(isProxy)
  return { station, hook, event: inside, inTable: isAsked(inside) || inside?.kind === 'nat' }
}

/** The last stop before this one at which a chain was asked; undefined at the start of a walk. */
export function askedBefore(answer: Answer | undefined, playhead: number): ChainPlace | undefined {
  const steps = stepsOf(answer)
  const here = stationAt(steps, playhead)?.index ?? 0
  for (let i = here - 1; i >= 0; i--) {
    const station = steps.stations[i]
    if (station?.events.some((e) => isAsked(e) || isProxy(e))) return placeOf(answer, station.first)
  }
  return undefined
}

/** The row to look at: the playhead's own, or the rule whose rewrite it stands on, or the one that the stop is about. */
export function rowOf({ station, event }: ChainPlace, first: number, last: number): number | undefined {
  const main = event ?? mainOf(station)
  const within = station.events.filter((e) => (isAsked(e) || isProxy(e)) && e.seq >= first && e.seq <= last)
  if (isAsked(main)) return within.find((e) => e.seq === main.seq)?.seq ?? within.at(-1)?.seq
  return within.filter((e) => e.seq < main.seq || event === undefined).at(-1)?.seq
}

/** Why there are no columns at a hook: conntrack knows the packet's connection, or it does not want to; or there is no chain at all. */
export function unasked({ station, hook }: ChainPlace): 'remembered' | 'untracked' | 'no-chain' {
  const subject = station.events.filter((e) => hook === undefined || e.seq >= hook.seq).at(-1)?.after
  const state = subject?.kind === 'skb' ? subject.skb.ct?.state : undefined
  switch (state) {
    case 'new':
    case 'established':
    case 'related':
      return 'remembered'
    case 'invalid':
    case 'untracked':
      return 'untracked'
    case undefined:
      return 'no-chain'
  }
}
