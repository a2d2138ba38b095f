import type { TcpHeader } from '../net/packet.ts'
import type { CtDir } from '../trace/event.ts'
import type { Netns } from './machine.ts'
import type { CtEntry } from './moment.ts'

/** The widest window that a header can tell with Linux's usual scale of 7. Windows themselves are not modelled: nobody here fills one. */
export const WIDEST = 65535 * 128

/** The sequence number after a segment. */
export const endOf = (tcp: TcpHeader, size: number): number =>
  tcp.seq + size + (tcp.flags.includes('S') ? 1 : 0) + (tcp.flags.includes('F') ? 1 : 0)

/** How far the first segment of a connection reaches, and what it says of the other side. */
export const firstEnds = (tcp: TcpHeader, size: number): { original: number; reply: number } => ({
  original: endOf(tcp, size),
  reply: tcp.flags.includes('A') ? tcp.ack : 0,
})

/**
 * tcp_in_window, as far as a sender can break it: a segment beyond all that the receiver can have offered is not part of the connection,
 * unless nf_conntrack_tcp_be_liberal is on. Moves the end on for a segment that is in.
 */
export function inWindow(netns: Netns, entry: CtEntry, dir: CtDir, tcp: TcpHeader, size: number): boolean {
  const ends = entry.ends
  if (!ends) return true
  const liberal = (netns.sysctls['net/netfilter/nf_conntrack_tcp_be_liberal'] ?? 0) !== 0
  if (!tcp.flags.includes('R') && tcp.seq > ends[dir] + WIDEST) return liberal
  ends[dir] = Math.max(ends[dir], endOf(tcp, size))
  return true
}
