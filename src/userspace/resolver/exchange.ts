import type { DnsMessage, DnsType, Rcode } from '../../net/message.ts'
import type { Fared } from './library.ts'

/** One name being asked: rounds over the servers, each with one socket. Plain data. */
export interface Exchange {
  /** Absolute. */
  readonly name: string
  readonly types: readonly DnsType[]
  /** Counts from 0; there are `attempts` of them. */
  readonly round: number
  /** Index into the list of servers. */
  readonly server: number
  /** Name of the socket in use, for connection and timer. */
  readonly socket: string
  /** Queries sent on this socket and their answers, in the order of `types`. */
  readonly sent: readonly DnsMessage[]
  readonly got: readonly (DnsMessage | undefined)[]
  /** Some server was heard or at least did not refuse (glibc's gotsomewhere). */
  readonly somewhere: boolean
  readonly lastRcode: Rcode | undefined
}

/** Answers that send glibc to the next server (send_dg). */
const useless = (m: DnsMessage): boolean => m.rcode === 'SERVFAIL' || m.rcode === 'NOTIMP' || m.rcode === 'REFUSED'

export const usefulOf = (x: Exchange): readonly DnsMessage[] => x.got.filter((m): m is DnsMessage => m !== undefined && !useless(m))

/** The exchange with an answer taken in; undefined when it answers nothing that was asked. */
export function taken(x: Exchange, message: DnsMessage): Exchange | undefined {
  const at = x.sent.findIndex((q, i) => q.id === message.id && q.name === message.name && q.type === message.type && x.got[i] === undefined)
  if (at < 0 || !message.response) return undefined
  const got = x.types.map((_, i) => (i === at ? message : x.got[i]))
  return { ...x, got, somewhere: true, lastRcode: message.rcode }
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
