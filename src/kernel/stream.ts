import { familyOf } from '../net/ip.ts'
import type { Message } from '../net/message.ts'
import type { TcpHeader } from '../net/packet.ts'
import type { Segment, Sock } from './moment.ts'
import { learnPmtu, mtuTo } from './pmtu.ts'
import { lookup } from './route.ts'
import type { Run, Sending } from './run.ts'
import { keyOf, rawSegment } from './sockets.ts'

/**
 * TCP data of more than one segment: cut by the path's MTU, acknowledged, sent again when it is lost. What fits into one segment on every path is
 * sent as it is and takes the answer for its acknowledgement. Windows, delayed acknowledgements and congestion are not modelled: nobody here fills a window.
 */

/** TCP_RTO_MIN. It doubles with each try; tcp_retries2 is 15. */
const RTO = 200_000_000
const TRIES = 15
/** Time stamps, the option that every segment of a connection carries. */
const OPTIONS = 12

/** What a device or path of this MTU lets a segment carry, before options (tcp_mtu_to_mss). */
const mssOf = (mtu: number, v6: boolean): number => mtu - (v6 ? 60 : 40)

const pathMtu = (run: Pick<Run, 'moment' | 'netns'>, sock: Sock): number => {
  const netns = run.netns(sock.netns)
  const route = lookup(netns, sock.peer.address)
  return route ? mtuTo(run.moment, netns, route, sock.peer.address) : 1500
}

/** The MSS that a socket tells its peer in SYN and SYN-ACK: that of its own way out. */
export const ownMss = (run: Pick<Run, 'moment' | 'netns'>, sock: Sock): number =>
  mssOf(pathMtu(run, sock), familyOf(sock.peer.address) === 6)

/** Bytes of data in a full segment: the lesser of what the path takes and what the peer said, less the options. */
export function segmentSize(run: Pick<Run, 'moment' | 'netns'>, sock: Sock): number {
  return Math.min(ownMss(run, sock), sock.peerMss ?? Number.POSITIVE_INFINITY) - OPTIONS
}

/** Data that may be too long for some path: IPv6's least MTU takes 1280 bytes. */
export const isStream = (run: Pick<Run, 'moment' | 'netns'>, sock: Sock, size: number): boolean =>
  sock.unacked?.length ? true : size > Math.min(mssOf(1280, true) - OPTIONS, segmentSize(run, sock))

type How = Pick<Sending, 'phase' | 'as' | 'parent' | 'connection' | 'owner'>

const emit = (run: Run, sock: Sock, segment: Segment, how: How): void =>
  run.send({ netns: sock.netns, packet: rawSegment(sock, segment), ...how })

/**
 * tcp_sendmsg: segment after segment, each on its way before the next is made. What comes back meanwhile finds the socket in use, and waits until
 * the call is over (tcp_release_cb).
 */
export function sendStream(run: Run, sock: Sock, size: number, message: Message | undefined, how: How): void {
  const most = segmentSize(run, sock)
  sock.stream = true
  sock.phase = how.phase
  sock.unacked ??= []
  const queue: Segment[] = []
  for (let from = 0; from < size; from += most) {
    const length = Math.min(most, size - from)
    const last = from + length === size
    queue.push({ seq: sock.sent + from, size: length, push: last, ...(last && message ? { message } : {}) })
  }
  sock.sent += size
  sock.inUse = true
  const next = (): void => {
    const segment = queue.shift()
    if (!segment) return release(run, sock, how)
    sock.unacked = [...(sock.unacked ?? []), segment]
    emit(run, sock, segment, how)
    // only when nothing is under way any more
    run.later(0, () => {
      next()
      return []
    })
  }
  next()
}

/** release_sock: first what came meanwhile, with what that sends again; the socket is still held, so news of a narrower path come last. */
function release(run: Run, sock: Sock, how: How): void {
  const waiting = sock.backlog ?? []
  delete sock.backlog
  for (const ack of waiting) taken(run, sock, ack, how)
  run.later(0, () => {
    if (sock.backlog) {
      release(run, sock, how)
      return []
    }
    sock.inUse = false
    if (sock.narrower !== undefined) narrowed(run, sock, sock.narrower, how)
    watch(run, sock, how, 0)
    return []
  })
}

/** An acknowledgement arrives; a socket that is held hears of it later. */
export function acknowledged(run: Run, sock: Sock, tcp: TcpHeader, how: How): void {
  if (sock.inUse) sock.backlog = [...(sock.backlog ?? []), tcp]
  else taken(run, sock, tcp, how)
}

/** tcp_ack: what the peer has is done with; what lies before something that it has beyond a gap is lost, and sent again once (RACK). */
function taken(run: Run, sock: Sock, tcp: TcpHeader, how: How): void {
  const has = (s: Segment): boolean => (tcp.sack ?? []).some(([from, to]) => s.seq >= from && s.seq + s.size <= to)
  sock.unacked = (sock.unacked ?? []).filter((s) => s.seq + s.size > tcp.ack).map((s) => (has(s) ? { ...s, sacked: true } : s))
  const beyond = Math.max(-1, ...sock.unacked.filter((s) => s.sacked).map((s) => s.seq))
  const lost = sock.unacked.filter((s) => !s.sacked && !s.again && s.seq < beyond)
  for (const segment of lost) resend(run, sock, segment, how)
}

