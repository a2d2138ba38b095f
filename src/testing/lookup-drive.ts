import type { Ip } from '../net/ip.ts'
import type { DnsMessage } from '../net/message.ts'
import type { Happening } from '../userspace/process.ts'
import { beginLookup, continueLookup, type LookupQuestion, type LookupResult, type LookupStep } from '../userspace/resolver/lookup.ts'

/** What becomes of a query to a server: an answer, silence, or an errno. */
export type Fate = DnsMessage | 'silence' | { readonly errno: string }

/**
 * Runs a look-up to its end against servers given as a function, without packets: for tests and for asking "what would be asked".
 * `at` is in ns since the look-up began.
 */
export function driveLookup(
  question: LookupQuestion,
  server: (query: DnsMessage, to: Ip, at: number, proto: 'udp' | 'tcp') => Fate,
): { readonly result: LookupResult | undefined; readonly took: number; readonly unmodelled?: string } {
  const sockets = new Map<string, { to: Ip; port: number; proto: 'udp' | 'tcp' | 'sctp' }>()
  const timers: { at: number; name: string }[] = []
  let now = 0
  let ports = 0
  const queue: Happening[] = []
  let step: LookupStep = beginLookup(question)
  for (let turns = 0; turns < 1000; turns++) {
    for (const act of step.acts) {
      if (act.act === 'connect') {
        sockets.set(act.conn, { to: act.to.address, port: ++ports, proto: act.proto })
        queue.push({ kind: 'connected', conn: act.conn })
      } else if (act.act === 'timer') timers.push({ at: now + act.after, name: act.name })
      else if (act.act === 'unmodelled') return { result: undefined, took: now, unmodelled: act.what }
      else if (act.act === 'send' && act.message?.kind === 'dns') {
        const socket = sockets.get(act.conn)
        const fate = socket ? server(act.message, socket.to, now, socket.proto === 'tcp' ? 'tcp' : 'udp') : 'silence'
        const local = { address: '192.0.2.1' as Ip, port: 40000 }
        if (fate === 'silence' || !socket) continue
        const peer = { address: socket.to, port: 53 }
        queue.push(
          'errno' in fate
            ? { kind: 'failed', conn: act.conn, errno: fate.errno }
            : { kind: 'data', conn: act.conn, peer, local, proto: socket.proto, message: fate },
        )
      }
    }
    if (step.result) return { result: step.result, took: now }
    let next = queue.shift()
    if (!next) {
      timers.sort((a, b) => a.at - b.at)
      const timer = timers.shift()
      if (!timer) return { result: undefined, took: now }
      now = timer.at
      next = { kind: 'timer', name: timer.name }
    }
    step = continueLookup(step.state, next)
  }
  return { result: undefined, took: now }
}
