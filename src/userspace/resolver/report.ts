import type { Ip } from '../../net/ip.ts'
import type { DnsMessage, DnsType, Rcode } from '../../net/message.ts'
import type { TraceEvent } from '../../trace/event.ts'
import { recordText } from '../dns/message.ts'

/** One query and what came back, as `dns --json` prints it. Records are text: `owner ttl IN type rdata`. */
export interface QueryReport {
  readonly id: number
  readonly name: string
  readonly type: DnsType
  readonly server: Ip
  /** Over TCP; else UDP. */
  readonly proto?: 'tcp'
  /** The answer was cut: not all of it came. */
  readonly tc?: true
  /** null: no answer came. */
  readonly rcode: Rcode | null
  /** Why none came: `timeout`, or the errno that the kernel gave. */
  readonly error?: string
  readonly aa: boolean
  readonly answers: readonly string[]
  readonly authority: readonly string[]
  readonly additional: readonly string[]
  /** The server's plugins that the question passed, the one that answered last. Known to the trace alone: see withVia. */
  readonly via: readonly string[]
}

export const asked = (message: DnsMessage, server: Ip, proto: 'udp' | 'tcp'): QueryReport => ({
  id: message.id,
  name: message.name,
  type: message.type,
  server,
  ...(proto === 'tcp' ? { proto } : {}),
  rcode: null,
  aa: false,
  answers: [],
  authority: [],
  additional: [],
  via: [],
})

export const answered = (report: QueryReport, m: DnsMessage): QueryReport => ({
  ...report,
  rcode: m.rcode,
  ...(m.tc ? { tc: m.tc } : {}),
  aa: m.aa,
  answers: m.answers.map(recordText),
  authority: m.authority.map(recordText),
  additional: m.additional.map(recordText),
})

/** Reports with the way through the server that the trace tells of (events of kind `dns`, paired by id, name and type). */
export function withVia(reports: readonly QueryReport[], events: Iterable<TraceEvent>): readonly QueryReport[] {
  const via = new Map<string, readonly string[]>()
  const key = (q: { readonly id: number; readonly name: string; readonly type: string }): string => `${q.id} ${q.type} ${q.name}`
  for (const e of events) if (e.kind === 'dns' && e.message.kind === 'dns') via.set(key(e.message), e.plugins)
  return reports.map((r) => ({ ...r, via: via.get(key(r)) ?? [] }))
}
