import { endpointText } from '../net/message.ts'
import { ipOf, l4Of, type Packet } from '../net/packet.ts'
import { isIcmpError } from './conntrack.ts'
import { icmpError, quoted } from './icmp.ts'
import type { Listener, Netns } from './machine.ts'
import type { Sock } from './moment.ts'
import { resetFor } from './reject.ts'
import { note, type Place, type Run } from './run.ts'
import { keyOf, listenerFor, segmentOf, sockFor, sockKey, viewOfSock } from './sockets.ts'
import { tcpArrives } from './tcp.ts'
import { decapsulate, tunnelFor } from './vxlan.ts'

type AtDeliver = Extract<Place, { at: 'deliver' }>

/** ip_local_deliver_finish: to a tunnel, a socket, or the kernel's own answer. */
export function deliver(run: Run, place: AtDeliver): readonly Place[] {
  const netns = run.netns(place.netns)
  const packet = place.skb.packet
  const tunnel = tunnelFor(netns, packet)
  if (tunnel) return decapsulate(run, place, tunnel)
  const l4 = l4Of(packet)
  if (isIcmpError(packet)) return toldOfError(run, place)
  switch (l4?.kind) {
    case 'icmp':
      return echo(run, place, l4)
    case 'udp':
      return datagram(run, place, netns)
    case 'tcp':
      return segment(run, place, netns)
    case 'sctp':
    case undefined: {
      run.end(place.journey, { kind: 'unmodelled', what: `${ipOf(packet)?.proto ?? 'unknown protocol'} sockets` })
      return []
    }
  }
}

export function delivered(run: Run, place: Place, sock: Sock): void {
  note(run, place, {
    kind: 'socket',
    what: 'receive',
    after: { kind: 'socket', socket: viewOfSock(sock) },
    writes: [{ kind: 'socket', socket: viewOfSock(sock) }],
  })
  run.end(place.journey, { kind: 'delivered', to: sock.process })
}

/** errno of an ICMP error, as the kernel's icmp_err_convert has it; undefined: the error tells nothing final. */
const errnoOf = (type: number, code: number, v6: boolean): string | undefined => {
  if (v6)
    return type === 1
      ? (['ENETUNREACH', 'EACCES', 'EHOSTUNREACH', 'EHOSTUNREACH', 'ECONNREFUSED'][code] ?? 'EHOSTUNREACH')
      : type === 2
        ? 'EMSGSIZE'
        : undefined
  if (type !== 3) return undefined
  return (
    {
      0: 'ENETUNREACH',
      1: 'EHOSTUNREACH',
      2: 'ENOPROTOOPT',
      3: 'ECONNREFUSED',
      4: 'EMSGSIZE',
      9: 'ENETUNREACH',
      10: 'EHOSTUNREACH',
      13: 'EHOSTUNREACH',
    } as Readonly<Record<number, string>>
  )[code]
}

function toldOfError(run: Run, place: AtDeliver): readonly Place[] {
  const about = quoted(place.skb.packet)
  const l4 = l4Of(place.skb.packet)
  const ip = ipOf(place.skb.packet)
  const proto = about?.tuple.proto === 'icmp6' ? 'icmp' : about?.tuple.proto
  const sock =
    about &&
    proto &&
    run.moment.socks.get(
      sockKey(place.netns, proto, { address: about.src, port: about.tuple.sport }, { address: about.dst, port: about.tuple.dport }),
    )
  const errno = l4?.kind === 'icmp' ? errnoOf(l4.type, l4.code, ip?.family === 6) : undefined
  if (!sock) {
    note(run, place, { kind: 'socket', what: 'none' })
    run.end(place.journey, { kind: 'delivered', to: 'kernel' })
    return []
  }
  // A UDP socket hears of a closed port only; an established TCP connection goes on.
  const heard =
    errno !== undefined &&
    (sock.proto === 'tcp' ? sock.state === 'SYN_SENT' && errno !== 'EMSGSIZE' : errno === 'ECONNREFUSED' || sock.proto === 'icmp')
  if (heard) sock.state = 'CLOSE'
  note(run, place, {
    kind: 'socket',
    what: errno === 'ECONNREFUSED' ? 'refused' : 'error',
    after: { kind: 'socket', socket: viewOfSock(sock) },
    ...(errno === undefined ? {} : { errno }),
  })
  run.end(place.journey, { kind: 'delivered', to: sock.process })
  if (heard && errno !== undefined)
    run.tell({ process: sock.process, netns: sock.netns, happening: { kind: 'failed', conn: sock.conn, errno } })
  return []
}

