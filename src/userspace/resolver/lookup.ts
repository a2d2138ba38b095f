import { type Ip, parseIp } from '../../net/ip.ts'
import type { DnsMessage, DnsRecord } from '../../net/message.ts'
import { sendable } from '../dns/name.ts'
import type { Act, Happening } from '../process.ts'
import { glibc } from './glibc.ts'
import { hostsLookup, sortAddresses } from './hosts.ts'
import { beginInTurn, onInTurn } from './in-turn.ts'
import { atOnce } from './late.ts'
import { type CLibrary, type EaiError, nextName } from './library.ts'
import type { QueryReport } from './report.ts'
import type { ExchangeStep, Lookup, LookupQuestion } from './state.ts'

export type { Lookup, LookupQuestion } from './state.ts'

export interface LookupResult {
  readonly addresses: readonly Ip[]
  /** Records of the answer that was taken, all types. */
  readonly records: readonly DnsRecord[]
  readonly error?: EaiError
  readonly queries: readonly QueryReport[]
}

export interface LookupStep {
  readonly state: Lookup
  readonly acts: readonly Act[]
  readonly result?: LookupResult
}

const libraryOf = (q: LookupQuestion): CLibrary => q.library ?? glibc
const bothFamilies = (q: LookupQuestion): boolean => q.types.includes('A') && q.types.includes('AAAA')

const done = (state: Lookup, acts: readonly Act[], end: Partial<LookupResult>): LookupStep => ({
  state,
  acts,
  result: { addresses: [], records: [], queries: state.queries, ...end },
})

/** Addresses and files first, then DNS, name by name (getaddrinfo). */
export function beginLookup(question: LookupQuestion): LookupStep {
  const conf = libraryOf(question).conf(question.resolvConf)
  const { singleRequest, singleRequestReopen } = conf
  const state: Lookup = {
    question,
    conf,
    fared: [],
    queries: [],
    sockets: 0,
    oneByOne: singleRequest,
    reopen: singleRequestReopen,
    room: FIRST_ROOM,
  }
  if (bothFamilies(question)) {
    const literal = parseIp(question.name)
    if (literal !== undefined) return done(state, [], { addresses: [literal] })
    const known = hostsLookup(question.hosts, question.name)
    if (known.length > 0) return done(state, [], { addresses: sortAddresses(known, question.own) })
  }
  return askNext(state, [])
}

function askNext(state: Lookup, acts: readonly Act[]): LookupStep {
  const library = libraryOf(state.question)
  const next = nextName(library, state.question.name, state.conf, state.fared)
  if ('end' in next) return next.end === 'found' ? done(state, acts, {}) : done(state, acts, { error: next.end })
  if (!sendable(next.ask)) return askNext({ ...state, fared: [...state.fared, 'failed'] }, acts)
  const begun = library.servers === 'at-once' ? atOnce.get().beginAtOnce(state, next.ask) : beginInTurn(state, next.ask)
  return { ...begun, acts: [...acts, ...begun.acts] }
}

/** getaddrinfo's first buffer, and what glibc 2.36 keeps in it for each address beside the name (measured: the 26th address asks twice). */
const FIRST_ROOM = 1024
const ADDRESS_ROOM = 40

/** Whether the answer is too long for the caller's buffer: getaddrinfo then doubles it and asks everything again. */
function tooLong({ question, room }: Lookup, records: readonly DnsRecord[]): boolean {
  const hosts = records.filter((r) => r.type === 'A' || r.type === 'AAAA')
  return bothFamilies(question) && libraryOf(question).name === 'glibc' && hosts.length * ADDRESS_ROOM + (hosts[0]?.name.length ?? 0) > room
}

function found(state: Lookup, acts: readonly Act[], answers: readonly DnsMessage[]): LookupStep {
  const { question } = state
  const records = answers.flatMap((m) => m.answers)
  if (tooLong(state, records)) return askNext({ ...state, fared: [], room: 2 * state.room }, acts)
  const addresses = records.flatMap((r) => (r.type === 'A' || r.type === 'AAAA' ? (parseIp(r.rdata) ?? []) : []))
  const missing = bothFamilies(question) && addresses.length === 0 ? { error: 'EAI_NODATA' as const } : {}
  return done(state, acts, { records, addresses: sortAddresses([...new Set(addresses)], question.own), ...missing })
}

function after({ state, acts, ended }: ExchangeStep): LookupStep {
  if (!ended) return { state, acts }
  if (ended.fared === 'found') return found(state, acts, ended.answers)
  return askNext({ ...state, fared: [...state.fared, ended.fared] }, acts)
}

/** Goes on with a look-up. Happenings of other connections leave it as it is. */
export function continueLookup(state: Lookup, happening: Happening): LookupStep {
  const x = state.exchange
  if (x === undefined) return { state, acts: [] }
  return after(libraryOf(state.question).servers === 'at-once' ? atOnce.get().onAtOnce(state, x, happening) : onInTurn(state, x, happening))
}
