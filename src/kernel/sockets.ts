import { type Family, familyOf, type Ip } from '../net/ip.ts'
import { endpointText, type Message } from '../net/message.ts'
import { type Header, ipLength, ipOf, l4Of, type Packet, type TcpFlag, type TcpHeader } from '../net/packet.ts'
import type { SocketView, Tuple } from '../trace/event.ts'
import type { Listener, Netns } from './machine.ts'
import type { Moment, Segment, Sock } from './moment.ts'

/** The key of a socket: who holds it and both its ends. */
export const sockKey = (netns: string, proto: string, local: Sock['local'], peer: Sock['peer']): string =>
  `${netns} ${proto} ${endpointText(local.address, local.port)} ${endpointText(peer.address, peer.port)}`
const keys = new WeakMap<Sock, string>()
export function keyOf(sock: Sock): string {
  const old = keys.get(sock)
  if (old !== undefined) return old
  const key = sockKey(sock.netns, sock.proto, sock.local, sock.peer)
  keys.set(sock, key)
  return key
}

/** An association's states in the words of `ss` (RFC 9260, 4); a client that sent its cookie waits in the place of SYN_RECV. */
const SCTP_STATES = { SYN_SENT: 'COOKIE_WAIT', SYN_RECV: 'COOKIE_ECHOED', ESTABLISHED: 'ESTABLISHED', CLOSE: 'CLOSED' } as const

export function viewOfSock(sock: Sock): SocketView {
  return {
    netns: sock.netns,
    proto: sock.proto,
    local: endpointText(sock.local.address, sock.local.port),
    peer: endpointText(sock.peer.address, sock.peer.port),
    state: sock.proto === 'sctp' ? SCTP_STATES[sock.state] : sock.state,
    owner: sock.process,
  }
}

/** The connection as its own end names it: what it sends looks like this. */
export const tupleOfSock = (s: Sock): Tuple => ({
  proto: s.proto === 'icmp' && familyOf(s.peer.address) === 6 ? 'icmp6' : s.proto,
  src: s.local.address,
  dst: s.peer.address,
  sport: s.local.port,
  dport: s.peer.port,
})

/** The socket that a packet for this machine belongs to. */
export function sockFor(moment: Moment, netns: string, packet: Packet): Sock | undefined {
  const ip = ipOf(packet)
  const l4 = l4Of(packet)
  if (!ip || !l4) return undefined
  if (l4.kind === 'icmp')
    return moment.socks.get(sockKey(netns, 'icmp', { address: ip.dst, port: l4.id ?? 0 }, { address: ip.src, port: l4.id ?? 0 }))
  return moment.socks.get(sockKey(netns, l4.kind, { address: ip.dst, port: l4.dport }, { address: ip.src, port: l4.sport }))
}

/** The socket that sent a packet, while the packet still has the ends that it was made with. */
export function senderOf(moment: Moment, netns: string, packet: Packet): Sock | undefined {
  const ip = ipOf(packet)
  const l4 = l4Of(packet)
  if (!ip || !l4 || l4.kind === 'icmp') return undefined
  return moment.socks.get(sockKey(netns, l4.kind, { address: ip.src, port: l4.sport }, { address: ip.dst, port: l4.dport }))
}

/** Which of the sockets with these ends a new one is. */
export function againOf(moment: Moment, key: string): { readonly again?: number } {
  const old = moment.socks.get(key)
  return old === undefined ? {} : { again: (old.again ?? 0) + 1 }
}

/** The listening socket for an address and port: one bound to the address wins over one bound to all. */
export function listenerFor(netns: Netns, packet: Packet): Listener | undefined {
  const ip = ipOf(packet)
  const l4 = l4Of(packet)
  if (!ip || !l4 || l4.kind === 'icmp') return undefined
  const fits = netns.listeners.filter((l) => l.proto === l4.kind && l.port === l4.dport)
  return fits.find((l) => l.address === ip.dst) ?? fits.find((l) => l.address === undefined)
}

function ipHeader(sock: Sock, df: boolean): Header {
  const family: Family = familyOf(sock.peer.address)
  const proto = sock.proto === 'icmp' ? (family === 4 ? 'icmp' : 'icmp6') : sock.proto
  return {
    kind: 'ip',
    family,
    src: sock.local.address,
    dst: sock.peer.address,
    ttl: 64,
    proto,
    ...(family === 4 && df ? { df: true } : {}),
  }
}

/** A segment of this connection; counts what it sends. */
export function segmentOf(
  sock: Sock,
  flags: readonly TcpFlag[],
  size: number,
  message?: Message,
  options: { readonly mss?: number; readonly sack?: TcpHeader['sack'] | undefined } = {},
): Packet {
  const tcp: TcpHeader = {
    kind: 'tcp',
    sport: sock.local.port,
    dport: sock.peer.port,
    flags,
    seq: sock.sent,
    ack: flags.includes('A') ? sock.received : 0,
    ...(options.mss === undefined ? {} : { mss: options.mss }),
    ...(options.sack === undefined ? {} : { sack: options.sack }),
  }
  sock.sent += size + (flags.includes('S') || flags.includes('F') ? 1 : 0)
  return { headers: [ipHeader(sock, true), tcp], size, ...(message ? { message } : {}) }
}

/** One segment of a stream, which its sender has counted already. */
export function rawSegment(sock: Sock, segment: Segment): Packet {
  const tcp: TcpHeader = {
    kind: 'tcp',
    sport: sock.local.port,
    dport: sock.peer.port,
    flags: segment.push ? ['P', 'A'] : ['A'],
    seq: segment.seq,
    ack: sock.received,
  }
  return { headers: [ipHeader(sock, true), tcp], size: segment.size, ...(segment.message ? { message: segment.message } : {}) }
}

/**
 * A datagram. Sockets discover the path's MTU (ip_no_pmtu_disc 0), so what fits into `mtu` may not be cut on the way; what does not is cut here
 * at once, unless the socket said IP_PMTUDISC_DO: then it is not sent (EMSGSIZE), and `undefined` comes back. IP_PMTUDISC_DONT never forbids it.
 */
export function datagramOf(sock: Sock, size: number, mtu: number, message?: Message): Packet | undefined {
  const l4: Header = { kind: 'udp', sport: sock.local.port, dport: sock.peer.port }
  const packet = (df: boolean): Packet => ({ headers: [ipHeader(sock, df), l4], size, ...(message ? { message } : {}) })
  const fits = ipLength(packet(false)) <= mtu
  if (sock.pmtudisc === 'do') return fits ? packet(true) : undefined
  return packet(fits && sock.pmtudisc !== 'dont')
}

/** An echo request of ping's size: 56 bytes after the header. */
export function echoOf(sock: Sock, seq: number): Packet {
  const type = familyOf(sock.peer.address) === 4 ? 8 : 128
  return { headers: [ipHeader(sock, true), { kind: 'icmp', type, code: 0, id: sock.local.port, seq }], size: 56 }
}

/** A free local port out of ip_local_port_range, the same for the same connection every time. */
export function freePort(
  moment: Moment,
  netns: string,
  proto: string,
  address: Ip,
  peer: Sock['peer'],
  draw: (round: number) => number,
): number {
  for (let round = 0; round < 64; round++) {
    const port = draw(round)
    const key = sockKey(netns, proto, { address, port }, peer)
    if (!moment.socks.has(key) && !moment.usedPorts.has(key)) return port
  }
  return draw(64)
}