function resend(run: Run, sock: Sock, segment: Segment, how: How): void {
  sock.unacked = (sock.unacked ?? []).map((s) => (s.seq === segment.seq ? { ...s, again: true } : s))
  emit(run, sock, segment, { ...how, as: 'retry' })
}

/** ICMP said that the path takes less (tcp_v4_err): at once, or when the process has let go of the socket. */
export function pathNarrowed(run: Run, sock: Sock, mtu: number, how: Omit<How, 'phase'>): void {
  if (sock.inUse) sock.narrower = mtu
  else narrowed(run, sock, mtu, { phase: sock.phase ?? 'request', ...how })
}

/** tcp_v4_mtu_reduced and tcp_simple_retransmit: what is too long now is cut and sent again. */
function narrowed(run: Run, sock: Sock, mtu: number, how: How): void {
  delete sock.narrower
  learnPmtu(run.moment, sock.netns, sock.peer.address, mtu)
  const most = segmentSize(run, sock)
  const long = (sock.unacked ?? []).filter((s) => !s.sacked && s.size > most)
  if (long.length === 0) return
  const cut = long.flatMap((s): Segment[] => {
    const parts: Segment[] = []
    for (let from = 0; from < s.size; from += most) {
      const size = Math.min(most, s.size - from)
      const last = from + size === s.size
      parts.push({ seq: s.seq + from, size, push: last && s.push, again: true, ...(last && s.message ? { message: s.message } : {}) })
    }
    return parts
  })
  sock.unacked = [...(sock.unacked ?? []).filter((s) => !long.includes(s)), ...cut].sort((a, b) => a.seq - b.seq)
  const queue = [...cut]
  const next = (): void => {
    const segment = queue.shift()
    if (!segment) return
    emit(run, sock, segment, { ...how, as: 'retry' })
    run.later(0, () => {
      next()
      return []
    })
  }
  next()
}

/** The retransmission timer: the oldest segment again, each time after twice as long. */
function watch(run: Run, sock: Sock, how: How, tries: number): void {
  const oldest = sock.unacked?.find((s) => !s.sacked)
  if (!oldest || sock.state === 'CLOSE') return
  run.later(RTO * 2 ** tries, () => {
    const still = sock.unacked?.find((s) => !s.sacked)
    if (!still || sock.state === 'CLOSE' || run.moment.socks.get(keyOf(sock)) !== sock) return []
    if (tries >= TRIES) {
      sock.state = 'CLOSE'
      run.tell({ process: sock.process, netns: sock.netns, happening: { kind: 'failed', conn: sock.conn, errno: 'ETIMEDOUT' } })
      return []
    }
    // a segment that got through since has begun the count anew
    resend(run, sock, still, how)
    watch(run, sock, how, still.seq === oldest.seq ? tries + 1 : 1)
    return []
  })
}

/**
 * tcp_data_queue: takes the data of a segment. `arrived`: the messages that are complete now; `answer`: an acknowledgement is due, with what lies
 * beyond a gap. A stream is known by a segment that is not pushed or comes too early.
 */
export function takeData(
  sock: Sock,
  tcp: TcpHeader,
  size: number,
  message: Message | undefined,
): { readonly arrived: boolean; readonly answer: boolean } {
  if (size === 0) return { arrived: message !== undefined, answer: false }
  if (tcp.seq > sock.received || !tcp.flags.includes('P')) sock.stream = true
  if (tcp.seq + size <= sock.received) return { arrived: false, answer: sock.stream === true }
  const early = [
    ...(sock.early ?? []).filter((s) => s.seq !== tcp.seq),
    { seq: tcp.seq, size, push: tcp.flags.includes('P'), ...(message ? { message } : {}) },
  ]
  early.sort((a, b) => a.seq - b.seq)
  let pushed: Segment | undefined
  while (early[0] && early[0].seq <= sock.received) {
    const taken = early.shift() as Segment
    sock.received = Math.max(sock.received, taken.seq + taken.size)
    if (taken.push) pushed = taken
  }
  sock.early = early
  sock.complete = pushed?.message
  return { arrived: pushed !== undefined, answer: sock.stream === true }
}

/** What lies beyond a gap, as the SACK option tells it. */
export function sackOf(sock: Sock): TcpHeader['sack'] {
  const blocks: [number, number][] = []
  for (const s of sock.early ?? []) {
    const last = blocks[blocks.length - 1]
    if (last && last[1] === s.seq) last[1] = s.seq + s.size
    else blocks.push([s.seq, s.seq + s.size])
  }
  return blocks.length === 0 ? undefined : blocks.slice(0, 3)
}
