import type { Place, Run } from './kernel/run.ts'
import type { Packet } from './net/packet.ts'
import { printPacket } from './net/print.ts'
import type { Skb, TraceEvent, Tuple } from './trace/event.ts'
import type { Ending, Journey, Phase, Relation } from './trace/journey.ts'

/** A journey that has not come to its end. */
export interface Draft {
  readonly id: number
  readonly phase: Phase
  readonly connection: Tuple
  again?: number
  readonly parent?: { readonly journey: number; readonly as: Relation }
  readonly start: number
  readonly title: string
  readonly events: TraceEvent[]
  ending?: Ending
  steps: number
  /** The packet goes in pieces; `queued`: none is received before all are sent. */
  cut?: 'queued' | 'direct'
  /** Pieces that a process has yet to send when all that became of the one before has come to rest. */
  unsent?: ReadonlySet<Place>
  /** How the first piece that was lost came to its end. */
  lost?: Ending
  /** Bridge ports passed, and the headers that the packet had there. */
  readonly passes: Map<string, Packet['headers'][]>
}

/** What happens at a time (ns); of two at one time the first to be set. */
export interface Timer {
  readonly at: number
  readonly order: number
  readonly fire: () => void
}

/** A copy of a frame for everybody, beside the journey that is told. `nth` from 0. */
export const copyOf = ({ connection }: Draft, nth: number, start: number, packet: Packet): Draft => ({
  id: -nth - 1,
  phase: 'arp',
  connection,
  start,
  title: printPacket(packet),
  events: [],
  steps: 0,
  passes: new Map(),
})

/** What is told of a journey. */
export const journeyOf = ({ steps: _steps, again: _again, passes: _passes, ...draft }: Draft): Journey => draft as Journey

/**
 * What comes next for a packet is next. Only pieces that were cut while a packet was being received are all sent before one of them is received:
 * the next machine takes them from its queue when this one is done (netif_rx).
 */
export function putNext(stack: Place[], draft: Draft, next: readonly Place[]): void {
  if (draft.cut === 'direct' && next.length > 1) draft.unsent = new Set(next)
  const [first] = next
  if (draft.cut === undefined && next.length < 2) {
    if (first !== undefined) stack.unshift(first)
    return
  }
  const waits = draft.cut === 'queued' && next.length === 1 && next[0]?.at === 'receive'
  if (!waits) {
    stack.unshift(...next)
    return
  }
  const unsent = stack.findIndex((p) => draft.unsent?.has(p))
  stack.splice(unsent < 0 ? stack.map((p) => p.journey).lastIndexOf(draft.id) + 1 : unsent, 0, ...next)
}

const keysOf = (pieces: ReadonlyMap<string, readonly Skb[]>, journey: number): readonly string[] =>
  [...pieces.keys()].filter((k) => k.startsWith(`${journey} `))

/** Whether other pieces of this journey are under way or wait for the rest. */
export const remains = (stack: readonly Place[], pieces: ReadonlyMap<string, readonly Skb[]>, journey: number): boolean =>
  stack.some((p) => p.journey === journey) || keysOf(pieces, journey).length > 0

/** One piece is lost, and the last of the others has come to where it waits in vain. */
export function giveUp(run: Run, draft: Draft): void {
  const keys = keysOf(run.pieces, draft.id)
  const skb = run.pieces.get(keys[0] ?? '')?.[0]
  for (const key of keys) run.pieces.delete(key)
  if (skb === undefined) return run.end(draft.id, draft.lost as Ending)
  const netns = keys[0]?.split(' ')[1] ?? ''
  run.emit(draft.id, { kind: 'drop', reason: 'fragments', at: { netns }, after: { kind: 'skb', skb } })
  run.end(draft.id, { kind: 'dropped', reason: 'fragments' })
}

/** A rule dropped or rejected the packet in OUTPUT or POSTROUTING of the netns that made it. */
export function refusedAtHome(ending: Ending, netns: string, place: Place | undefined): boolean {
  const by = ending.kind === 'rejected' || (ending.kind === 'dropped' && ending.rule !== undefined)
  const hook = place?.at === 'hook' ? place.hook : place?.at === 'tell' ? place.events.at(-1)?.at.hook : undefined
  return by && place?.netns === netns && (hook === 'output' || hook === 'postrouting')
}

/** Whether the packet was at this port of a bridge before with these very headers; remembers them. */
export function passedBefore({ passes }: Draft, where: string, headers: Packet['headers']): boolean {
  const before = passes.get(where)
  if (before === undefined) passes.set(where, [headers])
  else if (before.some((old) => JSON.stringify(old) === JSON.stringify(headers))) return true
  else before.push(headers)
  return false
}
