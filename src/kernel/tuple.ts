import { ipOf, l4Of, type Packet } from '../net/packet.ts'
import type { Tuple } from '../trace/event.ts'

/** One text for one direction of a connection: equal tuples have equal keys. */
export type TupleKey = string

export const tupleKey = (t: Tuple): TupleKey =>
  `${t.proto} ${t.src} ${t.sport} ${t.dst} ${t.dport}${t.type === undefined ? '' : ` ${t.type}`}`

/** Echo request and reply answer each other, in IPv4 and IPv6. Other ICMP queries are not tracked by us. */
const ANSWERS: Readonly<Record<number, number>> = { 8: 0, 0: 8, 128: 129, 129: 128 }

/** The tuple of the outermost IP pass; undefined for what conntrack keeps no entry of (ICMP errors). */
export function tupleOf(packet: Packet): Tuple | undefined {
  const ip = ipOf(packet)
  if (!ip) return undefined
  const l4 = l4Of(packet)
  const ends = { src: ip.src, dst: ip.dst }
  if (l4 === undefined) return { proto: ip.proto, ...ends, sport: 0, dport: 0 }
  if (l4.kind === 'icmp') {
    if (ANSWERS[l4.type] === undefined) return undefined
    return { proto: ip.family === 4 ? 'icmp' : 'icmp6', ...ends, sport: l4.id ?? 0, dport: l4.id ?? 0, type: l4.type, code: l4.code }
  }
  return { proto: l4.kind, ...ends, sport: l4.sport, dport: l4.dport }
}

/** What an answer to this tuple looks like on the wire. */
export function inverse(t: Tuple): Tuple {
  const back = { proto: t.proto, src: t.dst, dst: t.src, sport: t.dport, dport: t.sport }
  return t.type === undefined ? back : { ...t, ...back, type: ANSWERS[t.type] ?? t.type }
}
