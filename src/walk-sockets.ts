import { bpf } from './kernel/bpf/late.ts'
import type { Sock } from './kernel/moment.ts'
import type { Body, Told } from './kernel/run.ts'
import { keyOf, viewOfSock } from './kernel/sockets.ts'
import { familyOf } from './net/ip.ts'
import { endpointText } from './net/message.ts'
import type { SocketView } from './trace/event.ts'
import { mix } from './trace/luck.ts'
import type { Process } from './userspace/process.ts'
import type { Walk } from './walk.ts'

/** A number that no other socket has: made of what it is for, and of how many this namespace has had before. */
export function cookieOf(walk: Walk, netns: string, of: readonly (string | number | undefined)[]): string {
  let before = 0
  for (const key of walk.moment.usedPorts) if (key.startsWith(`${netns} `)) before++
  return `${mix(0, `cookie ${netns} ${of.join(' ')} ${before}`) % 65536}`
}

/** A call on a socket as a program at the cgroup sees it; without one the address stays. `emit`: where its steps go. */
export function called(
  walk: Walk,
  sock: Pick<Sock, 'netns' | 'proto' | 'cookie'>,
  hook: 'connect' | 'sendmsg' | 'recvmsg',
  peer: Sock['peer'],
  view: SocketView,
  emit: (body: Body) => void,
): { readonly to: Sock['peer'] } | { readonly errno: string } {
  const netns = walk.netns(sock.netns)
  if (!netns.bpf || sock.proto === 'icmp') return { to: peer }
  const call = { hook, proto: sock.proto, peer, cookie: sock.cookie ?? '0', after: { kind: 'socket', socket: view } } as const
  return bpf.get().atSocket({ netns, moment: walk.moment, luck: walk.luck, emit }, call)
}

/** Steps of a call are told with the packet that comes of it. */
export function remember(walk: Walk, { cookie = '' }: Pick<Sock, 'cookie'>, steps: readonly Body[]): void {
  if (steps.length > 0) walk.calls.set(cookie, [...(walk.calls.get(cookie) ?? []), ...steps])
}

/** What was remembered, for the packet that goes now. */
export function said(walk: Walk, { cookie = '' }: Pick<Sock, 'cookie'>): { readonly before?: readonly Body[] } {
  const before = walk.calls.get(cookie)
  walk.calls.delete(cookie)
  return before === undefined ? {} : { before }
}

/** The peer that recvmsg() tells: a program at the cgroup may know it by another address. A server's own socket is not followed here. */
export function shownPeer(walk: Walk, sock: Sock, { journey }: Told): Sock['peer'] {
  if (sock.proto !== 'udp' || journey === undefined || !walk.opened.has(keyOf(sock))) return sock.peer
  const shown = called(walk, sock, 'recvmsg', sock.peer, viewOfSock(sock), (body) => walk.emit(journey, body))
  return 'to' in shown ? shown.to : sock.peer
}

/** A socket that is not bound and not connected yet. */
export const unbound = (process: Process, netns: string, proto: Sock['proto'], to: Sock['peer']): SocketView => ({
  netns,
  proto,
  local: familyOf(to.address) === 4 ? '0.0.0.0:0' : '[::]:0',
  peer: endpointText(to.address, to.port),
  state: 'CLOSE',
  owner: process.name,
})
