import { sctp } from './kernel/late.ts'
import type { Sock } from './kernel/moment.ts'
import { mtuTo } from './kernel/pmtu.ts'
import { errnoOf, lookup, sourceFor } from './kernel/route.ts'
import type { Body, Told } from './kernel/run.ts'
import { againOf, datagramOf, echoOf, freePort, keyOf, segmentOf, sockKey, tupleOfSock, viewOfSock } from './kernel/sockets.ts'
import { isStream, ownMss, sendStream } from './kernel/stream.ts'
import { familyOf, type Ip } from './net/ip.ts'
import { endpointText } from './net/message.ts'
import type { Phase, Relation } from './trace/journey.ts'
import type { Act, Happening, Process } from './userspace/process.ts'
import type { Walk } from './walk.ts'
import { called, cookieOf, remember, said, shownPeer, unbound } from './walk-sockets.ts'

/** Seconds until connect() gives up: 1 + 2 + … with tcp_syn_retries 6. */
const CONNECT_TIMEOUT = 127_000_000_000
/** An INIT is sent nine times, 3 s to 60 s apart (RTO.Initial, RTO.Max, Max.Init.Retransmits 8). */
const SCTP_TIMEOUT = 333_000_000_000
const EPHEMERAL: readonly [number, number] = [32768, 60999]

type Carried = Exclude<Act, { act: 'exit' } | { act: 'unmodelled' } | { act: 'choose' }>

/** What a process hears: the kernel's news with the addresses of the socket that it came by. */
export function happeningOf(walk: Walk, told: Told): Happening | undefined {
  const { happening } = told
  const now = walk.moment.clock
  if (happening.kind === 'connected' || happening.kind === 'failed') return { ...happening, now }
  const sock = told.sock === undefined ? undefined : walk.moment.socks.get(told.sock)
  if (!sock) return undefined
  const ends = { peer: shownPeer(walk, sock, told), local: sock.local, now }
  if (happening.kind === 'accepted') return { kind: 'accepted', conn: happening.conn, ...ends }
  return { kind: 'data', conn: happening.conn, ...ends, proto: sock.proto, message: happening.packet.message }
}

const sockOf = (walk: Walk, process: string, conn: string): Sock | undefined =>
  [...walk.moment.socks.values()].find((s) => s.process === process && s.conn === conn && s.state !== 'CLOSE')

/** The unspecified address as a destination is this machine itself (ip_route_output_key, tcp_v6_connect). */
const thisMachine = (address: Ip): Ip => (address === '0.0.0.0' ? ('127.0.0.1' as Ip) : address === '::' ? ('::1' as Ip) : address)

/** Does what a process asks of its kernel. `about`: the connection whose news it is answering. */
export function carryOut(walk: Walk, process: Process, netns: string, act: Carried, about: string | undefined): void {
  switch (act.act) {
    case 'connect':
      return connect(walk, process, netns, { ...act, to: { ...act.to, address: thisMachine(act.to.address) } })
    case 'ping':
      return ping(walk, process, netns, { ...act, to: thisMachine(act.to) })
    case 'send':
      return send(walk, process, act.conn, act.size, act.message)
    case 'close':
      return close(walk, process, act.conn, act.reset === true)
    case 'timer':
      return walk.after(act.after, () => {
        if (!walk.results.has(process.name)) walk.drive(process, netns, { kind: 'timer', name: act.name })
      })
    case 'note':
      return note(walk, process, netns, act, about)
  }
}

function note(walk: Walk, process: Process, netns: string, act: Extract<Act, { act: 'note' }>, about: string | undefined): void {
  const sock = about === undefined ? undefined : sockOf(walk, process.name, about)
  const journey = walk.hearing?.journey ?? (sock && walk.reached.get(keyOf(sock)))
  const because = act.because === undefined ? {} : { because: act.because }
  const after = sock ? ({ kind: 'socket', socket: viewOfSock(sock) } as const) : ({ kind: 'object', ref: process.name } as const)
  const body =
    act.message?.kind === 'dns' && act.plugins
      ? { kind: 'dns' as const, server: process.name, plugins: act.plugins, message: act.message, at: { netns }, after, ...because }
      : {
          kind: 'process' as const,
          process: process.name,
          what: act.what,
          at: { netns },
          after,
          ...because,
          ...(act.message ? { message: act.message } : {}),
          ...(act.route ? { route: act.route } : {}),
        }
  if (journey === undefined) walk.notes.push(body)
  else walk.emit(journey, body)
}

