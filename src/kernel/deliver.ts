import { endpointText } from '../net/message.ts'
import { type IpHeader, ipOf, l4Of, type Packet } from '../net/packet.ts'
import { isIcmpError } from './conntrack.ts'
import { errors, fragments, ipip, sctp } from './late.ts'
import type { Listener, Netns } from './machine.ts'
import type { Sock } from './moment.ts'
import { isPiece } from './piece.ts'
import { note, type Place, type Run } from './run.ts'
import { againOf, keyOf, listenerFor, segmentOf, sockFor, sockKey, viewOfSock } from './sockets.ts'
import { ownMss } from './stream.ts'
import { tcpArrives } from './tcp.ts'
import { decapsulate, tunnelFor } from './vxlan.ts'

type AtDeliver = Extract<Place, { at: 'deliver' }>

/** ip_local_deliver_finish: to a tunnel, a socket, or the kernel's own answer. */
export function deliver(run: Run, place: AtDeliver): readonly Place[] {
  const netns = run.netns(place.netns)
  if (isPiece(place.skb)) {
    const skb = fragments.get().gather(run, place, 'local')
    return skb ? [{ ...place, skb }] : []
  }
  const packet = place.skb.packet
  const tunnel = tunnelFor(netns, packet)
  if (tunnel) return decapsulate(run, place, tunnel)
  const pair = ipOf(packet)?.proto === 'ipip' ? ipip.get().ipipFor(netns, packet) : undefined
  if (pair) return ipip.get().unwrapIpip(run, place, pair)
  const l4 = l4Of(packet)
  if (isIcmpError(packet)) return errors.get().toldOfError(run, place)
  switch (l4?.kind) {
    case 'icmp':
      return echo(run, place, l4)
    case 'udp':
      return datagram(run, place, netns)
    case 'tcp':
      return segment(run, place, netns)
    case 'sctp':
      return sctp.get().sctpArrives(run, place, netns)
    case undefined: {
      run.end(place.journey, { kind: 'unmodelled', what: `${ipOf(packet)?.proto ?? 'unknown protocol'} sockets` })
      return []
    }
  }
}

export function delivered(run: Run, place: Place, sock: Sock): void {
  if (!run.silent)
    note(run, place, {
      kind: 'socket',
      what: 'receive',
      after: { kind: 'socket', socket: viewOfSock(sock) },
      writes: [{ kind: 'socket', socket: viewOfSock(sock) }],
    })
  run.end(place.journey, { kind: 'delivered', to: sock.process }, keyOf(sock))
}

/** The kernel's own ICMP socket never forbids fragments (icmp_sk_init: IP_PMTUDISC_DONT). */
function bareIp({ df: _df, ...header }: IpHeader): IpHeader {
  return header
}

function echo(run: Run, place: AtDeliver, l4: { readonly type: number }): readonly Place[] {
  const packet = place.skb.packet
  const ip = ipOf(packet)
  if (!ip) return []
  if (l4.type === 8 || l4.type === 128) {
    const back: Packet = {
      ...packet,
      headers: packet.headers.map((h) =>
        h.kind === 'ip'
          ? { ...bareIp(h), src: ip.dst, dst: ip.src, ttl: 64 }
          : h.kind === 'icmp'
            ? { ...h, type: l4.type === 8 ? 0 : 129 }
            : h,
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
  const local = { address: ip.dst, port: l4.dport }
  const sock: Sock = {
    netns: netns.name,
    proto: listener.proto,
    local,
    peer,
    state,
    // a server's UDP socket is one for all its peers
    ...(listener.proto === 'udp' ? {} : againOf(run.moment, sockKey(netns.name, listener.proto, local, peer))),
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
      ...errors.get().icmpError(run, place, 'icmp-port-unreachable'),
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
    if (tcp.mss !== undefined) made.peerMss = tcp.mss
    delivered(run, place, made)
    run.send({
      netns: place.netns,
      packet: segmentOf(made, ['S', 'A'], 0, undefined, { mss: ownMss(run, made) }),
      phase: run.phaseOf(place.journey),
      as: 'reply',
      parent: place.journey,
    })
    return []
  }
  const reset = errors.get().resetFor(packet)
  if (!reset) return nobody(run, place)
  note(run, place, { kind: 'socket', what: 'none' })
  run.end(place.journey, { kind: 'answered-by-kernel', with: 'tcp-reset' })
  run.send({ netns: place.netns, packet: reset, phase: 'error', as: 'reply', parent: place.journey })
  return []
}
