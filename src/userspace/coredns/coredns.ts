import type { Ip } from '../../net/ip.ts'
import type { DnsMessage } from '../../net/message.ts'
import { mix } from '../../trace/luck.ts'
import { query, reply } from '../dns/message.ts'
import { bytesOver, cutForUdp } from '../dns/size.ts'
import type { Act, Happening, Process } from '../process.ts'
import type { Cached, Heard, Upstream } from './chain.ts'
import type { CoreDnsHome } from './home.ts'
import { type DnsServer, dnsServer } from './server.ts'
import { indexView, type KubernetesView } from './view.ts'

export interface CoreDnsSetup {
  /** Process name, as listeners hold it: `kube-system/coredns-1/coredns`. */
  readonly name: string
  readonly home: CoreDnsHome
  readonly view: KubernetesView
  readonly localIPs: readonly Ip[]
  readonly seed: number
}

/** A question that waits for an upstream. */
interface Pending {
  /** The client's connection, and its message. */
  readonly conn: string
  readonly client: Ip
  readonly proto: 'udp' | 'tcp'
  /** Port on which it came in. */
  readonly port: number
  readonly message: DnsMessage
  readonly heard: Readonly<Record<string, Heard>>
  readonly waiting: { readonly conn: string; readonly key: string; readonly query: DnsMessage; readonly proto: 'udp' | 'tcp' }
}

export interface CoreDnsState {
  readonly cache: Readonly<Record<string, Cached>>
  readonly pending: readonly Pending[]
  readonly opened: number
}

/** plugin/forward: how long one upstream is waited for, ns. */
const UPSTREAM_PATIENCE = 2_000_000_000

const keyOf = (u: Upstream): string => `${u.attempt} ${u.proto} ${u.server} ${u.port} ${u.type} ${u.name}`

type Stepped = { readonly state: CoreDnsState; readonly acts: readonly Act[] }

/** CoreDNS as a process: a Corefile, a view of the cluster, and queries to its upstreams as packets of their own. */
export function coreDns(setup: CoreDnsSetup): Process<CoreDnsState> {
  const server = dnsServer(setup.home)
  const view = indexView(setup.view)

  function run(on: DnsServer, state: CoreDnsState, q: Omit<Pending, 'waiting'>, now: number | undefined): Stepped {
    const stored: Record<string, Cached> = {}
    const { result, via } = on.ask(
      { name: q.message.name, type: q.message.type, client: q.client, proto: q.proto, id: q.message.id },
      q.port,
      {
        view,
        now,
        localIPs: setup.localIPs,
        home: setup.home,
        seed: setup.seed,
        heard: (u) => q.heard[keyOf(u)],
        cached: (key) => state.cache[key],
        store: (key, entry) => {
          stored[key] = entry
        },
      },
    )
    if (result.kind === 'unmodelled') return { state, acts: [{ act: 'unmodelled', what: result.what }] }
    if (result.kind === 'ask') return askUpstream(state, q, result.upstream)
    const whole = reply(q.message, result.found)
    const message = q.proto === 'tcp' ? whole : cutForUdp(whole)
    const size = bytesOver(q.proto, message)
    const because = result.because === undefined || result.because === 0 ? {} : { because: result.because }
    const acts: readonly Act[] = [
      { act: 'note', what: 'answers', plugins: via, message, ...because },
      { act: 'send', conn: q.conn, message, size },
    ]
    return { state: { ...state, cache: { ...state.cache, ...stored } }, acts }
  }

  function askUpstream(state: CoreDnsState, q: Omit<Pending, 'waiting'>, to: Upstream): Stepped {
    const conn = `up-${state.opened + 1}`
    const asking = query(mix(setup.seed, `${setup.name} ${conn}`) % 65536, to.name, to.type)
    const pending = { ...q, waiting: { conn, key: keyOf(to), query: asking, proto: to.proto } }
    const acts: readonly Act[] = [
      { act: 'connect', conn, proto: to.proto, to: { address: to.server, port: to.port } },
      { act: 'timer', name: conn, after: UPSTREAM_PATIENCE },
    ]
    return { state: { ...state, opened: state.opened + 1, pending: [...state.pending, pending] }, acts }
  }

  /** An upstream has answered, or will not: the chain runs again from its head. */
  function resume(on: DnsServer, state: CoreDnsState, p: Pending, heard: Heard, now: number | undefined): Stepped {
    const rest = { ...state, pending: state.pending.filter((o) => o !== p) }
    const next = run(on, rest, { ...p, heard: { ...p.heard, [p.waiting.key]: heard } }, now)
    return { state: next.state, acts: [{ act: 'close', conn: p.waiting.conn }, ...next.acts] }
  }

  function onUpstream(on: DnsServer, state: CoreDnsState, p: Pending, h: Happening): Stepped {
    if (h.kind === 'connected')
      return {
        state,
        acts: [{ act: 'send', conn: p.waiting.conn, message: p.waiting.query, size: bytesOver(p.waiting.proto, p.waiting.query) }],
      }
    if (h.kind === 'failed') return resume(on, state, p, 'error', h.now)
    if (h.kind === 'data' && h.message?.kind === 'dns' && h.message.response && h.message.id === p.waiting.query.id)
      return resume(on, state, p, h.message, h.now)
    return { state, acts: [] }
  }

  return {
    name: setup.name,
    start: { cache: {}, pending: [], opened: 0 },
    on(state, h) {
      if (h.kind === 'timer') {
        const late = state.pending.find((p) => p.waiting.conn === h.name)
        return late && !('error' in server) ? resume(server, state, late, 'timeout', h.now) : { state, acts: [] }
      }
      if (!('conn' in h)) return { state, acts: [] }
      if ('error' in server)
        return h.kind === 'data'
          ? { state, acts: [{ act: 'unmodelled', what: `CoreDNS does not start: ${server.printed}` }] }
          : { state, acts: [] }
      const waiting = state.pending.find((p) => p.waiting.conn === h.conn)
      if (waiting) return onUpstream(server, state, waiting, h)
      if (h.kind !== 'data' || h.message?.kind !== 'dns' || h.message.response) return { state, acts: [] }
      const proto = h.proto === 'tcp' ? 'tcp' : 'udp'
      const asked = { conn: h.conn, client: h.peer.address, proto, port: h.local.port, message: h.message, heard: {} } as const
      return run(server, state, asked, h.now)
    },
  }
}
