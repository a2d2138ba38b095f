import { type Ip, parseIp } from '../../net/ip.ts'
import type { DnsMessage, DnsRecord, DnsType } from '../../net/message.ts'
import { mix } from '../../trace/luck.ts'
import { query } from '../dns/message.ts'
import { sendable } from '../dns/name.ts'
import { dnsBytes } from '../dns/size.ts'
import type { Act, Happening } from '../process.ts'
import { complete, type Exchange, faredOf, gaveUp, taken, usefulOf } from './exchange.ts'
import { glibc } from './glibc.ts'
import { hostsLookup, sortAddresses } from './hosts.ts'
import { type CLibrary, type EaiError, type Fared, nextName } from './library.ts'
import { answered, asked, type QueryReport } from './report.ts'
import { parseResolvConf, type ResolvConf } from './resolvconf.ts'

/** What a program asks its C library, and the machine that it runs on. */
export interface LookupQuestion {
  readonly name: string
  /** ['A', 'AAAA'] for getaddrinfo; one type for a program like dig, which then reads no /etc/hosts either. */
  readonly types: readonly DnsType[]
  /** Texts of /etc/resolv.conf and /etc/hosts. */
  readonly resolvConf: string
  readonly hosts: string
  /** Families in which the machine has an address. */
  readonly own: readonly (4 | 6)[]
  /** Distinguishes this program's queries from all others: message ids derive from it. */
  readonly label: string
  readonly library?: CLibrary
}

export interface LookupResult {
  readonly addresses: readonly Ip[]
  /** Records of the answer that was taken, all types. */
  readonly records: readonly DnsRecord[]
  readonly error?: EaiError
  readonly queries: readonly QueryReport[]
}

/** State of one look-up between two happenings. Plain data but for the library. */
export interface Lookup {
  readonly question: LookupQuestion
  readonly conf: ResolvConf
  readonly fared: readonly Fared[]
  readonly queries: readonly QueryReport[]
  readonly sockets: number
  /** A and AAAA one after the other: asked for, or learnt after one of two answers was lost. */
  readonly oneByOne: boolean
  readonly reopen: boolean
  readonly exchange?: Exchange
}

export interface LookupStep {
  readonly state: Lookup
  readonly acts: readonly Act[]
  readonly result?: LookupResult
}

const SECOND = 1_000_000_000
const libraryOf = (l: Lookup): CLibrary => l.question.library ?? glibc

const done = (state: Lookup, acts: readonly Act[], end: Partial<LookupResult>): LookupStep => ({
  state,
  acts,
  result: { addresses: [], records: [], queries: state.queries, ...end },
})

export function beginLookup(question: LookupQuestion): LookupStep {
  const conf = parseResolvConf(question.resolvConf)
  const { singleRequest, singleRequestReopen } = conf
  const state: Lookup = { question, conf, fared: [], queries: [], sockets: 0, oneByOne: singleRequest, reopen: singleRequestReopen }
  if (question.types.includes('A') && question.types.includes('AAAA')) {
    const literal = parseIp(question.name)
    if (literal !== undefined) return done(state, [], { addresses: [literal] })
    const known = hostsLookup(question.hosts, question.name)
    if (known.length > 0) return done(state, [], { addresses: sortAddresses(known, question.own) })
  }
  if (conf.unmodelled.length > 0) return { state, acts: [{ act: 'unmodelled', what: `resolv.conf option ${conf.unmodelled.join(', ')}` }] }
  return askNext(state, [])
}

function askNext(state: Lookup, acts: readonly Act[]): LookupStep {
  const next = nextName(libraryOf(state), state.question.name, state.conf, state.fared)
  if ('end' in next) return next.end === 'found' ? done(state, acts, {}) : done(state, acts, { error: next.end })
  if (!sendable(next.ask)) return askNext({ ...state, fared: [...state.fared, 'failed'] }, acts)
  const { types } = state.question
  return open(state, acts, {
    name: next.ask,
    types,
    round: 0,
    server: 0,
    socket: '',
    sent: [],
    got: [],
    somewhere: false,
    lastRcode: undefined,
  })
}

const serverOf = (l: Lookup, x: Exchange): Ip => l.conf.nameservers[x.server] as Ip

/** A new socket to the exchange's server; what was answered on the one before stays when only the second query is due. */
function open(state: Lookup, acts: readonly Act[], x: Exchange): LookupStep {
  const socket = `dns-${state.sockets + 1}`
  const to = { address: serverOf(state, x), port: 53 }
  const exchange = { ...x, socket }
  return { state: { ...state, sockets: state.sockets + 1, exchange }, acts: [...acts, { act: 'connect', conn: socket, proto: 'udp', to }] }
}

