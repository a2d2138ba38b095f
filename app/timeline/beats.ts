import type { Answer } from '../../src/answer.ts'
import type { Hook, TraceEvent } from '../../src/trace/event.ts'
import type { Journey, Phase } from '../../src/trace/journey.ts'
import { connectionsOf } from './connections.ts'
import { durations } from './schedule.ts'
import { type Group, groupsOf } from './stops.ts'

/** Which line a packet draws: request blue, reply teal, DNS violet, an error's way back red. */
export type Tone = 'request' | 'reply' | 'dns' | 'drop'

/** What a stop is remembered for. `end`: the last stop of a journey. */
export type BeatMark = 'nat' | 'encap' | 'decap' | 'drop' | 'reject' | 'end'

/** What kind of stop it is. `wire` is the way over the underlay, `tunnel` a VXLAN or IPIP device. */
export type BeatKind = 'process' | 'device' | 'bridge' | 'hook' | 'route' | 'tunnel' | 'wire'

/** Where the walk stands: a stop, and within it one event (index in the journey's events), when stepping by rules. */
export interface Playhead {
  readonly beat: number
  readonly event?: number
}

/** One station stop of one packet. Events [from, to) of its journey belong to it. */
export interface Beat {
  readonly index: number
  /** Index in Answer.walk.journeys. */
  readonly journey: number
  readonly from: number
  readonly to: number
  /** The netns, or the underlay's name while the packet is on the wire. */
  readonly place: string
  readonly phase: Phase
  /** Which connection of a walk through a proxy, from 1. */
  readonly conn?: number
  readonly tone: Tone
  readonly kind: BeatKind
  readonly hook?: Hook
  readonly device?: string
  /** The second pass: hooks and devices that see the packet outside the tunnel's. */
  readonly outer: boolean
  readonly marks: readonly BeatMark[]
  /** Counts changes of place through the whole walk, from 0. */
  readonly hop: number
  /** Milliseconds that autoplay stays here at speed 1. */
  readonly ms: number
}

/** A band above the timeline: stops [from, to] of one phase of one connection. */
export interface PhaseBand {
  readonly phase: Phase
  readonly conn?: number
  readonly tone: Tone
  readonly from: number
  readonly to: number
}

/** How a connection's packet is drawn: by what it is to its parent, then by what conntrack says of its direction. */
export function toneOf(journey: Journey): Tone {
  if (journey.parent?.as === 'icmp-error' || journey.phase === 'error') return 'drop'
  if (journey.phase === 'dns') return 'dns'
  if (journey.phase === 'reply') return 'reply'
  for (const { after } of journey.events) {
    if (after.kind === 'skb' && after.skb.ct !== undefined) return after.skb.ct.dir === 'reply' ? 'reply' : 'request'
  }
  return journey.parent?.as === 'reply' ? 'reply' : 'request'
}

function marksOf(events: readonly TraceEvent[], journey: Journey, last: boolean): readonly BeatMark[] {
  const marks = new Set<BeatMark>()
  for (const e of events) {
    if (e.kind === 'nat') marks.add('nat')
    else if (e.kind === 'encap') marks.add('encap')
    else if (e.kind === 'decap') marks.add('decap')
    else if (e.kind === 'drop') marks.add('drop')
  }
  if (last) {
    marks.add('end')
    switch (journey.ending.kind) {
      case 'rejected':
        marks.delete('drop')
        marks.add('reject')
        break
      case 'dropped':
      case 'failed-locally':
      case 'unmodelled':
      case 'unfinished':
        marks.add('drop')
        break
      case 'delivered':
      case 'answered-by-kernel':
        break
    }
  }
  return [...marks]
}

/** A beat before its length is known. */
export type Unpaced = Omit<Beat, 'ms'>

const made = new WeakMap<Answer, readonly Beat[]>()

/** Every stop of the walk in the order in which autoplay visits them: packet after packet, by their first event. Made once for each answer. */
export function beatsOf(answer: Answer): readonly Beat[] {
  const known = made.get(answer) ?? makeBeats(answer)
  made.set(answer, known)
  return known
}

function makeBeats(answer: Answer): readonly Beat[] {
  const walk = answer.walk
  if (walk === undefined) return []
  const order = walk.journeys
    .map((journey, at) => ({ journey, at, seq: journey.events[0]?.seq ?? 0 }))
    .sort((a, b) => a.seq - b.seq || a.at - b.at)
  const beats: Unpaced[] = []
  const numbers = connectionsOf(answer)
  let hop = -1
  let place: string | undefined
  for (const { journey, at } of order) {
    const tone = toneOf(journey)
    const groups: readonly Group[] = groupsOf(journey, answer.stage)
    for (const [i, g] of groups.entries()) {
      if (g.place !== place || i === 0) hop++
      place = g.place
      beats.push({
        index: beats.length,
        journey: at,
        from: g.from,
        to: g.to,
        place: g.place,
        phase: journey.phase,
        ...(numbers?.[at] ? { conn: numbers[at] } : {}),
        tone,
        kind: g.kind,
        ...(g.hook === undefined ? {} : { hook: g.hook }),
        ...(g.device === undefined ? {} : { device: g.device }),
        outer: g.outer,
        marks: marksOf(journey.events.slice(g.from, g.to), journey, i === groups.length - 1),
        hop,
      })
    }
  }
  const ms = durations(beats)
  return beats.map((b, i) => ({ ...b, ms: ms[i] ?? 0 }))
}

/** Milliseconds that autoplay stays at a stop. `speed` 2 is twice as fast. */
export const durationOf = (beat: Beat, speed: number): number => beat.ms / speed

/** The bands: neighbouring stops of one phase. */
export function phases(beats: readonly Beat[]): readonly PhaseBand[] {
  const bands: PhaseBand[] = []
  for (const b of beats) {
    const last = bands.at(-1)
    if (last !== undefined && last.phase === b.phase && last.conn === b.conn) bands[bands.length - 1] = { ...last, to: b.index }
    else bands.push({ phase: b.phase, ...(b.conn === undefined ? {} : { conn: b.conn }), tone: b.tone, from: b.index, to: b.index })
  }
  return bands
}
