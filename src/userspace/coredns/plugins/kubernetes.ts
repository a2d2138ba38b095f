import type { DnsRecord, Rcode } from '../../../net/message.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { emptyFound } from '../../dns/message.ts'
import { longestZone, sameName } from '../../dns/name.ts'
import { addressOfReverse } from '../../dns/reverse.ts'
import { answer, type ChainRun, type Next, once, type Query, type Result } from '../chain.ts'
import { falls } from '../fall.ts'
import { recordsOf } from '../kubernetes/answers.ts'
import { nameServers, soa } from '../kubernetes/apex.ts'
import { find } from '../kubernetes/find.ts'
import { parseName } from '../kubernetes/name.ts'
import { pointers } from '../kubernetes/reverse.ts'
import { type Options, readOptions } from '../kubernetes/setup.ts'

const VERSION_TTL = 28800

const positive = (answers: readonly DnsRecord[], additional: readonly DnsRecord[] = [], because?: CauseId): Result =>
  answer({ rcode: 'NOERROR', aa: true, answers, authority: [], additional }, because)

/** NXDOMAIN or NODATA, with the zone's SOA. */
const negative = (rcode: Rcode, zone: string, o: Options): Result =>
  answer({ rcode, aa: true, answers: [], authority: [soa(zone, o)], additional: [] })

/** What stands at the zone's own name and beside `svc` and `pod`; undefined for every other question. */
function atApex(query: Query, zone: string, o: Options, run: ChainRun): Result | undefined {
  const apex = sameName(query.name, zone)
  if (query.type === 'AXFR') return apex ? answer(emptyFound('REFUSED')) : undefined
  if (query.type === 'SOA') return apex ? positive([soa(zone, o)]) : negative('NOERROR', zone, o)
  if (apex && query.type === 'NS') {
    const { ns, glue } = nameServers(zone, o, run)
    return positive(ns, glue)
  }
  if (sameName(query.name, `dns-version.${zone}`) && query.type === 'TXT')
    return positive([{ name: query.name, ttl: VERSION_TTL, type: 'TXT', rdata: '"1.1.0"' }])
  if (sameName(query.name, `ns.dns.${zone}`) && (query.type === 'A' || query.type === 'AAAA')) {
    const own = nameServers(zone, o, run)
      .glue.filter((r) => r.type === query.type)
      .map((r) => ({ ...r, name: query.name }))
    return own.length > 0 ? positive(own) : negative('NOERROR', zone, o)
  }
  return undefined
}

function serve(query: Query, zone: string, o: Options, next: Next, run: ChainRun): Result {
  const missing = (): Result => (falls(o.fallthrough, query.name) ? next(query) : negative('NXDOMAIN', zone, o))
  const address = query.type === 'PTR' ? addressOfReverse(query.name) : undefined
  if (address !== undefined) {
    const { records, because } = pointers(query, address, o, run)
    return records.length > 0 ? positive(records, [], because) : missing()
  }
  const special = atApex(query, zone, o, run)
  if (special) return special
  const name = parseName(query.name, zone)
  const finding = name === undefined ? ({ kind: 'no-name' } as const) : find(name, run.view, o)
  if (finding.kind === 'no-name') return missing()
  if (finding.kind === 'no-data') return negative('NOERROR', zone, o)
  const { answers, additional, because, pending } = recordsOf(query, finding.items, zone, o, run)
  if (pending) return pending
  return answers.length > 0 ? positive(answers, additional, because) : negative('NOERROR', zone, o)
}

/** `kubernetes`: names of Services, endpoints and pods, from the API server's objects. */
export const kubernetes = once('kubernetes', (d, { zones }) => {
  const o = readOptions(d, zones)
  if (!('zones' in o)) return o
  return {
    handler: (query, next, run) => {
      const zone = longestZone(query.name, o.zones)
      return zone === undefined ? next(query) : serve(query, zone, o, next, run)
    },
  }
})
