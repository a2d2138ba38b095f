import { ipOf, l4Of, type Packet, type TcpHeader } from '../net/packet.ts'
import type { CtDir, CtState, CtView, Skb } from '../trace/event.ts'
import { assures, nextSctp } from './conntrack-sctp.ts'
import { timeoutOf } from './conntrack-timeouts.ts'
import { endOf, firstEnds, inWindow } from './conntrack-window.ts'
import type { Netns } from './machine.ts'
import type { CtEntry, Moment } from './moment.ts'
import { withCt } from './skb.ts'
import { inverse, tupleKey, tupleOf } from './tuple.ts'

const SECOND = 1_000_000_000

export function tableOf(moment: Moment, netns: string): Map<string, CtEntry> {
  const found = moment.conntrack.get(netns)
  if (found) return found
  const made = new Map<string, CtEntry>()
  moment.conntrack.set(netns, made)
  return made
}

/** Entries of one netns that are still alive, oldest first. */
export function entriesOf(moment: Moment, netns: string): readonly CtEntry[] {
  const alive = [...new Set(moment.conntrack.get(netns)?.values() ?? [])].filter((e) => e.expires > moment.clock)
  return alive.sort((a, b) => a.id - b.id)
}

/** A copy for the trace; `timeout` in whole seconds from now. */
export function viewOf(entry: CtEntry, clock: number): CtView {
  const { id, zone, family, orig, reply, mark } = entry
  const tcp = entry.tcp === undefined ? {} : { tcp: entry.tcp }
  const status = (['SEEN_REPLY', 'ASSURED', 'SRC_NAT', 'DST_NAT'] as const).filter((s) => entry.status.has(s))
  return { id, zone, family, orig, reply, mark, status, timeout: Math.max(0, Math.ceil((entry.expires - clock) / SECOND)), ...tcp }
}

/** RFC 792 and 4443 errors: they belong to the connection of the packet that they carry. */
export const isIcmpError = (packet: Packet): boolean => {
  const l4 = l4Of(packet)
  if (l4?.kind !== 'icmp') return false
  return ipOf(packet)?.family === 4 ? [3, 4, 5, 11, 12].includes(l4.type) : l4.type < 128
}

export interface Tracked {
  readonly skb: Skb
  readonly entry?: CtEntry
  readonly what: 'found' | 'new' | 'invalid'
}

/** nf_conntrack_in: finds or opens the entry of a packet and moves the protocol's state on. Loopback packets keep the one they have. */
export function track(moment: Moment, netns: Netns, skb: Skb): Tracked | undefined {
  if (skb.ct) return undefined
  const table = tableOf(moment, netns.name)
  if (isIcmpError(skb.packet)) return trackError(moment, table, skb)
  const tuple = tupleOf(skb.packet)
  if (!tuple) return { skb: withCt(skb, { id: 0, dir: 'original', state: 'invalid' }), what: 'invalid' }
  const key = tupleKey(tuple)
  const old = table.get(key)
  if (old && old.expires > moment.clock && !reopens(old, key, skb.packet))
    return proceed(moment, netns, table, skb, old, tupleKey(old.orig) === key ? 'original' : 'reply')
  const l4 = l4Of(skb.packet)
  if (l4?.kind === 'tcp' && !mayOpen(l4, netns)) return { skb: withCt(skb, { id: 0, dir: 'original', state: 'invalid' }), what: 'invalid' }
  if (tuple.type === 0 || tuple.type === 129) return { skb: withCt(skb, { id: 0, dir: 'original', state: 'invalid' }), what: 'invalid' }
  const entry: CtEntry = {
    id: moment.nextCt++,
    zone: 0,
    family: ipOf(skb.packet)?.family ?? 4,
    orig: tuple,
    reply: inverse(tuple),
    status: new Set(),
    mark: 0,
    confirmed: false,
    bound: { src: false, dst: false },
    dirty: true,
    since: moment.clock,
    expires: 0,
    ...(l4?.kind === 'tcp' ? { tcp: l4.flags.includes('S') ? 'SYN_SENT' : 'ESTABLISHED', ends: firstEnds(l4, skb.packet.size) } : {}),
    ...(l4?.kind === 'sctp' ? { tcp: nextSctp('NONE', l4.chunk, 'original') } : {}),
  }
  entry.expires = moment.clock + timeoutOf(netns, entry) * SECOND
  moment.held.set(entry.id, entry)
  return { skb: withCt(skb, { id: entry.id, dir: 'original', state: 'new' }), entry, what: 'new' }
}

