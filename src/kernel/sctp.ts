import { type Family, familyOf } from '../net/ip.ts'
import { endpointText, type Message } from '../net/message.ts'
import { type Header, ipOf, l4Of, type Packet, type SctpHeader, withoutEth } from '../net/packet.ts'
import { accepted, delivered } from './deliver.ts'
import type { Listener, Netns } from './machine.ts'
import type { Sock } from './moment.ts'
import { note, type Place, type Run } from './run.ts'
import { keyOf, listenerFor, sockFor, sockKey, viewOfSock } from './sockets.ts'

type Chunk = SctpHeader['chunk']

/** Bytes of a chunk without its options, cookie and data (RFC 9260). */
const FIXED: Readonly<Record<Chunk, number>> = {
  INIT: 20,
  INIT_ACK: 20,
  COOKIE_ECHO: 4,
  COOKIE_ACK: 4,
  DATA: 16,
  SACK: 16,
  ABORT: 4,
  SHUTDOWN: 8,
}

interface Ends {
  readonly local: Sock['local']
  readonly peer: Sock['peer']
}

function packetOf({ local, peer }: Ends, chunk: Chunk, size = 0, message?: Message): Packet {
  const family: Family = familyOf(peer.address)
  const ip: Header = {
    kind: 'ip',
    family,
    src: local.address,
    dst: peer.address,
    ttl: 64,
    proto: 'sctp',
    // an endpoint discovers the path's MTU (SPP_PMTUD_ENABLE), but an INIT may be cut
    ...(family === 4 && chunk !== 'INIT' && chunk !== 'INIT_ACK' ? { df: true } : {}),
  }
  return {
    headers: [ip, { kind: 'sctp', sport: local.port, dport: peer.port, chunk }],
    size: FIXED[chunk] + size,
    ...(message ? { message } : {}),
  }
}

/** One packet of an association; `size`: bytes of data in it. */
export const chunkOf = (sock: Sock, chunk: Chunk, size = 0, message?: Message): Packet => packetOf(sock, chunk, size, message)

/** The ends of whoever answers this packet. */
function answering(packet: Packet): Ends | undefined {
  const bare = withoutEth(packet)
  const [ip, l4] = [ipOf(bare), l4Of(bare)]
  if (!ip || l4?.kind !== 'sctp') return undefined
  return { local: { address: ip.dst, port: l4.dport }, peer: { address: ip.src, port: l4.sport } }
}

/**
 * A packet for an SCTP endpoint of this machine: the four chunks of the handshake, data, and the end by ABORT. A listener keeps nothing
 * of an INIT: all that it must know comes back in the cookie. SACKs, heartbeats and further addresses are left out.
 */
export function sctpArrives(run: Run, place: Extract<Place, { at: 'deliver' }>, netns: Netns): readonly Place[] {
  const { packet } = place.skb
  const l4 = l4Of(packet)
  const ends = answering(packet)
  if (l4?.kind !== 'sctp' || !ends) return []
  const found = sockFor(run.moment, place.netns, packet)
  const sock = found && found.state !== 'CLOSE' ? found : undefined
  const phase = run.phaseOf(place.journey)
  const reply = (chunk: Chunk): void =>
    run.send({ netns: place.netns, packet: packetOf(ends, chunk), phase, as: 'reply', parent: place.journey })
  if (sock) return known(run, place, sock, l4.chunk)
  const listener = listenerFor(netns, packet)
  if (listener && l4.chunk === 'INIT') {
    listening(run, place, listener, ends)
    reply('INIT_ACK')
    return []
  }
  if (listener && l4.chunk === 'COOKIE_ECHO') {
    const made = accepted(run, netns, listener, packet, 'ESTABLISHED')
    delivered(run, place, made)
    reply('COOKIE_ACK')
    run.tell({
      process: made.process,
      netns: made.netns,
      happening: { kind: 'accepted', conn: made.conn },
      sock: keyOf(made),
      journey: place.journey,
    })
    return []
  }
  note(run, place, { kind: 'socket', what: 'none' })
  // out of the blue: an ABORT says so, but never to an ABORT (RFC 9260, 8.4)
  if (l4.chunk === 'ABORT') {
    run.end(place.journey, { kind: 'delivered', to: 'kernel' })
    return []
  }
  run.end(place.journey, { kind: 'answered-by-kernel', with: 'sctp-abort' })
  run.send({ netns: place.netns, packet: packetOf(ends, 'ABORT'), phase: 'error', as: 'reply', parent: place.journey })
  return []
}

function listening(run: Run, place: Place, listener: Listener, { local, peer }: Ends): void {
  const socket = {
    netns: place.netns,
    proto: 'sctp' as const,
    local: endpointText(local.address, local.port),
    peer: endpointText(peer.address, peer.port),
    state: 'LISTEN',
    owner: listener.process,
  }
  note(run, place, { kind: 'socket', what: 'receive', after: { kind: 'socket', socket } })
  run.end(place.journey, { kind: 'delivered', to: listener.process }, sockKey(place.netns, 'sctp', local, peer))
}

function known(run: Run, place: Place, sock: Sock, chunk: Chunk): readonly Place[] {
  const told = { process: sock.process, netns: sock.netns }
  const socket = (what: 'connected' | 'refused' | 'error', errno?: string): void => {
    const view = viewOfSock(sock)
    const more = errno === undefined ? {} : { errno }
    note(run, place, { kind: 'socket', what, after: { kind: 'socket', socket: view }, writes: [{ kind: 'socket', socket: view }], ...more })
    run.end(place.journey, { kind: 'delivered', to: sock.process }, keyOf(sock))
  }
  if (chunk === 'ABORT') {
    const errno = sock.state === 'ESTABLISHED' ? 'ECONNRESET' : 'ECONNREFUSED'
    sock.state = 'CLOSE'
    socket(errno === 'ECONNREFUSED' ? 'refused' : 'error', errno)
    run.tell({ ...told, happening: { kind: 'failed', conn: sock.conn, errno } })
    return []
  }
  if (chunk === 'INIT_ACK' && sock.state === 'SYN_SENT') {
    sock.state = 'SYN_RECV'
    delivered(run, place, sock)
    run.send({
      netns: sock.netns,
      packet: chunkOf(sock, 'COOKIE_ECHO'),
      phase: run.phaseOf(place.journey),
      as: 'next',
      parent: place.journey,
    })
    return []
  }
  if (chunk === 'COOKIE_ACK' && sock.state === 'SYN_RECV') {
    sock.state = 'ESTABLISHED'
    socket('connected')
    run.tell({ ...told, happening: { kind: 'connected', conn: sock.conn } })
    return []
  }
  delivered(run, place, sock)
  if (chunk === 'DATA')
    run.tell({ ...told, happening: { kind: 'data', conn: sock.conn, packet: place.skb.packet }, sock: keyOf(sock), journey: place.journey })
  return []
}
