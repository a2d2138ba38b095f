import { ip } from '../../net/ip.ts'
import { endpointText } from '../../net/message.ts'
import type { Peer, Process } from '../../userspace/process.ts'
import type { GoldenProbe, GoldenServer } from './golden.ts'
import { serverName } from './machines.ts'

const MS = 1_000_000
/** Bytes of `{"peer": "", "ns": ""}` and of `{"peer": "", "ns": "", "local": ""}`. */
const [PLAIN, LOCAL] = [22, 35]

/** The recorder's server: answers with its own name and the peer that it sees. */
export function server(s: GoldenServer): Process {
  const answer = (conn: string, peer: Peer, local: Peer) => {
    const [sees, mine] = [endpointText(peer.address, peer.port), endpointText(local.address, local.port)]
    // as Python's json.dumps writes it: the length is seen in recordings that tell it
    const size = (s.proto === 'udp' ? PLAIN : LOCAL + mine.length) + sees.length + s.ns.length
    return { act: 'send' as const, conn, size, message: { kind: 'data' as const, text: `${s.ns} ${sees}` } }
  }
  return {
    name: serverName(s.ns, s.proto, s.ip, s.port),
    start: undefined,
    on(state, h) {
      if (h.kind === 'data') return { state, acts: [answer(h.conn, h.peer, h.local)] }
      return { state, acts: [] }
    },
  }
}

const OUTCOMES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  ENETUNREACH: 'enetunreach',
  EHOSTUNREACH: 'ehostunreach',
  EMSGSIZE: 'emsgsize',
  ECONNRESET: 'refused',
}

/** What a probe came to. `took` in ns. */
export interface ProbeResult {
  readonly outcome: string
  readonly answer_from?: string
  readonly server?: { readonly ns: string; readonly sees_client_as: string }
  readonly took: number
}

/** The recorder's client: connects, reads the answer, closes with RST (SO_LINGER 0) unless it holds the connection. `timeout` in seconds. */
export function prober(probe: GoldenProbe, timeout: number, name: string): Process {
  const to = { address: ip(probe.dst), port: probe.dport ?? 0 }
  const wait = timeout * 1000 * MS
  const sport = probe.sport === undefined ? {} : { sport: probe.sport }
  const pmtudisc = probe.nodf ? ({ pmtudisc: 'dont' } as const) : probe.df === true ? ({ pmtudisc: 'do' } as const) : {}
  const size = probe.size ?? (probe.hold === undefined ? 1 : 4)
  const close = probe.hold === undefined ? [{ act: 'close' as const, conn: 'probe', reset: true as const }] : []
  const end = (outcome: string, more: object = {}) => [...close, { act: 'exit' as const, result: { outcome, ...more } }]
  return {
    name,
    start: undefined,
    on(state, h) {
      switch (h.kind) {
        case 'start': {
          if (probe.proto === 'icmp') return { state, acts: [{ act: 'ping', conn: 'probe', to: to.address, timeout: wait }] }
          return { state, acts: [{ act: 'connect', conn: 'probe', proto: probe.proto, to, ...sport, ...pmtudisc, timeout: wait }] }
        }
        case 'connected': {
          return {
            state,
            acts: [
              { act: 'send', conn: 'probe', size, message: { kind: 'data', text: 'x' } },
              { act: 'timer', name: 'wait', after: wait },
            ],
          }
        }
        case 'data': {
          if (probe.proto === 'icmp') return { state, acts: end('echo reply', { answer_from: h.peer.address }) }
          const [ns = '', seen = ''] = (h.message?.kind === 'data' ? h.message.text : '').split(' ')
          return { state, acts: end('connected', { server: { ns, sees_client_as: seen } }) }
        }
        case 'failed':
          return { state, acts: end(OUTCOMES[h.errno] ?? h.errno.toLowerCase()) }
        case 'chosen':
        case 'timer':
          return { state, acts: end('timeout') }
        case 'accepted':
          return { state, acts: [] }
      }
    },
  }
}
