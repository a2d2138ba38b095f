import type { Header } from '../../src/net/packet.ts'
import type { TraceEvent } from '../../src/trace/event.ts'
import { aligned, changedFields, type Field, headerTitle } from './packet.ts'

/** `ends`: taken off in this netns; `changes`: a field gets another value in this netns; `goes`: goes on as it is. */
export type Fate = 'ends' | 'changes' | 'goes'

/** One header of the packet as it stands, and what is about to happen to it in the netns where it is. */
export interface HeaderFate {
  readonly title: string
  readonly fate: Fate
  /** The fields that change next, with their values then. */
  readonly soon: readonly Field[]
}

export interface Outlook {
  readonly headers: readonly HeaderFate[]
  /** The next event in this netns that changes a field. */
  readonly next: { readonly event: TraceEvent; readonly fields: readonly Field[] } | undefined
}

interface Followed {
  now: Header | undefined
  readonly title: string
  soon: readonly Field[]
  changedAt: TraceEvent | undefined
}

/**
 * Looks ahead in a packet's own events, from the one behind `index` to the end of its stay in this netns: which headers
 * end here, which field changes next. A packet that a socket takes in ends whole.
 */
export function outlook(events: readonly TraceEvent[], index: number): Outlook | undefined {
  const here = events[index]
  if (here?.after.kind !== 'skb') return undefined
  const headers: Followed[] = here.after.skb.packet.headers.map((h) => ({ now: h, title: headerTitle(h), soon: [], changedAt: undefined }))
  let packet: readonly Header[] = here.after.skb.packet.headers
  for (const event of events.slice(index + 1)) {
    if (event.at.netns !== here.at.netns || event.kind === 'cross') break
    if (event.after.kind === 'socket') for (const h of headers) h.now = undefined
    if (event.after.kind !== 'skb') continue
    const next = event.after.skb.packet.headers
    if (next === packet) continue
    const became = new Map(aligned(packet, next).flatMap(([a, b]) => (a === undefined ? [] : [[a, b] as const])))
    for (const h of headers) {
      if (h.now === undefined) continue
      const after = became.get(h.now)
      const changed = after === undefined ? [] : changedFields(h.now, after)
      if (changed.length > 0 && h.changedAt === undefined) {
        h.soon = changed
        h.changedAt = event
      }
      h.now = after
    }
    packet = next
  }
  const firstAt = headers
    .map((h) => h.changedAt)
    .reduce((a, b) => (a === undefined || (b !== undefined && b.seq < a.seq) ? b : a), undefined)
  const fates = headers.map((h): HeaderFate => {
    const soon = h.changedAt !== undefined && h.changedAt === firstAt ? h.soon : []
    return { title: h.title, soon, fate: h.now === undefined ? 'ends' : soon.length > 0 ? 'changes' : 'goes' }
  })
  const next = firstAt && { event: firstAt, fields: fates.flatMap((h) => h.soon) }
  return { headers: fates, next }
}
