import type { Family, Ip, Mac } from './ip.ts'
import type { Message } from './message.ts'

/** Layer 4 as the IP header names it, in the words of /etc/protocols. */
export type Protocol = 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmp6' | 'ipip'

export interface EthHeader {
  readonly kind: 'eth'
  readonly src: Mac
  readonly dst: Mac
}

/** IPv4 or IPv6. `ttl` is the hop limit in IPv6. */
export interface IpHeader {
  readonly kind: 'ip'
  readonly family: Family
  readonly src: Ip
  readonly dst: Ip
  readonly ttl: number
  readonly proto: Protocol
  /** IPv4 only: Don't Fragment. */
  readonly df?: boolean
  /** IPv4 only: an option of eight bytes that tells an address and a port. */
  readonly option?: { readonly address: Ip; readonly port: number }
  /** Offset in bytes and "more follow"; absent on a whole packet. */
  readonly frag?: { readonly offset: number; readonly more: boolean }
}

export type TcpFlag = 'S' | 'A' | 'P' | 'F' | 'R'

export interface TcpHeader {
  readonly kind: 'tcp'
  readonly sport: number
  readonly dport: number
  /** In tcpdump's letters, printed in the order S A F R P. */
  readonly flags: readonly TcpFlag[]
  /** Relative to the connection's first byte of that direction: SYN = 0. */
  readonly seq: number
  readonly ack: number
  /** SYN and SYN-ACK: the most data in bytes that a segment to this end may carry, options included. */
  readonly mss?: number
  /** What has come beyond a gap: from, and the first byte after it. */
  readonly sack?: readonly (readonly [from: number, to: number])[]
}

export interface UdpHeader {
  readonly kind: 'udp'
  readonly sport: number
  readonly dport: number
}

export interface SctpHeader {
  readonly kind: 'sctp'
  readonly sport: number
  readonly dport: number
  readonly chunk: 'INIT' | 'INIT_ACK' | 'COOKIE_ECHO' | 'COOKIE_ACK' | 'DATA' | 'SACK' | 'ABORT' | 'SHUTDOWN'
}

/** ICMP of both families; an error carries the head of the packet that it complains of. */
export interface IcmpHeader {
  readonly kind: 'icmp'
  readonly type: number
  readonly code: number
  /** Echo only. conntrack treats it as a port. */
  readonly id?: number
  readonly seq?: number
  /** Fragmentation needed / packet too big: MTU of the next hop in bytes. */
  readonly mtu?: number
  /** Redirect: who is nearer. */
  readonly gateway?: Ip
  readonly about?: readonly Header[]
}

export interface VxlanHeader {
  readonly kind: 'vxlan'
  readonly vni: number
}

/** ARP for IPv4: who asks or answers, and what is asked for. The MAC of `target` is all zeros in a question. */
export interface ArpHeader {
  readonly kind: 'arp'
  readonly op: 'request' | 'reply'
  readonly sender: { readonly mac: Mac; readonly ip: Ip }
  readonly target: { readonly mac: Mac; readonly ip: Ip }
}

export type Header = ArpHeader | EthHeader | IpHeader | TcpHeader | UdpHeader | SctpHeader | IcmpHeader | VxlanHeader
export type L4Header = TcpHeader | UdpHeader | SctpHeader | IcmpHeader

/**
 * A packet on its way: headers from the outermost in; a tunnel is more headers in front.
 * `size` is what follows the innermost header, in bytes.
 */
export interface Packet {
  readonly headers: readonly Header[]
  readonly size: number
  readonly message?: Message
}

/** TCP headers with the options that Linux sends: MSS, SACK, time stamps and window scale on a SYN, time stamps later, none on a bare RST. */
const tcpBytes = (tcp: TcpHeader): number =>
  (tcp.flags.includes('S') ? 40 : tcp.flags.includes('R') ? 20 : 32) + (tcp.sack ? 4 + 8 * tcp.sack.length : 0)

/** Bytes on the wire of one header. IP headers have no options but the one above; the fragment header of IPv6 counts as part of its own. */
export function headerBytes(header: Header): number {
  switch (header.kind) {
    case 'eth':
      return 14
    case 'ip':
      return header.family === 4 ? (header.option ? 28 : 20) : header.frag ? 48 : 40
    case 'tcp':
      return tcpBytes(header)
    case 'udp':
      return 8
    case 'sctp':
      return 12
    case 'icmp':
      return 8
    case 'vxlan':
      return 8
    case 'arp':
      return 28
  }
}

