import type { Ip } from '../../net/ip.ts'
import { endpointText, type Message } from '../../net/message.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Act, Peer, Process } from '../process.ts'

/** A port on which the proxy takes connections of one service port. */
export interface Portal {
  /** `namespace/name:port`. */
  readonly name: string
  readonly proto: 'tcp' | 'udp' | 'sctp'
  /** Where the proxy listens. */
  readonly port: number
  readonly endpoints: readonly { readonly address: Ip; readonly port: number; readonly because?: CauseId }[]
  /** Seconds that a client stays with its endpoint; undefined without affinity. */
  readonly affinity?: number
}

/** One connection taken, and the one made for it. */
interface Relay {
  readonly portal: string
  readonly client: Ip
  readonly attempt: number
  readonly connected: boolean
  readonly waiting: readonly Sent[]
}
interface Sent {
  readonly message: Message | undefined
}

interface State {
  /** By portal: the endpoint that is next. */
  readonly next: Readonly<Record<string, number>>
  /** By portal and client: its endpoint, and until when. ns. */
  readonly sticky: Readonly<Record<string, { readonly at: number; readonly until: number }>>
  /** By the connection taken. */
  readonly relays: Readonly<Record<string, Relay>>
}

/** pkg/proxy/userspace/proxysocket.go: EndpointDialTimeouts, ns. */
const DIAL = [250, 500, 1000, 2000].map((ms) => ms * 1_000_000)

const out = (conn: string, attempt: number): string => `${conn} to endpoint ${attempt}`
const front = (conn: string): { readonly conn: string; readonly attempt: number } | undefined => {
  const m = /^(.*) to endpoint (\d+)$/.exec(conn)
  return m ? { conn: m[1] ?? '', attempt: Number(m[2]) } : undefined
}

/** Bytes are not counted anew: what came in goes out as it is. */
const sizeOf = (message: Message | undefined, bytes: (m: Message) => number): number => (message === undefined ? 0 : bytes(message))

/**
 * kube-proxy's userspace mode: takes a connection, picks an endpoint in turn, dials it from the node and copies both ways. A dial that
 * fails goes on with the next endpoint, each time with more patience; in no other mode is another endpoint tried.
 */
export function roundRobin(name: string, portals: readonly Portal[], bytes: (m: Message) => number): Process<State> {
  const byPort = new Map(portals.map((p) => [p.port, p]))
  const byName = new Map(portals.map((p) => [`${p.proto} ${p.name}`, p]))
  const start: State = { next: {}, sticky: {}, relays: {} }
  const keyOf = (p: Portal): string => `${p.proto} ${p.name}`

  /** Which endpoint, and the state after the choice. A client's own is kept unless dialling it has failed (`reset`). */
  function choose(state: State, portal: Portal, client: Ip, now: number, reset: boolean): { readonly at: number; readonly state: State } {
    const key = keyOf(portal)
    const who = `${key} ${client}`
    const kept = portal.affinity === undefined || reset ? undefined : state.sticky[who]
    const live = kept !== undefined && kept.until > now && kept.at < portal.endpoints.length
    const at = live ? kept.at : (state.next[key] ?? 0) % portal.endpoints.length
    const next = live ? state.next : { ...state.next, [key]: (at + 1) % portal.endpoints.length }
    const sticky = portal.affinity === undefined ? state.sticky : { ...state.sticky, [who]: { at, until: now + portal.affinity * 1e9 } }
    return { at, state: { ...state, next, sticky } }
  }

  function dial(state: State, conn: string, relay: Relay, now: number): { readonly state: State; readonly acts: readonly Act[] } {
    const portal = byName.get(relay.portal)
    const timeout = DIAL[relay.attempt]
    if (portal === undefined || portal.endpoints.length === 0 || timeout === undefined) {
      const { [conn]: _gone, ...relays } = state.relays
      const why = portal && portal.endpoints.length > 0 ? 'no endpoint could be reached' : 'no endpoints'
      return {
        state: { ...state, relays },
        acts: [
          { act: 'note', what: `${portal?.name ?? relay.portal}: ${why}` },
          { act: 'close', conn, reset: true },
        ],
      }
    }
    const chosen = choose(state, portal, relay.client, now, relay.attempt > 0)
    const endpoint = portal.endpoints[chosen.at] as Portal['endpoints'][number]
    const to: Peer = { address: endpoint.address, port: endpoint.port }
    const because = endpoint.because === undefined ? {} : { because: endpoint.because }
    return {
      state: { ...chosen.state, relays: { ...state.relays, [conn]: relay } },
      acts: [
        { act: 'note', what: `${portal.name} -> ${endpointText(to.address, to.port)}`, ...because },
        { act: 'connect', conn: out(conn, relay.attempt), proto: portal.proto, to, timeout },
      ],
    }
  }

  const forward = (conn: string, sent: readonly Sent[]): readonly Act[] =>
    sent.map(({ message }): Act => ({ act: 'send', conn, message, size: sizeOf(message, bytes) }))

  return {
    name,
    start,
    on(state, h) {
      const now = h.now ?? 0
      const same = { state, acts: [] }
      switch (h.kind) {
        case 'start':
        case 'timer':
        case 'chosen':
          return same
        case 'accepted': {
          const portal = byPort.get(h.local.port)
          if (portal === undefined) return same
          return dial(state, h.conn, { portal: keyOf(portal), client: h.peer.address, attempt: 0, connected: false, waiting: [] }, now)
        }
        case 'connected':
        case 'failed': {
          const back = front(h.conn)
          const relay = back && state.relays[back.conn]
          if (back === undefined || relay === undefined || relay.attempt !== back.attempt) return same
          if (h.kind === 'failed') return dial(state, back.conn, { ...relay, attempt: relay.attempt + 1 }, now)
          const ready = { ...relay, connected: true, waiting: [] }
          return { state: { ...state, relays: { ...state.relays, [back.conn]: ready } }, acts: forward(h.conn, relay.waiting) }
        }
        case 'data': {
          const back = front(h.conn)
          if (back !== undefined) return { state, acts: forward(back.conn, [{ message: h.message }]) }
          const relay = state.relays[h.conn]
          if (relay?.connected) return { state, acts: forward(out(h.conn, relay.attempt), [{ message: h.message }]) }
          if (relay !== undefined) {
            const waiting = [...relay.waiting, { message: h.message }]
            return { state: { ...state, relays: { ...state.relays, [h.conn]: { ...relay, waiting } } }, acts: [] }
          }
          // UDP has no connection to take: its first datagram opens one
          const portal = byPort.get(h.local.port)
          if (portal?.proto !== 'udp') return same
          const first = { portal: keyOf(portal), client: h.peer.address, attempt: 0, connected: false, waiting: [{ message: h.message }] }
          return dial(state, h.conn, first, now)
        }
      }
    },
  }
}