/** The entry that a packet holds. */
export function entryOf(moment: Moment, netns: string, skb: Skb): CtEntry | undefined {
  if (!skb.ct || skb.ct.id === 0) return undefined
  const waiting = moment.held.get(skb.ct.id)
  if (waiting) return waiting
  for (const e of tableOf(moment, netns).values()) if (e.id === skb.ct.id) return e
  return undefined
}

/** A SYN for a connection that has been closed is a new one, for which NAT rules are asked again (nf_conntrack_tcp_packet, TIME_WAIT). */
function reopens(old: CtEntry, key: string, packet: Packet): boolean {
  const l4 = l4Of(packet)
  return l4?.kind === 'tcp' && old.tcp === 'TIME_WAIT' && tupleKey(old.orig) === key && l4.flags.includes('S') && !l4.flags.includes('A')
}

/** SYN opens; a plain ACK opens too while nf_conntrack_tcp_loose is on; SYN-ACK, RST and FIN never do. */
function mayOpen(tcp: TcpHeader, netns: Netns): boolean {
  const has = (f: 'S' | 'A' | 'R' | 'F'): boolean => tcp.flags.includes(f)
  if (has('R') || has('F') || (has('S') && has('A'))) return false
  return has('S') || (has('A') && (netns.sysctls['net/netfilter/nf_conntrack_tcp_loose'] ?? 1) !== 0)
}

function trackError(moment: Moment, table: Map<string, CtEntry>, skb: Skb): Tracked {
  const l4 = l4Of(skb.packet)
  const inner = l4?.kind === 'icmp' && l4.about ? tupleOf({ headers: l4.about, size: 0 }) : undefined
  const key = inner && tupleKey(inverse(inner))
  const entry = key === undefined ? undefined : table.get(key)
  if (!entry || key === undefined || entry.expires <= moment.clock)
    return { skb: withCt(skb, { id: 0, dir: 'original', state: 'invalid' }), what: 'invalid' }
  const dir: CtDir = tupleKey(entry.reply) === key ? 'reply' : 'original'
  return { skb: withCt(skb, { id: entry.id, dir, state: 'related' }), entry, what: 'found' }
}

function proceed(moment: Moment, netns: Netns, table: Map<string, CtEntry>, skb: Skb, entry: CtEntry, dir: CtDir): Tracked {
  // nothing is ever taken from a status
  const [seen, was] = [entry.status.size, entry.tcp]
  const l4 = l4Of(skb.packet)
  if (l4?.kind === 'tcp') {
    if (oneSided(entry, dir, l4) || !inWindow(netns, entry, dir, l4, skb.packet.size))
      return { skb: withCt(skb, { id: 0, dir: 'original', state: 'invalid' }), what: 'invalid' }
    if (l4.flags.includes('R') && !entry.status.has('SEEN_REPLY') && dir === 'reply') {
      // A SYN answered by RST: the entry goes at once, though this packet is still translated by it.
      entry.dead = true
      entry.tcp = 'CLOSE'
      table.delete(tupleKey(entry.orig))
      table.delete(tupleKey(entry.reply))
      moment.held.set(entry.id, entry)
      return { skb: withCt(skb, { id: entry.id, dir, state: 'established' }), entry, what: 'found' }
    }
    if (!challenged(entry, dir, l4)) entry.tcp = nextTcp(entry.tcp ?? 'NONE', l4, dir)
    heard(entry, dir, l4, skb.packet.size)
    if (entry.tcp === 'ESTABLISHED' && entry.status.has('SEEN_REPLY')) entry.status.add('ASSURED')
  } else if (l4?.kind === 'sctp') {
    entry.tcp = nextSctp(was ?? 'NONE', l4.chunk, dir)
    if (assures(was ?? 'NONE', entry.tcp, dir)) entry.status.add('ASSURED')
  } else if (entry.status.has('SEEN_REPLY') && entry.orig.proto === 'udp' && moment.clock - entry.since > 2 * SECOND)
    entry.status.add('ASSURED')
  if (dir === 'reply') entry.status.add('SEEN_REPLY')
  entry.expires = moment.clock + timeoutOf(netns, entry) * SECOND
  if (entry.status.size !== seen || entry.tcp !== was) entry.dirty = true
  const state: CtState = entry.status.has('SEEN_REPLY') ? 'established' : 'new'
  return { skb: withCt(skb, { id: entry.id, dir, state }), entry, what: 'found' }
}