/** Where the outermost IP header stands; -1 when there is none. */
export function outerIpAt({ headers }: Packet): number {
  for (let i = 0; i < headers.length; i++) if (headers[i]?.kind === 'ip') return i
  return -1
}

/** The outermost IP header: the one that routing and hooks of this pass look at. */
export function ipOf(packet: Packet): IpHeader | undefined {
  for (const h of packet.headers) if (h.kind === 'ip') return h
  return undefined
}

/** The layer 4 header that belongs to the outermost IP header. */
export function l4Of(packet: Packet): L4Header | undefined {
  const next = packet.headers[outerIpAt(packet) + 1]
  if (next === undefined || next.kind === 'eth' || next.kind === 'ip' || next.kind === 'vxlan' || next.kind === 'arp') return undefined
  return next
}

export const ethOf = (packet: Packet): EthHeader | undefined => (packet.headers[0]?.kind === 'eth' ? packet.headers[0] : undefined)

/** What a frame asks or answers by ARP; undefined for any other. */
export const arpOf = (packet: Packet): ArpHeader | undefined => {
  const last = packet.headers[packet.headers.length - 1]
  return last?.kind === 'arp' ? last : undefined
}

/** The packet with these headers. Written out: packets are made so often that all should be objects of one shape. */
export const withHeaders = ({ size, message }: Packet, headers: readonly Header[]): Packet =>
  message === undefined ? { headers, size } : { headers, size, message }

/** The packet without the link-layer header in front, if it has one. */
export function withoutEth(packet: Packet): Packet {
  return packet.headers[0]?.kind === 'eth' ? withHeaders(packet, packet.headers.slice(1)) : packet
}

/** The packet with this link-layer header in front (in place of the one it had). */
export function withEth(packet: Packet, src: Mac, dst: Mac): Packet {
  const { headers } = packet
  const eth: EthHeader = { kind: 'eth', src, dst }
  return withHeaders(packet, [eth, ...(headers[0]?.kind === 'eth' ? headers.slice(1) : headers)])
}

/** Length of the outermost IP packet in bytes, its own header included. */
export function ipLength(packet: Packet): number {
  let sum = packet.size
  for (let i = Math.max(0, outerIpAt(packet)); i < packet.headers.length; i++) sum += headerBytes(packet.headers[i] as Header)
  return sum
}

/** The packet with its outermost IP header changed. */
export function changeIp(packet: Packet, change: Partial<Pick<IpHeader, 'src' | 'dst' | 'ttl' | 'df' | 'frag'>>): Packet {
  const at = outerIpAt(packet)
  const ip = packet.headers[at]
  if (ip?.kind !== 'ip') return packet
  if ('df' in change || 'frag' in change || ip.frag || ip.option) return withHeader(packet, at, { ...ip, ...change })
  // what changes at every hop of a whole packet, written out as in withHeaders
  const { kind, family, src, dst, ttl, proto, df } = ip
  const next = { src: change.src ?? src, dst: change.dst ?? dst, ttl: change.ttl ?? ttl }
  return withHeader(
    packet,
    at,
    df === undefined
      ? { kind, family, src: next.src, dst: next.dst, ttl: next.ttl, proto }
      : { kind, family, src: next.src, dst: next.dst, ttl: next.ttl, proto, df },
  )
}

/** The packet with one header in the place of another. */
function withHeader(packet: Packet, at: number, header: Header): Packet {
  const headers = packet.headers.slice()
  headers[at] = header
  return withHeaders(packet, headers)
}

/** The packet with the ports of its outermost layer 4 header changed; for ICMP echo the id takes the port's place. */
export function changePorts(packet: Packet, change: { readonly sport?: number; readonly dport?: number }): Packet {
  const at = outerIpAt(packet) + 1
  const h = packet.headers[at]
  if (h?.kind === 'tcp' || h?.kind === 'udp' || h?.kind === 'sctp')
    return withHeader(packet, at, { ...h, sport: change.sport ?? h.sport, dport: change.dport ?? h.dport })
  if (h?.kind === 'icmp' && h.id !== undefined) return withHeader(packet, at, { ...h, id: change.sport ?? change.dport ?? h.id })
  return packet
}

/** Source and destination port; ICMP echo has its id in both. Undefined where there are none. */
export function portsOf(l4: L4Header | undefined): { readonly sport: number; readonly dport: number } | undefined {
  if (l4 === undefined) return undefined
  if (l4.kind === 'icmp') return l4.id === undefined ? undefined : { sport: l4.id, dport: l4.id }
  return { sport: l4.sport, dport: l4.dport }
}
