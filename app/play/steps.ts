import type { Answer } from '../../src/answer.ts'
import type { Message } from '../../src/net/message.ts'
import type { Subject, TraceEvent } from '../../src/trace/event.ts'
import type { Journey } from '../../src/trace/journey.ts'
import { type Beat, beatsOf, type Playhead } from '../timeline/beats.ts'

/** A stop of the walk with its events at hand. Events first … last, by `seq`. */
export interface Station {
  readonly index: number
  readonly beat: Beat
  readonly journey: Journey
  readonly events: readonly TraceEvent[]
  readonly first: number
  readonly last: number
}

export interface Steps {
  readonly stations: readonly Station[]
  readonly beats: readonly Beat[]
  /** Where each event stands, by `seq`. */
  readonly at: ReadonlyMap<number, Playhead>
}

const nothing: Steps = { stations: [], beats: [], at: new Map() }
const made = new WeakMap<Answer, Steps>()

/** The walk as a list of stations; computed once for each answer. */
export function stepsOf(answer: Answer | undefined): Steps {
  if (answer?.walk === undefined) return nothing
  const known = made.get(answer)
  if (known !== undefined) return known
  const beats = beatsOf(answer)
  const stations: Station[] = []
  const at = new Map<number, Playhead>()
  for (const beat of beats) {
    const journey = answer.walk.journeys[beat.journey]
    const events = journey?.events.slice(beat.from, beat.to) ?? []
    const [first] = events
    const last = events.at(-1)
    if (journey === undefined || first === undefined || last === undefined) continue
    events.forEach((event, i) => {
      at.set(event.seq, i === 0 ? { beat: beat.index } : { beat: beat.index, event: beat.from + i })
    })
    stations.push({ index: beat.index, beat, journey, events, first: first.seq, last: last.seq })
  }
  const steps = { stations, beats, at }
  made.set(answer, steps)
  return steps
}

/** Where the playhead stands for an event; the start for an event that this walk does not have. */
export const playheadOf = (steps: Steps, seq: number): Playhead => steps.at.get(seq) ?? { beat: 0 }

/** The event under a playhead, by `seq`. */
export function seqOf(steps: Steps, playhead: Playhead): number {
  const station = steps.stations[playhead.beat]
  if (station === undefined) return 0
  if (playhead.event === undefined) return station.first
  return station.events[playhead.event - station.beat.from]?.seq ?? station.first
}

export const stationAt = (steps: Steps, seq: number): Station | undefined => steps.stations[playheadOf(steps, seq).beat]

/** Is this worth a line of its own under its station? */
export function isDetail(event: TraceEvent): boolean {
  switch (event.kind) {
    case 'hook-end':
      return event.verdict !== 'accept'
    case 'chain-end':
      return event.policy === 'drop'
    case 'conntrack':
      return event.what !== 'confirmed'
    case 'hook':
    case 'rule':
    case 'nat':
    case 'route':
    case 'neighbour':
    case 'bridge':
    case 'fdb':
    case 'device':
    case 'cross':
    case 'encap':
    case 'decap':
    case 'ttl':
    case 'fragment':
    case 'reassemble':
    case 'icmp-error':
    case 'socket':
    case 'process':
    case 'dns':
    case 'bpf':
    case 'bpf-map':
    case 'bpf-end':
    case 'drop':
      return true
  }
}

/** What the inspector shows: one event, or a whole station, with the state before and after. */
export interface Look {
  readonly station: Station
  /** The event that says most about the step. */
  readonly main: TraceEvent
  readonly before: Subject | undefined
  readonly after: Subject
  readonly whole: boolean
}

export function lookAt(steps: Steps, seq: number): Look | undefined {
  const { beat, event } = playheadOf(steps, seq)
  const station = steps.stations[beat]
  const [first] = station?.events ?? []
  if (station === undefined || first === undefined) return undefined
  const before = (index: number): Subject | undefined => station.journey.events[index - 1]?.after
  if (event === undefined) {
    const last = station.events.at(-1) ?? first
    return { station, main: mainOf(station), before: before(station.beat.from), after: last.after, whole: true }
  }
  const one = station.journey.events[event] ?? first
  return { station, main: one, before: before(event), after: one.after, whole: false }
}

const messageIn = (subject: Subject | undefined): Message | undefined =>
  subject?.kind === 'skb' ? subject.skb.packet.message : subject?.kind === 'message' ? subject.message : undefined

/** What the packet of a step carries: when it is a socket's already, what the packet had that brought it. */
export const carriedBy = (look: Look): Message | undefined => messageIn(look.after) ?? messageIn(look.before)

/** How much an event says about its station: the highest is told, of equals the first. */
function weight(event: TraceEvent): number {
  switch (event.kind) {
    case 'drop':
      return 9
    case 'nat':
      return 8
    case 'rule':
      // Which rule ended the packet says more than that it ended.
      return event.verdict.kind === 'drop' || event.verdict.kind === 'reject' ? 10 : 2
    case 'conntrack':
      return event.what === 'invalid' ? 6 : 1
    case 'encap':
    case 'decap':
    case 'icmp-error':
      return 5
    // a translated call says more than that a socket sends
    case 'bpf-end':
      return event.address !== undefined || event.errno !== undefined ? 8 : 2
    case 'process':
    case 'dns':
    case 'cross':
      return 4
    // A Pod and a machine outside have names with a slash: no rules stand at their hooks.
    case 'hook':
      return event.at.netns.includes('/') ? 2 : 3
    case 'route':
    case 'bridge':
    case 'device':
    case 'socket':
    case 'bpf':
      return 3
    case 'neighbour':
    case 'fdb':
    case 'ttl':
    case 'fragment':
    case 'reassemble':
    case 'bpf-map':
      return 1
    case 'hook-end':
    case 'chain-end':
      return 0
  }
}

export const mainOf = (station: Station): TraceEvent =>
  station.events.reduce((best, event) => (weight(event) > weight(best) ? event : best))

/** `seq` of the last stop's first event. */
export const lastSeq = (answer: Answer): number => stepsOf(answer).stations.at(-1)?.first ?? 0