/** Source address and port for a new connection; undefined when there is no way to the peer. */
function open(
  walk: Walk,
  process: Process,
  netns: string,
  proto: Sock['proto'],
  conn: string,
  to: { readonly address: Ip; readonly port: number },
  sport: number | undefined,
  from: Ip | undefined,
  more: Pick<Sock, 'pmtudisc' | 'asked' | 'unconnected' | 'cookie'> = {},
): Sock | undefined {
  const machine = walk.netns(netns)
  const asked = from === undefined ? {} : { src: from }
  const route = lookup(machine, to.address, asked)
  const usable = route && (route.type === 'local' || route.type === 'unicast')
  const bound = from !== undefined && familyOf(from) === familyOf(to.address) ? from : undefined
  const address = bound ?? (usable ? sourceFor(machine, route, to.address) : undefined)
  const named = address ?? ((familyOf(to.address) === 4 ? '0.0.0.0' : '::') as Ip)
  const port =
    sport ??
    freePort(walk.moment, netns, proto, named, to, (round) =>
      walk.luck.number(`local port ${netns} ${process.name} ${conn} ${endpointText(to.address, to.port)} ${round}`, ...EPHEMERAL),
    )
  const [local, peer] = [{ address: named, port }, proto === 'icmp' ? { address: to.address, port } : to]
  const sock: Sock = {
    netns,
    proto,
    local,
    peer,
    since: walk.moment.clock,
    ...againOf(walk.moment, sockKey(netns, proto, local, peer)),
    state: proto === 'tcp' || proto === 'sctp' ? 'SYN_SENT' : 'ESTABLISHED',
    process: process.name,
    conn,
    sent: 0,
    received: 0,
    ...more,
  }
  walk.moment.socks.set(keyOf(sock), sock)
  walk.opened.add(keyOf(sock))
  // Only what a server opens while it serves somebody is that one's child; a client's look-up and connection stand side by side.
  if (walk.hearing && !walk.opened.has(walk.hearing.sock ?? '')) walk.origins.set(keyOf(sock), walk.hearing.journey)
  return sock
}

const phaseOf = (walk: Walk, sock: Sock): Phase => {
  const dns = sock.proto === 'udp' && (sock.peer.port === 53 || sock.local.port === 53)
  return dns ? 'dns' : walk.opened.has(keyOf(sock)) ? 'request' : 'reply'
}

function connect(walk: Walk, process: Process, netns: string, act: Extract<Act, { act: 'connect' }>): void {
  const view = unbound(process, netns, act.proto, act.to)
  const { proto, conn } = act
  const cookie = walk.netns(netns).bpf ? { cookie: cookieOf(walk, netns, [process.name, conn, act.sport]) } : {}
  const steps: Body[] = []
  const answer = act.unconnected
    ? { to: act.to }
    : called(walk, { netns, proto, ...cookie }, 'connect', act.to, view, (body) => steps.push(body))
  const to = 'to' in answer ? answer.to : act.to
  const more = {
    ...cookie,
    ...(act.pmtudisc ? { pmtudisc: act.pmtudisc } : {}),
    ...(act.unconnected || to !== act.to ? { asked: act.to } : {}),
    ...(act.unconnected ? { unconnected: true as const } : {}),
  }
  const sock = open(walk, process, netns, proto, conn, to, act.sport, act.from, more)
  if (!sock) return
  remember(walk, sock, steps)
  if ('errno' in answer) return refused(walk, sock, answer.errno)
  const failed = (errno: string): void => walk.tell({ process: process.name, netns, happening: { kind: 'failed', conn: act.conn, errno } })
  if (act.proto === 'udp') {
    const route = lookup(walk.netns(netns), to.address)
    const errno = errnoOf(route)
    if (errno !== undefined) return failed(errno)
    return walk.tell({ process: process.name, netns, happening: { kind: 'connected', conn: act.conn } })
  }
  const owner = { process: process.name, conn: act.conn }
  walk.send({
    netns,
    packet: act.proto === 'sctp' ? sctp.get().chunkOf(sock, 'INIT') : segmentOf(sock, ['S'], 0, undefined, { mss: ownMss(walk, sock) }),
    phase: 'connect',
    ...said(walk, sock),
    ...cameFrom(walk, keyOf(sock), true),
    connection: tupleOfSock(sock),
    owner,
  })
  walk.after(act.timeout ?? (act.proto === 'sctp' ? SCTP_TIMEOUT : CONNECT_TIMEOUT), () => {
    const state = walk.moment.socks.get(keyOf(sock))?.state
    if (state !== 'SYN_SENT' && !(act.proto === 'sctp' && state === 'SYN_RECV')) return
    sock.state = 'CLOSE'
    failed('ETIMEDOUT')
  })
}

