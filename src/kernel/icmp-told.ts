import { ipOf, l4Of } from '../net/packet.ts'
import { quoted } from './icmp.ts'
import type { Sock } from './moment.ts'
import { learnPmtu } from './pmtu.ts'
import { linkOf } from './route.ts'
import { note, type Place, type Run } from './run.ts'
import { keyOf, segmentOf, sockKey, viewOfSock } from './sockets.ts'
import { ownMss, pathNarrowed } from './stream.ts'

/** errno, and whether an ordinary UDP socket is told (`fatal` in icmp_err_convert and icmpv6_err_convert). */
type Told = readonly [errno: string, fatal: boolean]

const V4: Readonly<Record<number, Told>> = {
  0: ['ENETUNREACH', false],
  1: ['EHOSTUNREACH', false],
  2: ['ENOPROTOOPT', true],
  3: ['ECONNREFUSED', true],
  4: ['EMSGSIZE', true],
  9: ['ENETUNREACH', true],
  10: ['EHOSTUNREACH', true],
  13: ['EHOSTUNREACH', true],
}
const V6: Readonly<Record<number, Told>> = {
  0: ['ENETUNREACH', false],
  1: ['EACCES', true],
  2: ['EHOSTUNREACH', false],
  3: ['EHOSTUNREACH', false],
  4: ['ECONNREFUSED', true],
  5: ['EACCES', true],
  6: ['EACCES', true],
}

/** Time exceeded and parameter problem; in IPv6 packet too big as well. */
const OTHERS_V4: Readonly<Record<number, Told>> = { 11: ['EHOSTUNREACH', false], 12: ['EPROTO', true] }
const OTHERS_V6: Readonly<Record<number, Told>> = { 2: ['EMSGSIZE', true], 3: ['EHOSTUNREACH', false], 4: ['EPROTO', true] }

/** What an error means to a socket; undefined: nothing (redirects). */
function meaning(type: number, code: number, v6: boolean): Told | undefined {
  if (v6) return type === 1 ? V6[code] : OTHERS_V6[type]
  return type === 3 ? V4[code] : OTHERS_V4[type]
}

/** An answer that comes within the connect() call itself, before it has gone to sleep. */
const SAME_CALL = 10_000_000
/** tcp_syn_retries begins with one second. */
const RETRY = 1_000_000_000

/**
 * IPv6 throws an error away that meets a locked socket (LockDroppedIcmps), and the socket is locked while connect() sends: between
 * namespaces of one machine the error is back before the call sleeps. The SYN goes out again after a second, and the second error is heard.
 * IPv4 remembers it all the same.
 */
function deaf(run: Run, place: Extract<Place, { at: 'deliver' }>, sock: Sock): boolean {
  const near = linkOf(run.netns(place.netns), place.dev)?.kind === 'veth'
  return sock.retried !== true && near && run.moment.clock - (sock.since ?? 0) < SAME_CALL
}

function retry(run: Run, place: Place, sock: Sock): void {
  sock.retried = true
  run.later(RETRY, () => {
    if (sock.state !== 'SYN_SENT') return []
    sock.sent = 0
    run.send({
      netns: sock.netns,
      packet: segmentOf(sock, ['S'], 0, undefined, { mss: ownMss(run, sock) }),
      phase: 'connect',
      as: 'retry',
      parent: place.journey,
    })
    return []
  })
}

/** SCTP gives up for nothing but a machine that does not know the protocol at all (sctp_v4_err, sctp_v6_err). */
const endsAssociation = (l4: ReturnType<typeof l4Of>, v6: boolean): boolean =>
  l4?.kind === 'icmp' && (v6 ? l4.type === 4 && l4.code === 1 : l4.type === 3 && l4.code === 2)

/** An ICMP error reaches the machine that sent the packet which it quotes (tcp_v4_err, __udp4_lib_err, ping_err). */
export function toldOfError(run: Run, place: Extract<Place, { at: 'deliver' }>): readonly Place[] {
  const about = quoted(place.skb.packet)
  const l4 = l4Of(place.skb.packet)
  const v6 = ipOf(place.skb.packet)?.family === 6
  const proto = about?.tuple.proto === 'icmp6' ? 'icmp' : about?.tuple.proto
  const sock =
    about &&
    proto &&
    run.moment.socks.get(
      sockKey(place.netns, proto, { address: about.src, port: about.tuple.sport }, { address: about.dst, port: about.tuple.dport }),
    )
  if (!sock) {
    note(run, place, { kind: 'socket', what: 'none' })
    run.end(place.journey, { kind: 'delivered', to: 'kernel' })
    return []
  }
  if (l4?.kind === 'icmp' && l4.mtu !== undefined && about && sock.proto !== 'tcp') learnPmtu(run.moment, place.netns, about.dst, l4.mtu)
  if (l4?.kind === 'icmp' && l4.mtu !== undefined && sock.proto === 'tcp')
    pathNarrowed(run, sock, l4.mtu, { as: 'retry', parent: place.journey })
  const [errno, fatal] = (l4?.kind === 'icmp' ? meaning(l4.type, l4.code, v6) : undefined) ?? []
  const opening = sock.proto === 'tcp' && sock.state === 'SYN_SENT' && errno !== 'EMSGSIZE'
  const locked = v6 && opening && deaf(run, place, sock)
  // an established TCP connection goes on; a UDP socket hears of fatal errors only
  const open = sock.proto === 'tcp' ? opening : sock.proto === 'icmp' || (sock.proto === 'sctp' ? endsAssociation(l4, v6) : fatal === true)
  const heard = errno !== undefined && !locked && open
  if (heard) sock.state = 'CLOSE'
  note(run, place, {
    kind: 'socket',
    what: !heard ? 'ignored' : errno === 'ECONNREFUSED' ? 'refused' : 'error',
    after: { kind: 'socket', socket: viewOfSock(sock) },
    ...(errno === undefined ? {} : { errno }),
  })
  run.end(place.journey, { kind: 'delivered', to: sock.process }, keyOf(sock))
  if (locked) retry(run, place, sock)
  if (heard) run.tell({ process: sock.process, netns: sock.netns, happening: { kind: 'failed', conn: sock.conn, errno } })
  return []
}
