import type { Answer } from '../../src/answer.ts'
import type { CtView, TraceEvent, Tuple } from '../../src/trace/event.ts'

interface Record {
  readonly seq: number
  readonly netns: string
  readonly entry: CtView
  /** Only a confirmed entry is in the table that others see. */
  readonly listed: boolean
  readonly gone: boolean
}

const made = new WeakMap<Answer, readonly Record[]>()

/** Everything that the walk says about conntrack entries, by `seq`. */
function recordsOf(answer: Answer): readonly Record[] {
  const known = made.get(answer)
  if (known !== undefined) return known
  const records: Record[] = []
  for (const e of answer.walk?.journeys.flatMap((j) => j.events) ?? []) {
    if (e.kind === 'conntrack' && e.entry !== undefined)
      records.push({ seq: e.seq, netns: e.at.netns, entry: e.entry, listed: e.what !== 'new', gone: false })
    for (const w of e.writes ?? [])
      if (w.kind === 'conntrack') records.push({ seq: e.seq, netns: w.netns, entry: w.entry, listed: true, gone: w.what === 'destroy' })
  }
  records.sort((a, b) => a.seq - b.seq)
  made.set(answer, records)
  return records
}

/** The entry of a netns as it was after an event; undefined before it was known. */
export function entryAt(answer: Answer, netns: string, id: number, seq: number): CtView | undefined {
  let found: CtView | undefined
  for (const r of recordsOf(answer)) {
    if (r.seq > seq) break
    if (r.netns === netns && r.entry.id === id) found = r.entry
  }
  return found
}

/** The table of a netns as it was after an event, oldest entry first. */
export function tableAt(answer: Answer, netns: string, seq: number): readonly CtView[] {
  const table = new Map<number, CtView>()
  const listed = new Set<number>()
  for (const r of recordsOf(answer)) {
    if (r.seq > seq) break
    if (r.netns !== netns) continue
    if (r.gone) table.delete(r.entry.id)
    else table.set(r.entry.id, r.entry)
    if (r.listed && !r.gone) listed.add(r.entry.id)
  }
  return [...table.values()].filter((e) => listed.has(e.id)).sort((a, b) => a.id - b.id)
}

/** The number of the entry that a packet holds at an event. */
export const heldAt = (event: TraceEvent): number | undefined =>
  event.after.kind === 'skb' && event.after.skb.ct !== undefined && event.after.skb.ct.id !== 0 ? event.after.skb.ct.id : undefined

export interface TupleField {
  readonly name: string
  readonly value: string
  /** Not what the other direction says: NAT made it so. */
  readonly nat: boolean
}

/** A direction as `conntrack -L` prints it; for the reply, what NAT changed is told by the original. */
export function tupleFields(tuple: Tuple, original: Tuple | undefined): readonly TupleField[] {
  const field = (name: string, value: string | number, mirror: string | number | undefined): TupleField => ({
    name,
    value: `${value}`,
    nat: original !== undefined && value !== mirror,
  })
  const ends = [field('src', tuple.src, original?.dst), field('dst', tuple.dst, original?.src)]
  switch (tuple.proto) {
    case 'icmp':
    case 'icmp6':
      return [
        ...ends,
        field('type', tuple.type ?? 0, tuple.type ?? 0),
        field('code', tuple.code ?? 0, tuple.code ?? 0),
        field('id', tuple.sport, original?.dport),
      ]
    case 'ipip':
      return ends
    case 'tcp':
    case 'udp':
    case 'sctp':
      return [...ends, field('sport', tuple.sport, original?.dport), field('dport', tuple.dport, original?.sport)]
  }
}
