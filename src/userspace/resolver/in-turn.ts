import type { Ip } from '../../net/ip.ts'
import type { DnsMessage } from '../../net/message.ts'
import { mix } from '../../trace/luck.ts'
import type { Act, Happening } from '../process.ts'
import { answeredBy, complete, type Exchange, faredOf, gaveUp, newExchange, taken, usefulOf } from './exchange.ts'
import { patience } from './glibc.ts'
import { answered } from './report.ts'
import { type ExchangeStep, type Lookup, SECOND, sendQueries, unanswered } from './state.ts'

/** glibc's way with servers (resolv/res_send.c): one after the other, each with a socket of its own, `attempts` rounds. */
export function beginInTurn(state: Lookup, name: string): ExchangeStep {
  const { nameservers, rotate, useVc } = state.conf
  // A counter that begins anywhere and goes on from query to query (nameserver_offset).
  const first = rotate ? (mix(0, `${state.question.label} rotate`) + state.fared.length) % nameservers.length : 0
  return open(state, [], newExchange(name, state.question.types, useVc ? 'tcp' : 'udp', first))
}

const socketOf = (x: Exchange): string => x.sockets[0] ?? ''
const serverOf = (l: Lookup, x: Exchange): Ip => l.conf.nameservers[(x.first + x.server) % l.conf.nameservers.length] as Ip

/** A new socket to the exchange's server; what was answered on the one before stays when only the second query is due. */
function open(state: Lookup, acts: readonly Act[], x: Exchange): ExchangeStep {
  const socket = `dns-${state.sockets + 1}`
  const to = { address: serverOf(state, x), port: 53 }
  const exchange = { ...x, sockets: [socket] }
  return {
    state: { ...state, sockets: state.sockets + 1, exchange },
    acts: [...acts, { act: 'connect', conn: socket, proto: x.proto, to }],
  }
}

/** Sends what is due on the open socket: both queries back to back, or the next one. Over TCP both, and no clock of its own. */
function send(state: Lookup, x: Exchange): ExchangeStep {
  const from = x.sent.length
  const due = state.oneByOne && x.proto === 'udp' ? x.types.slice(from, from + 1) : x.types.slice(from)
  const socket = socketOf(x)
  const sent = sendQueries(state, x, { socket, server: serverOf(state, x), key: socket }, due)
  const timer: Act = { act: 'timer', name: `${socket}/${from}`, after: patience(state.conf, x.server) * SECOND }
  return {
    state: { ...sent.state, exchange: { ...x, sent: [...x.sent, ...sent.sent] } },
    acts: x.proto === 'tcp' ? sent.acts : [...sent.acts, timer],
  }
}

const closing = (x: Exchange): readonly Act[] => [{ act: 'close', conn: socketOf(x) }]
const again = (x: Exchange): Exchange => ({ ...x, sent: [], got: [] })

/** The next server, the next round, or the end of this name. */
function nextServer(state: Lookup, x: Exchange): ExchangeStep {
  const last = x.server + 1 >= state.conf.nameservers.length
  const next = { ...again(x), round: last ? x.round + 1 : x.round, server: last ? 0 : x.server + 1 }
  // Over TCP there is one round only.
  if (next.round < (x.proto === 'tcp' ? 1 : state.conf.attempts)) return open(state, closing(x), next)
  return { state, acts: closing(x), ended: { fared: gaveUp(x), answers: [] } }
}

function judge(state: Lookup, x: Exchange): ExchangeStep {
  const answers = usefulOf(x)
  // Over TCP an answer is an answer, also one that is of no use.
  if (answers.length === 0)
    return x.proto === 'tcp' ? { state, acts: closing(x), ended: { fared: gaveUp(x), answers } } : nextServer(state, x)
  return { state, acts: closing(x), ended: { fared: faredOf(answers), answers } }
}

function onAnswer(state: Lookup, x: Exchange, message: DnsMessage): ExchangeStep {
  const at = answeredBy(x, message)
  if (at === undefined) return { state, acts: [] }
  const queries = state.queries.map((q) =>
    q.rcode === null && q.id === message.id && q.name === message.name && q.type === message.type ? answered(q, message) : q,
  )
  const next = taken(x, at, message)
  const told = { ...state, queries, exchange: next }
  // Cut short: the same server is asked both questions again over TCP.
  if (message.tc && x.proto === 'udp')
    return open(unanswered(told, next, 'asked again over TCP'), closing(x), { ...again(next), proto: 'tcp' })
  if (complete(next)) return judge(told, next)
  if (next.sent.length === next.types.length) return { state: told, acts: [] }
  // One by one, a first answer of no use sends to the next server before the second question is asked.
  if (usefulOf(next).length === 0) return nextServer(told, next)
  return state.reopen ? open(told, closing(next), next) : send(told, next)
}

function onTimeout(state: Lookup, x: Exchange): ExchangeStep {
  const marked = unanswered(state, x, 'timeout')
  const partly = x.got.some((m) => m !== undefined)
  // One of two answers lost: glibc takes it for a server that cannot do two at once and asks it again, one by one.
  if (partly && !state.oneByOne) return open({ ...marked, oneByOne: true }, closing(x), again(x))
  if (partly && !state.reopen) return open({ ...marked, reopen: true }, closing(x), again(x))
  return partly ? judge(marked, x) : nextServer(marked, { ...x, somewhere: true })
}

export function onInTurn(state: Lookup, x: Exchange, happening: Happening): ExchangeStep {
  if (happening.kind === 'timer')
    return happening.name === `${socketOf(x)}/${state.oneByOne ? x.sent.length - 1 : 0}` ? onTimeout(state, x) : { state, acts: [] }
  if (!('conn' in happening) || happening.conn !== socketOf(x)) return { state, acts: [] }
  if (happening.kind === 'connected') return send(state, x)
  if (happening.kind === 'failed') return nextServer(unanswered(state, x, happening.errno), x)
  return happening.kind === 'data' && happening.message?.kind === 'dns' ? onAnswer(state, x, happening.message) : { state, acts: [] }
}
