import type { TcpHeader } from '../net/packet.ts'
import { WIDEST } from './conntrack-window.ts'
import { delivered } from './deliver.ts'
import type { Sock } from './moment.ts'
import { note, type Place, type Run } from './run.ts'
import { keyOf, segmentOf, viewOfSock } from './sockets.ts'
import { acknowledged, sackOf, takeData } from './stream.ts'

/** A segment reaches the socket that it belongs to: the handshake, data, and the end by RST. */
export function tcpArrives(run: Run, place: Place, sock: Sock, tcp: TcpHeader): readonly Place[] {
  const has = (f: 'S' | 'A' | 'R' | 'F'): boolean => tcp.flags.includes(f)
  const size = place.skb.packet.size
  const told = { process: sock.process, netns: sock.netns }
  if (has('R')) {
    const errno = sock.state === 'SYN_SENT' ? 'ECONNREFUSED' : 'ECONNRESET'
    sock.state = 'CLOSE'
    note(run, place, {
      kind: 'socket',
      what: errno === 'ECONNREFUSED' ? 'refused' : 'error',
      errno,
      after: { kind: 'socket', socket: viewOfSock(sock) },
    })
    run.end(place.journey, { kind: 'delivered', to: sock.process }, keyOf(sock))
    run.tell({ ...told, happening: { kind: 'failed', conn: sock.conn, errno } })
    return []
  }
  if (sock.state === 'ESTABLISHED' && tcp.seq > sock.received + WIDEST) {
    // outside the window: said again what is awaited (tcp_validate_incoming, tcp_send_dupack)
    delivered(run, place, sock)
    run.send({
      netns: sock.netns,
      packet: segmentOf(sock, ['A'], 0),
      phase: run.phaseOf(place.journey),
      as: 'reply',
      parent: place.journey,
    })
    return []
  }
  if (sock.state === 'SYN_SENT' && has('S') && has('A')) {
    sock.state = 'ESTABLISHED'
    sock.received = tcp.seq + 1
    if (tcp.mss !== undefined) sock.peerMss = tcp.mss
    if (!run.silent)
      note(run, place, {
        kind: 'socket',
        what: 'connected',
        after: { kind: 'socket', socket: viewOfSock(sock) },
        writes: [{ kind: 'socket', socket: viewOfSock(sock) }],
      })
    run.end(place.journey, { kind: 'delivered', to: sock.process }, keyOf(sock))
    run.send({ netns: sock.netns, packet: segmentOf(sock, ['A'], 0), phase: run.phaseOf(place.journey), as: 'next', parent: place.journey })
    run.tell({ ...told, happening: { kind: 'connected', conn: sock.conn } })
    return []
  }
  if (sock.state === 'SYN_RECV' && has('A') && !has('S')) {
    sock.state = 'ESTABLISHED'
    run.tell({ ...told, happening: { kind: 'accepted', conn: sock.conn }, sock: keyOf(sock), journey: place.journey })
  }
  delivered(run, place, sock)
  const how = { phase: run.phaseOf(place.journey), as: 'reply', parent: place.journey } as const
  if (has('A') && sock.unacked) acknowledged(run, sock, tcp, how)
  const { arrived, answer } = takeData(sock, tcp, size, place.skb.packet.message)
  sock.received = Math.max(sock.received, has('S') || has('F') ? tcp.seq + size + 1 : 0)
  if (answer) run.send({ netns: sock.netns, packet: segmentOf(sock, ['A'], 0, undefined, { sack: sackOf(sock) }), ...how })
  if (arrived) {
    const packet = sock.complete ? { ...place.skb.packet, message: sock.complete } : place.skb.packet
    run.tell({ ...told, happening: { kind: 'data', conn: sock.conn, packet }, sock: keyOf(sock), journey: place.journey })
  }
  if (has('F')) run.tell({ ...told, happening: { kind: 'failed', conn: sock.conn, errno: 'EOF' } })
  return []
}
