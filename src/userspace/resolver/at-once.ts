import type { Ip } from '../../net/ip.ts'
import type { DnsMessage, DnsType } from '../../net/message.ts'
import type { Act, Happening } from '../process.ts'
import { answeredBy, complete, type Exchange, newExchange, taken } from './exchange.ts'
import type { Fared } from './library.ts'
import { answered } from './report.ts'
import { type ExchangeStep, type Lookup, SECOND, sendQueries, unanswered } from './state.ts'

/**
 * musl's way with servers (1.2.3, src/network/res_msend.c): every query to every server, again after timeout/attempts seconds, for
 * `timeout` seconds in all. The first answer to a query counts; errors of the kernel are not looked at, and what is cut stays cut.
 * musl has one socket for all servers; here each server has one.
 */
export function beginAtOnce(state: Lookup, name: string): ExchangeStep {
  const { nameservers } = state.conf
  const sockets = nameservers.map((_, i) => `dns-${state.sockets + 1 + i}`)
  const exchange = { ...newExchange(name, state.question.types, 'udp', 0), sockets, retries: 2 * state.question.types.length }
  const connects = nameservers.map(
    (address, i): Act => ({ act: 'connect', conn: sockets[i] ?? '', proto: 'udp', to: { address, port: 53 }, unconnected: true }),
  )
  return {
    state: { ...state, sockets: state.sockets + nameservers.length, exchange },
    acts: [...connects, ...clocks(state, sockets[0] ?? '')],
  }
}

/** When to ask again, and when to give up. */
function clocks({ conf }: Lookup, name: string): readonly Act[] {
  const every = Math.floor((conf.timeout * SECOND) / conf.attempts)
  const rounds = Array.from(
    { length: conf.attempts - 1 },
    (_, i): Act => ({ act: 'timer', name: `${name}/${i + 1}`, after: every * (i + 1) }),
  )
  return [...rounds, { act: 'timer', name: `${name}/end`, after: conf.timeout * SECOND }]
}

const closing = (x: Exchange): readonly Act[] => x.sockets.map((conn) => ({ act: 'close', conn }))
const due = (x: Exchange): readonly DnsType[] => x.types.filter((_, i) => x.got[i] === undefined)
const serverOf = (state: Lookup, x: Exchange, socket: string): Ip => state.conf.nameservers[x.sockets.indexOf(socket)] as Ip

/** Queries of these types to one server. */
function ask(state: Lookup, x: Exchange, socket: string, types: readonly DnsType[]): ExchangeStep {
  const made = sendQueries(state, x, { socket, server: serverOf(state, x, socket), key: x.sockets[0] ?? '' }, types)
  const sent = x.sent.length > 0 ? x.sent : made.sent
  return { state: { ...made.state, exchange: { ...x, sent } }, acts: made.acts }
}

function everyone(state: Lookup, x: Exchange): ExchangeStep {
  let step: ExchangeStep = { state: { ...state, exchange: x }, acts: [] }
  for (const socket of x.sockets) {
    const next = ask(step.state, step.state.exchange ?? x, socket, due(x))
    step = { state: next.state, acts: [...step.acts, ...next.acts] }
  }
  return step
}

/** name_from_dns: any record is a find; else the first query's answer decides. */
function verdict(x: Exchange): Fared {
  const [first] = x.got
  if (x.got.some((m) => m?.answers.some((r) => x.types.includes(r.type)))) return 'found'
  if (first === undefined) return 'timeout'
  return first.rcode === 'NXDOMAIN' ? 'nxdomain' : first.rcode === 'NOERROR' ? 'nodata' : 'servfail'
}

function end(state: Lookup, x: Exchange): ExchangeStep {
  const answers = x.got.filter((m): m is DnsMessage => m !== undefined)
  return { state: unanswered(state, x, 'timeout'), acts: closing(x), ended: { fared: verdict(x), answers } }
}

function onAnswer(state: Lookup, x: Exchange, socket: string, message: DnsMessage): ExchangeStep {
  const at = answeredBy(x, message)
  if (at === undefined) return { state, acts: [] }
  const server = serverOf(state, x, socket)
  const mine = (q: Lookup['queries'][number]): boolean =>
    q.rcode === null && q.id === message.id && q.name === message.name && q.type === message.type && q.server === server
  const told = { ...state, queries: state.queries.map((q) => (mine(q) ? answered(q, message) : q)) }
  if (message.rcode === 'SERVFAIL') {
    if (x.retries === 0) return { state: told, acts: [] }
    return ask(told, { ...x, retries: x.retries - 1 }, socket, [message.type])
  }
  // Refusals and the like are as good as silence.
  if (message.rcode !== 'NOERROR' && message.rcode !== 'NXDOMAIN') return { state: told, acts: [] }
  const next = taken(x, at, message)
  return complete(next) ? end({ ...told, exchange: next }, next) : { state: { ...told, exchange: next }, acts: [] }
}

export function onAtOnce(state: Lookup, x: Exchange, h: Happening): ExchangeStep {
  if (h.kind === 'timer') {
    const name = x.sockets[0] ?? ''
    if (h.name === `${name}/end`) return end(state, x)
    if (!h.name.startsWith(`${name}/`)) return { state, acts: [] }
    return everyone(unanswered(state, x, 'timeout'), { ...x, retries: 2 * x.types.length })
  }
  if (!('conn' in h) || !x.sockets.includes(h.conn)) return { state, acts: [] }
  if (h.kind === 'connected') return ask(state, x, h.conn, due(x))
  return h.kind === 'data' && h.message?.kind === 'dns' ? onAnswer(state, x, h.conn, h.message) : { state, acts: [] }
}
