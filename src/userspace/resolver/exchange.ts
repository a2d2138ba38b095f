import type { DnsMessage, DnsType, Rcode } from '../../net/message.ts'
import type { Fared } from './library.ts'

/** One name being asked. Plain data. */
export interface Exchange {
  /** Absolute. */
  readonly name: string
  readonly types: readonly DnsType[]
  readonly proto: 'udp' | 'tcp'
  /** Counts from 0; there are `attempts` of them. */
  readonly round: number
  /** How many servers of the round were tried; the first is number `first` of the list. */
  readonly server: number
  readonly first: number
  /** Name of the socket in use, for connection and timer. At once: one for each server. */
  readonly sockets: readonly string[]
  /** Queries sent and their answers, in the order of `types`. */
  readonly sent: readonly DnsMessage[]
  readonly got: readonly (DnsMessage | undefined)[]
  /** Some server was heard or at least did not refuse (glibc's gotsomewhere). */
  readonly somewhere: boolean
  readonly lastRcode: Rcode | undefined
  /** At once: how often a server failure may still be answered by asking again. */
  readonly retries: number
}

export const newExchange = (name: string, types: readonly DnsType[], proto: 'udp' | 'tcp', first: number): Exchange => ({
  name,
  types,
  proto,
  round: 0,
  server: 0,
  first,
  sockets: [],
  sent: [],
  got: [],
  somewhere: false,
  lastRcode: undefined,
  retries: 0,
})

/** Answers that send glibc to the next server (send_dg). */
const useless = (m: DnsMessage): boolean => m.rcode === 'SERVFAIL' || m.rcode === 'NOTIMP' || m.rcode === 'REFUSED'

export const usefulOf = (x: Exchange): readonly DnsMessage[] => x.got.filter((m): m is DnsMessage => m !== undefined && !useless(m))

/** Number of the query that a message answers; undefined when it answers nothing that was asked, or that is answered already. */
export function answeredBy(x: Exchange, message: DnsMessage): number | undefined {
  const at = x.sent.findIndex((q, i) => q.id === message.id && q.name === message.name && q.type === message.type && x.got[i] === undefined)
  return at < 0 || !message.response ? undefined : at
}

/** The exchange with an answer taken in. */
export function taken(x: Exchange, at: number, message: DnsMessage): Exchange {
  return { ...x, got: x.types.map((_, i) => (i === at ? message : x.got[i])), somewhere: true, lastRcode: message.rcode }
}

export const complete = (x: Exchange): boolean => x.types.every((_, i) => x.got[i] !== undefined)

/** __res_context_query's verdict over the useful answers: any record is a find, else the first one's bad news. */
export function faredOf(answers: readonly DnsMessage[]): Fared {
  if (answers.some((m) => m.rcode === 'NOERROR' && m.answers.length > 0)) return 'found'
  const bad = answers.find((m) => m.rcode !== 'NOERROR')
  return bad === undefined ? 'nodata' : bad.rcode === 'NXDOMAIN' ? 'nxdomain' : 'failed'
}

/** How the name fared when every server of every round has failed. */
export function gaveUp(x: Exchange): Fared {
  if (x.lastRcode === 'SERVFAIL') return 'servfail'
  return x.somewhere ? 'timeout' : 'refused'
}
