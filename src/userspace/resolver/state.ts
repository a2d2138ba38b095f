import type { Ip } from '../../net/ip.ts'
import type { DnsMessage, DnsType } from '../../net/message.ts'
import { mix } from '../../trace/luck.ts'
import { query } from '../dns/message.ts'
import { bytesOver } from '../dns/size.ts'
import type { Act } from '../process.ts'
import type { Exchange } from './exchange.ts'
import type { CLibrary, Fared } from './library.ts'
import { asked, type QueryReport } from './report.ts'
import type { ResolvConf } from './resolvconf.ts'

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
  /** glibc unless told. */
  readonly library?: CLibrary
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
  /** Bytes that the caller has for the answer (glibc). */
  readonly room: number
  readonly exchange?: Exchange
}

/** What an exchange wants done; `ended`: this name has fared so, with these answers. */
export interface ExchangeStep {
  readonly state: Lookup
  readonly acts: readonly Act[]
  readonly ended?: { readonly fared: Fared; readonly answers: readonly DnsMessage[] }
}

export const SECOND = 1_000_000_000

/** Room for an answer that the option edns0 asks for (RESOLV_EDNS_BUFFER_SIZE). */
const EDNS_ROOM = 1200

/** Sends queries of these types on a socket and notes them down. Message ids derive from `key`: a query that is repeated is the same message. */
export function sendQueries(
  state: Lookup,
  x: Exchange,
  { socket, server, key }: { readonly socket: string; readonly server: Ip; readonly key: string },
  types: readonly DnsType[],
): { readonly state: Lookup; readonly acts: readonly Act[]; readonly sent: readonly DnsMessage[] } {
  const { label } = state.question
  const room = state.conf.edns0 ? { udpSize: EDNS_ROOM } : {}
  const messages = types.map((type) => ({ ...query(mix(0, `${label} ${key} ${type}`) % 65536, x.name, type), ...room }))
  return {
    state: { ...state, queries: [...state.queries, ...messages.map((m) => asked(m, server, x.proto))] },
    acts: messages.map((message) => ({ act: 'send', conn: socket, message, size: bytesOver(x.proto, message) })),
    sent: messages,
  }
}

/** Marks the queries of an exchange that nobody answered. */
export function unanswered(state: Lookup, x: Exchange, error: string): Lookup {
  const lost = new Set(x.sent.filter((_, i) => x.got[i] === undefined).map((m) => m.id))
  return {
    ...state,
    queries: state.queries.map((q) => (q.rcode === null && q.error === undefined && lost.has(q.id) ? { ...q, error } : q)),
  }
}
