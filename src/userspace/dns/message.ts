import type { DnsMessage, DnsRecord, DnsType, Rcode } from '../../net/message.ts'

export function query(id: number, name: string, type: DnsType): DnsMessage {
  return {
    kind: 'dns',
    id,
    response: false,
    name,
    type,
    rcode: 'NOERROR',
    aa: false,
    rd: true,
    ra: false,
    answers: [],
    authority: [],
    additional: [],
  }
}

/** What a server found out about a question. */
export interface Found {
  readonly rcode: Rcode
  readonly aa: boolean
  readonly ra?: boolean
  readonly tc?: true
  readonly answers: readonly DnsRecord[]
  readonly authority: readonly DnsRecord[]
  readonly additional: readonly DnsRecord[]
}

export const emptyFound = (rcode: Rcode): Found => ({ rcode, aa: false, answers: [], authority: [], additional: [] })

export function reply(to: DnsMessage, found: Found): DnsMessage {
  const { rcode, aa, tc, answers, authority, additional } = found
  return { ...to, response: true, rcode, aa, ra: found.ra ?? false, ...(tc ? { tc } : {}), answers, authority, additional }
}

/** `owner ttl IN type rdata`. */
export const recordText = (r: DnsRecord): string => `${r.name} ${r.ttl} IN ${r.type} ${r.rdata}`