/** A program at the cgroup made the call fail: there is no packet, only what it would have been. */
function refused(walk: Walk, sock: Sock, errno: string): void {
  const packet =
    sock.proto === 'udp' ? datagramOf(sock, 0, 1500) : sock.proto === 'sctp' ? sctp.get().chunkOf(sock, 'INIT') : segmentOf(sock, ['S'], 0)
  sock.state = 'CLOSE'
  if (packet) {
    const journey = walk.begin({ phase: phaseOf(walk, sock), connection: tupleOfSock(sock), packet })
    for (const step of said(walk, sock).before ?? []) walk.emit(journey, step)
    walk.end(journey, { kind: 'failed-locally', errno })
  }
  walk.tell({ process: sock.process, netns: sock.netns, happening: { kind: 'failed', conn: sock.conn, errno } })
}

/** sendmsg() with an address: each datagram may be sent to another. The socket as it is for this one; undefined: the call failed. */
function addressed(walk: Walk, sock: Sock): Sock | undefined {
  if (sock.asked === undefined || sock.proto !== 'udp' || !sock.unconnected) return sock
  const answer = called(walk, sock, 'sendmsg', sock.asked, viewOfSock(sock), (body) => remember(walk, sock, [body]))
  if ('errno' in answer) {
    refused(walk, sock, answer.errno)
    return undefined
  }
  if (answer.to.address === sock.peer.address && answer.to.port === sock.peer.port) return sock
  const [old, next] = [keyOf(sock), { ...sock, peer: answer.to }]
  walk.moment.socks.delete(old)
  walk.moment.socks.set(keyOf(next), next)
  walk.opened.add(keyOf(next))
  return next
}

function ping(walk: Walk, process: Process, netns: string, act: Extract<Act, { act: 'ping' }>): void {
  const sock = open(walk, process, netns, 'icmp', act.conn, { address: act.to, port: 0 }, act.id, act.from)
  if (!sock) return
  const owner = { process: process.name, conn: act.conn }
  const packet = echoOf(sock, 1)
  walk.send({ netns, packet, phase: 'request', as: 'next', parent: -1, connection: tupleOfSock(sock), owner })
  walk.after(act.timeout ?? 1_000_000_000, () =>
    walk.tell({ process: process.name, netns, happening: { kind: 'failed', conn: act.conn, errno: 'ETIMEDOUT' } }),
  )
}

/** The journey that a segment or datagram goes on from: what it answers, what came last on its socket, or what made its process ask. */
function cameFrom(walk: Walk, key: string, mine: boolean): { readonly parent: number; readonly as: Relation } {
  if (walk.hearing?.sock === key) return { parent: walk.hearing.journey, as: mine ? 'next' : 'reply' }
  const last = walk.reached.get(key)
  if (last !== undefined) return { parent: last, as: mine ? 'next' : 'reply' }
  return { parent: walk.origins.get(key) ?? -1, as: 'onward' }
}

function mtuFor(walk: Walk, sock: Sock): number {
  const netns = walk.netns(sock.netns)
  const route = lookup(netns, sock.peer.address)
  return route ? mtuTo(walk.moment, netns, route, sock.peer.address) : 1500
}

function send(walk: Walk, process: Process, conn: string, size: number, message: Extract<Act, { act: 'send' }>['message']): void {
  const found = sockOf(walk, process.name, conn)
  const sock = found && addressed(walk, found)
  if (!sock) return
  const key = keyOf(sock)
  const mine = walk.opened.has(key)
  const how = {
    phase: phaseOf(walk, sock),
    ...cameFrom(walk, key, mine),
    ...(mine ? { connection: tupleOfSock(sock) } : {}),
    owner: { process: process.name, conn },
  }
  if (sock.proto === 'tcp' && isStream(walk, sock, size)) return sendStream(walk, sock, size, message, how)
  const packet =
    sock.proto === 'tcp'
      ? segmentOf(sock, ['P', 'A'], size, message)
      : sock.proto === 'sctp'
        ? sctp.get().chunkOf(sock, 'DATA', size, message)
        : datagramOf(sock, size, mtuFor(walk, sock), message)
  if (!packet) return walk.tell({ process: process.name, netns: sock.netns, happening: { kind: 'failed', conn, errno: 'EMSGSIZE' } })
  walk.send({ netns: sock.netns, packet, ...how, ...said(walk, sock) })
}

function close(walk: Walk, process: Process, conn: string, reset: boolean): void {
  const sock = sockOf(walk, process.name, conn)
  if (!sock) return
  if (reset && (sock.proto === 'tcp' || sock.proto === 'sctp') && sock.state === 'ESTABLISHED') {
    walk.send({
      netns: sock.netns,
      packet: sock.proto === 'sctp' ? sctp.get().chunkOf(sock, 'ABORT') : segmentOf(sock, ['A', 'R'], 0),
      phase: 'close',
      as: 'next',
      parent: walk.reached.get(keyOf(sock)) ?? -1,
      connection: tupleOfSock(sock),
    })
  }
  sock.state = 'CLOSE'
}
