import { endpointText, type HttpRequest, type HttpResponse, type Message } from '../../net/message.ts'
import type { RouteTaken } from '../../trace/journey.ts'
import { fraction } from '../../trace/luck.ts'
import type { Act, Happening, Peer, Process } from '../process.ts'
import { beginLookup, continueLookup, type Lookup, type LookupStep } from '../resolver/lookup.ts'
import { withHeaders } from './headers.ts'
import type { Decision, Router, Seen, Target } from './router.ts'
import { messageBytes } from './text.ts'

type Forward = Extract<Decision, { do: 'forward' }>

/** A connection that a client opened, and how far its request has come. */
interface Front {
  readonly client: Peer
  readonly local: Peer
  /** Set once its TLS handshake is done; '' when it named no host. */
  readonly sni?: string
  readonly seen?: Seen
  /** What luck is asked about. */
  readonly open?: readonly Decision[]
  readonly forward?: Forward
  /** Targets not tried yet, as places in `forward.targets`; the first is being tried. */
  readonly left?: readonly number[]
  readonly tries: number
  /** A name that is being looked up. */
  readonly lookup?: Lookup
}
type State = Readonly<Record<string, Front>>

const SECOND = 1_000_000_000
/** proxy_connect_timeout of ingress-nginx, Envoy's connect_timeout and Traefik's differ; each router may say its own. ns */
export interface Patience {
  readonly connect: number
  /** How many targets are tried for one request at most. */
  readonly tries: number
}
const USUAL: Patience = { connect: 5 * SECOND, tries: 3 }

/** Texts of the files by which the proxy looks names up. */
export interface ProxyFiles {
  readonly resolvConf: string
  readonly hosts: string
}

const backName = (conn: string, tries: number): string => `${conn} upstream ${tries}`
const frontOf = (conn: string): { readonly conn: string; readonly tries: number } | undefined => {
  const m = /^(.*) upstream (\d+)$/.exec(conn)
  return m ? { conn: m[1] ?? '', tries: Number(m[2]) } : undefined
}
const send = (conn: string, message: Message): Act => ({ act: 'send', conn, message, size: messageBytes(message) })

/** An answer that the proxy makes by itself. */
export function ownAnswer(status: number, headers: HttpResponse['headers'] = [], body = ''): HttpResponse {
  const length = messageBytes({ kind: 'data', text: body })
  return { kind: 'http-response', status, headers: [...headers, ['Content-Length', `${length}`]], body }
}

/**
 * A reverse proxy: it accepts, reads a request, asks its router, connects to a target of its own choice and copies the answer back. The two
 * connections have nothing in common but this program: the target sees the proxy's address, and only headers tell it of the client.
 */