/**
 * Only the way there is seen, not the way back: to this machine no answer came, so that what follows the SYN is INVALID, and so is a RST beyond
 * all that was allowed (tcp_conntracks, sSS; tcp_in_window).
 */
function oneSided(entry: CtEntry, dir: CtDir, tcp: TcpHeader): boolean {
  if (entry.tcp !== 'SYN_SENT' || entry.status.has('SEEN_REPLY') || dir === 'reply' || tcp.flags.includes('S')) return false
  return !tcp.flags.includes('R') || tcp.seq > (entry.ends?.original ?? 0)
}

/**
 * A RST of an assured connection that is not the very next thing awaited may be answered by a challenge: the entry keeps its state (RFC 5961;
 * nf_conntrack_tcp_packet). Next is what the other side acknowledged, or what this side said last.
 */
function challenged(entry: CtEntry, dir: CtDir, tcp: TcpHeader): boolean {
  const { seen } = entry
  if (!tcp.flags.includes('R') || entry.tcp !== 'ESTABLISHED' || !entry.status.has('ASSURED') || seen === undefined) return false
  const awaited = seen.acked[dir === 'original' ? 'reply' : 'original']
  if (awaited === undefined || tcp.seq === awaited) return false
  return !(seen.last === dir && tcp.seq === seen.end)
}

/** Remembers how far the acknowledgements of each side go, and where the last segment ended. */
function heard(entry: CtEntry, dir: CtDir, tcp: TcpHeader, size: number): void {
  const acked = { ...entry.seen?.acked }
  if (tcp.flags.includes('A') && !tcp.flags.includes('R')) acked[dir] = Math.max(acked[dir] ?? 0, tcp.ack)
  entry.seen = { acked, last: dir, end: endOf(tcp, size) }
}

/** The states of nf_conntrack_proto_tcp that a handshake, data, FIN and RST lead through. */
function nextTcp(state: string, tcp: TcpHeader, dir: CtDir): string {
  const has = (f: 'S' | 'A' | 'R' | 'F'): boolean => tcp.flags.includes(f)
  if (has('R')) return 'CLOSE'
  if (has('S')) return dir === 'reply' && has('A') && state === 'SYN_SENT' ? 'SYN_RECV' : state
  if (has('F')) return state === 'FIN_WAIT' || state === 'CLOSE_WAIT' ? 'LAST_ACK' : 'FIN_WAIT'
  if (state === 'SYN_RECV' && dir === 'original') return 'ESTABLISHED'
  if (state === 'FIN_WAIT') return 'CLOSE_WAIT'
  if (state === 'LAST_ACK') return 'TIME_WAIT'
  return state
}

/** Takes an entry that has expired or was closed out of the table, under both its keys. */
function forget(table: Map<string, CtEntry>, entry: CtEntry | undefined): void {
  for (const key of entry ? [tupleKey(entry.orig), tupleKey(entry.reply)] : []) if (table.get(key) === entry) table.delete(key)
}

/** nf_conntrack_confirm: at the end of INPUT and POSTROUTING an entry becomes visible, and changes are told. */
export function confirm(
  moment: Moment,
  netns: string,
  skb: Skb,
): { readonly entry: CtEntry; readonly what: 'confirmed' | 'changed' } | undefined {
  const entry = entryOf(moment, netns, skb)
  if (!entry || entry.dead) return undefined
  if (entry.confirmed) {
    if (!entry.dirty) return undefined
    entry.dirty = false
    return { entry, what: 'changed' }
  }
  // an error about a first packet that is not let through belongs to an entry that nobody will see
  if (skb.ct?.state === 'related') return undefined
  const table = tableOf(moment, netns)
  const keys = [tupleKey(entry.orig), tupleKey(entry.reply)]
  for (const key of keys) forget(table, table.get(key))
  entry.confirmed = true
  entry.dirty = false
  for (const key of keys) table.set(key, entry)
  moment.held.delete(entry.id)
  return { entry, what: 'confirmed' }
}