function echo(run: Run, place: AtDeliver, l4: { readonly type: number }): readonly Place[] {
  const packet = place.skb.packet
  const ip = ipOf(packet)
  if (!ip) return []
  if (l4.type === 8 || l4.type === 128) {
    const back: Packet = {
      ...packet,
      headers: packet.headers.map((h) =>
        h.kind === 'ip' ? { ...h, src: ip.dst, dst: ip.src, ttl: 64 } : h.kind === 'icmp' ? { ...h, type: l4.type === 8 ? 0 : 129 } : h,
      ),
    }
    note(run, place, { kind: 'socket', what: 'none' })
    run.end(place.journey, { kind: 'answered-by-kernel', with: 'echo-reply' })
    run.send({ netns: place.netns, packet: back, phase: 'reply', as: 'reply', parent: place.journey })
    return []
  }
  const sock = sockFor(run.moment, place.netns, packet)
  if (!sock) return nobody(run, place)
  delivered(run, place, sock)
  run.tell({
    process: sock.process,
    netns: sock.netns,
    happening: { kind: 'data', conn: sock.conn, packet },
    sock: keyOf(sock),
    journey: place.journey,
  })
  return []
}

function nobody(run: Run, place: Place): readonly Place[] {
  note(run, place, { kind: 'socket', what: 'none' })
  run.end(place.journey, { kind: 'delivered', to: 'kernel' })
  return []
}

/** A socket for a peer that a listener hears for the first time. */
export function accepted(run: Run, netns: Netns, listener: Listener, packet: Packet, state: Sock['state']): Sock {
  const ip = ipOf(packet)
  const l4 = l4Of(packet)
  if (!ip || !l4 || l4.kind === 'icmp') throw new Error('a listener takes TCP, UDP and SCTP only')
  const peer = { address: ip.src, port: l4.sport }
  const sock: Sock = {
    netns: netns.name,
    proto: listener.proto,
    local: { address: ip.dst, port: l4.dport },
    peer,
    state,
    process: listener.process,
    conn: `${l4.kind} ${endpointText(ip.dst, l4.dport)} ${endpointText(peer.address, peer.port)}`,
    sent: 0,
    received: 0,
  }
  run.moment.socks.set(keyOf(sock), sock)
  return sock
}

function datagram(run: Run, place: AtDeliver, netns: Netns): readonly Place[] {
  const packet = place.skb.packet
  const listener = listenerFor(netns, packet)
  const known = sockFor(run.moment, place.netns, packet)
  const sock = known && known.state !== 'CLOSE' ? known : listener && accepted(run, netns, listener, packet, 'ESTABLISHED')
  if (!sock) {
    note(run, place, { kind: 'socket', what: 'none' })
    const { journey, skb } = place
    return [
      ...icmpError(run, place, 'icmp-port-unreachable'),
      { journey, netns: place.netns, skb, at: 'tell', events: [], ending: { kind: 'answered-by-kernel', with: 'icmp-port-unreachable' } },
    ]
  }
  delivered(run, place, sock)
  run.tell({
    process: sock.process,
    netns: sock.netns,
    happening: { kind: 'data', conn: sock.conn, packet },
    sock: keyOf(sock),
    journey: place.journey,
  })
  return []
}

function segment(run: Run, place: AtDeliver, netns: Netns): readonly Place[] {
  const packet = place.skb.packet
  const tcp = l4Of(packet)
  if (tcp?.kind !== 'tcp') return []
  const sock = sockFor(run.moment, place.netns, packet)
  if (sock && sock.state !== 'CLOSE') return tcpArrives(run, place, sock, tcp)
  const listener = listenerFor(netns, packet)
  if (listener && tcp.flags.includes('S') && !tcp.flags.includes('A')) {
    const made = accepted(run, netns, listener, packet, 'SYN_RECV')
    made.received = tcp.seq + 1
    delivered(run, place, made)
    run.send({
      netns: place.netns,
      packet: segmentOf(made, ['S', 'A'], 0),
      phase: run.phaseOf(place.journey),
      as: 'reply',
      parent: place.journey,
    })
    return []
  }
  const reset = resetFor(packet)
  if (!reset) return nobody(run, place)
  note(run, place, { kind: 'socket', what: 'none' })
  run.end(place.journey, { kind: 'answered-by-kernel', with: 'tcp-reset' })
  run.send({ netns: place.netns, packet: reset, phase: 'error', as: 'reply', parent: place.journey })
  return []
}