/** Sends what is due on the open socket: both queries back to back, or the next one. */
function send(state: Lookup, x: Exchange): LookupStep {
  const from = x.sent.length
  const due = state.oneByOne ? x.types.slice(from, from + 1) : x.types.slice(from)
  const messages = due.map((type) => query(mix(0, `${state.question.label} ${x.socket} ${type}`) % 65536, x.name, type))
  const after = libraryOf(state).patience(state.conf, x.server) * SECOND
  const acts: readonly Act[] = [
    ...messages.map((m): Act => ({ act: 'send', conn: x.socket, message: m, size: dnsBytes(m) })),
    { act: 'timer', name: `${x.socket}/${from}`, after },
  ]
  const queries = [...state.queries, ...messages.map((m) => asked(m, serverOf(state, x)))]
  return { state: { ...state, queries, exchange: { ...x, sent: [...x.sent, ...messages] } }, acts }
}

/** Marks the queries of an exchange that nobody answered. */
function unanswered(state: Lookup, x: Exchange, error: string): Lookup {
  const lost = new Set(x.sent.filter((_, i) => x.got[i] === undefined).map((m) => m.id))
  return {
    ...state,
    queries: state.queries.map((q) => (q.rcode === null && q.error === undefined && lost.has(q.id) ? { ...q, error } : q)),
  }
}

const closing = (x: Exchange): readonly Act[] => [{ act: 'close', conn: x.socket }]

/** The next server, the next round, or the end of this name. */
function nextServer(state: Lookup, x: Exchange): LookupStep {
  const last = x.server + 1 >= state.conf.nameservers.length
  const next = { ...x, round: last ? x.round + 1 : x.round, server: last ? 0 : x.server + 1, sent: [], got: [] }
  if (next.round < state.conf.attempts) return open(state, closing(x), next)
  return askNext({ ...state, fared: [...state.fared, gaveUp(x)] }, closing(x))
}

function judge(state: Lookup, x: Exchange): LookupStep {
  const useful = usefulOf(x)
  if (useful.length === 0) return nextServer(state, x)
  const fared = faredOf(useful)
  if (fared !== 'found') return askNext({ ...state, fared: [...state.fared, fared] }, closing(x))
  const records = useful.flatMap((m) => m.answers)
  const addresses = records
    .flatMap((r) => (r.type === 'A' || r.type === 'AAAA' ? [parseIp(r.rdata)] : []))
    .filter((a): a is Ip => a !== undefined)
  const wanted = state.question.types.includes('A') && state.question.types.includes('AAAA')
  const missing = wanted && addresses.length === 0 ? { error: 'EAI_NODATA' as const } : {}
  return done(state, closing(x), { records, addresses: sortAddresses([...new Set(addresses)], state.question.own), ...missing })
}

function onAnswer(state: Lookup, x: Exchange, message: DnsMessage): LookupStep {
  const next = taken(x, message)
  if (next === undefined) return { state, acts: [] }
  const queries = state.queries.map((q) =>
    q.rcode === null && q.id === message.id && q.name === message.name && q.type === message.type ? answered(q, message) : q,
  )
  const told = { ...state, queries, exchange: next }
  if (complete(next)) return judge(told, next)
  if (next.sent.length === next.types.length) return { state: told, acts: [] }
  return state.reopen ? open(told, closing(next), next) : send(told, next)
}

function onTimeout(state: Lookup, x: Exchange): LookupStep {
  const marked = unanswered(state, x, 'timeout')
  const partly = x.got.some((m) => m !== undefined)
  // One of two answers lost: glibc takes it for a server that cannot do two at once and asks it again, one by one.
  if (partly && !state.oneByOne) return open({ ...marked, oneByOne: true }, closing(x), { ...x, sent: [], got: [] })
  if (partly && !state.reopen) return open({ ...marked, reopen: true }, closing(x), { ...x, sent: [], got: [] })
  return partly ? judge(marked, x) : nextServer(marked, { ...x, somewhere: true })
}

/** Goes on with a look-up. Happenings of other connections leave it as it is. */
export function continueLookup(state: Lookup, happening: Happening): LookupStep {
  const x = state.exchange
  if (x === undefined) return { state, acts: [] }
  if (happening.kind === 'timer')
    return happening.name === `${x.socket}/${state.oneByOne ? x.sent.length - 1 : 0}` ? onTimeout(state, x) : { state, acts: [] }
  if (!('conn' in happening) || happening.conn !== x.socket) return { state, acts: [] }
  if (happening.kind === 'connected') return send(state, x)
  if (happening.kind === 'failed') return nextServer(unanswered(state, x, happening.errno), x)
  return happening.kind === 'data' && happening.message?.kind === 'dns' ? onAnswer(state, x, happening.message) : { state, acts: [] }
}
