import { ip } from '../net/ip.ts'
import type { DnsMessage, DnsType } from '../net/message.ts'
import { query } from '../userspace/dns/message.ts'
import type { Act, Happening, Process } from '../userspace/process.ts'

export interface ServerAnswer {
  readonly message: DnsMessage | undefined
  readonly via: readonly string[]
  readonly because: number | undefined
  readonly unmodelled: string | undefined
  /** Seconds that passed until the answer. */
  readonly took: number
  readonly state: unknown
}

/** Asks a server process one question without packets. `upstream` answers what it asks others; undefined is silence. */
export function askServer(
  server: Process,
  name: string,
  type: DnsType,
  options: {
    readonly upstream?: (m: DnsMessage, server: string) => DnsMessage | { readonly errno: string } | undefined
    readonly state?: unknown
    readonly now?: number
    readonly client?: string
    readonly proto?: 'tcp'
  } = {},
): ServerAnswer {
  const ends = { peer: { address: ip(options.client ?? '10.244.9.9'), port: 40000 }, local: { address: ip('10.244.0.2'), port: 53 } }
  let now = options.now ?? 0
  let state = options.state ?? server.start
  let out: Omit<ServerAnswer, 'state' | 'took'> = { message: undefined, via: [], because: undefined, unmodelled: undefined }
  const upstreams = new Map<string, string>()
  const queue: Happening[] = [{ kind: 'data', conn: 'client', ...ends, proto: options.proto ?? 'udp', message: query(7, name, type), now }]
  const timers: { name: string; at: number }[] = []
  const perform = (act: Act): void => {
    if (act.act === 'unmodelled') out = { ...out, unmodelled: act.what }
    if (act.act === 'note') out = { ...out, via: act.plugins ?? [], because: act.because }
    if (act.act === 'timer') timers.push({ name: act.name, at: now + act.after })
    if (act.act === 'connect') {
      upstreams.set(act.conn, act.to.address)
      queue.push({ kind: 'connected', conn: act.conn, now })
    }
    if (act.act !== 'send' || act.message?.kind !== 'dns') return
    if (act.conn === 'client') out = { ...out, message: act.message }
    else {
      const heard = options.upstream?.(act.message, upstreams.get(act.conn) ?? '')
      if (heard)
        queue.push(
          'errno' in heard
            ? { kind: 'failed', conn: act.conn, errno: heard.errno, now }
            : { kind: 'data', conn: act.conn, ...ends, proto: 'udp', message: heard, now },
        )
    }
  }
  for (let turns = 0; turns < 200 && !out.message && out.unmodelled === undefined; turns++) {
    let next = queue.shift()
    if (!next) {
      const timer = timers.shift()
      if (!timer) break
      now = timer.at
      next = { kind: 'timer', name: timer.name, now }
    }
    const step = server.on(state, next)
    state = step.state
    for (const act of step.acts) perform(act)
  }
  return { ...out, took: (now - (options.now ?? 0)) / 1e9, state }
}