export function reverseProxy(
  name: string,
  router: Router,
  files?: ProxyFiles,
  patience: Patience = USUAL,
): Process<State> & { readonly router: Router } {
  type Stepped = { readonly state: State; readonly acts: readonly Act[] }
  const put = (state: State, conn: string, front: Front): State => ({ ...state, [conn]: front })
  const note = (seen: Seen, why: string, route: RouteTaken, because?: Target['because']): Act => ({
    act: 'note',
    what: why,
    message: seen.request,
    route,
    ...(because === undefined ? {} : { because }),
  })

  function carryOut(state: State, conn: string, front: Front, decision: Decision): Stepped {
    const { seen } = front
    if (!seen) return { state, acts: [] }
    switch (decision.do) {
      case 'unmodelled':
        return { state, acts: [{ act: 'unmodelled', what: decision.what }] }
      case 'answer':
        return {
          state: put(state, conn, { ...front, open: [] }),
          acts: [note(seen, decision.why, decision.route, decision.because), send(conn, decision.response)],
        }
      case 'choose': {
        const { key, of } = decision.chance
        const choice = {
          key: `${name} ${key}`,
          weights: of.map((b) => b.weight),
          labels: of.map((b) => b.label),
        }
        return { state: put(state, conn, { ...front, open: of.map((b) => b.leads) }), acts: [{ act: 'choose', conn, choice }] }
      }
      case 'forward':
        return begin(state, conn, front, seen, decision)
    }
  }

  function begin(state: State, conn: string, front: Front, seen: Seen, forward: Forward): Stepped {
    const told = note(seen, forward.why, forward.route, forward.because)
    const next = { ...front, forward, open: [] }
    if (forward.external) {
      if (!files) return { state, acts: [told, { act: 'unmodelled', what: `a proxy that looks up ${forward.external.host}` }] }
      const asked = { name: forward.external.host, types: ['A', 'AAAA'], ...files, own: [4], label: `${name} ${conn}` } as const
      return looked(state, conn, next, beginLookup(asked), [told])
    }
    const n = forward.targets.length
    if (n <= 1) {
      const step = dial(put(state, conn, next), conn, { ...next, left: forward.targets.map((_, i) => i) })
      return { state: step.state, acts: [told, ...step.acts] }
    }
    const choice = {
      key: `${name} server for ${conn} ${forward.route.service ?? ''} ${forward.route.port ?? ''}`,
      weights: forward.targets.map(() => fraction(1, n)),
      labels: forward.targets.map((t) => endpointText(t.address, t.port)),
    }
    return { state: put(state, conn, next), acts: [told, { act: 'choose', conn, choice }] }
  }

  /** The name of an ExternalName Service: its first address is taken, none is 503 (no server in the upstream). */
  function looked(state: State, conn: string, front: Front, step: LookupStep, told: readonly Act[]): Stepped {
    const { forward } = front
    const { lookup: _done, ...rest } = front
    if (!step.result || !forward?.external)
      return { state: put(state, conn, { ...rest, lookup: step.state }), acts: [...told, ...step.acts] }
    const targets = step.result.addresses.map((address) => ({ address, port: forward.external?.port ?? 0 }))
    const next = { ...rest, forward: { ...forward, targets }, left: targets.map((_, i) => i) }
    if (targets.length > 0) {
      const dialled = dial(state, conn, next)
      return { state: dialled.state, acts: [...told, ...step.acts, ...dialled.acts] }
    }
    const why = `${forward.external.host}: ${step.result.error ?? 'no address'}`
    return { state: put(state, conn, next), acts: [...told, ...step.acts, { act: 'note', what: why }, send(conn, ownAnswer(503))] }
  }

  /** News for a look-up that is under way; undefined when none of them takes it. */
  function news(state: State, h: Happening): Stepped | undefined {
    for (const [conn, front] of Object.entries(state)) {
      if (!front.lookup) continue
      const step = continueLookup(front.lookup, h)
      if (step.state !== front.lookup || step.acts.length > 0 || step.result) return looked(state, conn, front, step, [])
    }
    return undefined
  }

  function dial(state: State, conn: string, front: Front): Stepped {
    const { forward, left = [] } = front
    const target = forward?.targets[left[0] ?? -1]
    if (!forward || !target || front.tries >= patience.tries) return failed(state, conn, front, 'ECONNREFUSED')
    const because = target.because === undefined ? {} : { because: target.because }
    return {
      state: put(state, conn, front),
      acts: [
        { act: 'note', what: `connects to ${endpointText(target.address, target.port)}`, ...because },
        { act: 'connect', conn: backName(conn, front.tries), proto: 'tcp', to: target, timeout: patience.connect },
      ],
    }
  }

  /** Nobody behind answered: 504 where time ran out, else 502. */
  function failed(state: State, conn: string, front: Front, errno: string): Stepped {
    const status = errno === 'ETIMEDOUT' ? 504 : 502
    const acts: Act[] = [{ act: 'note', what: `no server of the upstream could be reached (${errno})` }, send(conn, ownAnswer(status))]
    return { state: put(state, conn, { ...front, open: [] }), acts }
  }

  function received(state: State, h: Extract<Happening, { kind: 'data' }>): Stepped {
    const front = state[h.conn] ?? { client: h.peer, local: h.local, tries: 0 }
    const { message } = h
    const tls = router.tlsPorts.includes(h.local.port)
    if (message?.kind === 'tls') {
      const certificate = tls ? router.certificate(message.sni) : undefined
      if (!certificate)
        return {
          state,
          acts: [
            { act: 'note', what: 'does not speak TLS here' },
            { act: 'close', conn: h.conn, reset: true },
          ],
        }
      return {
        state: put(state, h.conn, { ...front, sni: message.sni ?? '' }),
        acts: [{ act: 'note', what: `shows the certificate of ${certificate.from}` }, send(h.conn, { kind: 'tls', certificate })],
      }
    }
    // nginx and the others answer 400 to what is no HTTP, and to plain HTTP on the port of TLS
    if (message?.kind !== 'http-request' || (tls && front.sni === undefined))
      return { state, acts: [{ act: 'note', what: 'answers 400: no HTTP request' }, send(h.conn, ownAnswer(400))] }
    const seen: Seen = {
      request: message,
      scheme: tls ? 'https' : 'http',
      client: h.peer,
      local: h.local,
      ...(front.sni ? { sni: front.sni } : {}),
    }
    return carryOut(state, h.conn, { ...front, seen, tries: 0 }, router.decide(seen))
  }

  function back(state: State, at: { readonly conn: string; readonly tries: number }, h: Happening): Stepped {
    const front = state[at.conn]
    const forward = front?.forward
    if (!front || !forward || front.tries !== at.tries) return { state, acts: [] }
    const conn = backName(at.conn, at.tries)
    switch (h.kind) {
      case 'connected':
        return { state, acts: [send(conn, forward.request satisfies HttpRequest)] }
      case 'failed': {
        const next = { ...front, left: (front.left ?? []).slice(1), tries: front.tries + 1 }
        if (next.left.length > 0 && next.tries < patience.tries) return dial(state, at.conn, next)
        return failed(state, at.conn, next, h.errno)
      }
      case 'data': {
        const add = forward.add?.[front.left?.[0] ?? 0] ?? []
        const answer = h.message?.kind === 'http-response' ? h.message : ownAnswer(502)
        const message = { ...answer, headers: withHeaders(answer.headers, add) }
        return { state, acts: [{ act: 'close', conn }, send(at.conn, message)] }
      }
      case 'start':
      case 'timer':
      case 'accepted':
      case 'chosen':
        return { state, acts: [] }
    }
  }

  return {
    name,
    router,
    start: {},
    on(state, h) {
      const heard = news(state, h)
      if (heard) return heard
      if (h.kind === 'start' || h.kind === 'timer') return { state, acts: [] }
      if (h.kind === 'accepted') return { state: put(state, h.conn, { client: h.peer, local: h.local, tries: 0 }), acts: [] }
      const at = frontOf(h.conn)
      if (at) return back(state, at, h)
      if (h.kind === 'data') return received(state, h)
      const front = state[h.conn]
      if (h.kind !== 'chosen' || !front) return { state, acts: [] }
      const way = front.open?.[h.taken]
      if (way) return carryOut(state, h.conn, front, way)
      const { forward } = front
      if (!forward) return { state, acts: [] }
      // one server first, then the others in turn
      const left = forward.targets.map((_, i) => (h.taken + i) % forward.targets.length)
      return dial(state, h.conn, { ...front, left })
    },
  }
}
