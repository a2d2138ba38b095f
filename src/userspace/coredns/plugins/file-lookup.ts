import type { DnsRecord, DnsType } from '../../../net/message.ts'
import type { Found } from '../../dns/message.ts'
import { inZone, labelsOf, lower } from '../../dns/name.ts'
import type { Query, Result } from '../chain.ts'

export interface Zone {
  /** Absolute, lower case. */
  readonly origin: string
  readonly records: readonly DnsRecord[]
}

type Lookup = (name: string, type: DnsType) => Result
const MOST_ALIASES = 8

const targetOf = (r: DnsRecord): string | undefined =>
  r.type === 'NS' || r.type === 'CNAME' ? r.rdata : r.type === 'MX' || r.type === 'SRV' ? r.rdata.split(' ').at(-1) : undefined

/**
 * What an authoritative zone says (plugin/file/lookup.go): delegations on the way from the apex down, then the name, then the closest
 * wildcard; a CNAME is followed inside the zone and, where it leaves it, through the server's own chain.
 */
export function lookupZone(zone: Zone, query: Query, lookup: Lookup): Found | Result {
  const at = (name: string): readonly DnsRecord[] => zone.records.filter((r) => r.name === name)
  const ofType = (records: readonly DnsRecord[], type: DnsType): readonly DnsRecord[] => records.filter((r) => r.type === type)
  const apex = at(zone.origin)
  const [soa, ns] = [ofType(apex, 'SOA'), ofType(apex, 'NS')]
  const glue = (records: readonly DnsRecord[]): readonly DnsRecord[] =>
    records.flatMap((r) => at(targetOf(r) ?? '').filter((a) => a.type === 'A' || a.type === 'AAAA'))
  const said = (answers: readonly DnsRecord[], authority: readonly DnsRecord[], additional: readonly DnsRecord[] = []): Found => ({
    rcode: 'NOERROR',
    aa: true,
    answers,
    authority,
    additional,
  })
  if (soa.length === 0) return { rcode: 'SERVFAIL', aa: false, answers: [], authority: [], additional: [] }
  const name = lower(query.name)
  if (name === zone.origin && query.type === 'SOA') return said(soa, ns)
  if (name === zone.origin && query.type === 'NS') return said(ns, [], glue(ns))

  const labels = labelsOf(name)
  const depth = labelsOf(zone.origin).length
  let wild: readonly DnsRecord[] = []
  for (let n = depth + 1; n <= labels.length; n++) {
    const here = `${labels.slice(labels.length - n).join('.')}.`
    const records = at(here)
    if (records.length === 0) {
      const star = at(`*.${labels.slice(labels.length - n + 1).join('.')}.`.replace(/\.\.$/, '.'))
      if (star.length > 0) wild = star
      continue
    }
    const delegated = ofType(records, 'NS')
    if (delegated.length > 0) return { rcode: 'NOERROR', aa: false, answers: [], authority: delegated, additional: glue(delegated) }
  }
  const exact = at(name)
  const found = exact.length > 0 ? exact : wild.map((r) => ({ ...r, name: query.name }))
  if (found.length === 0) {
    const below = zone.records.some((r) => inZone(r.name, name))
    return { ...said([], soa), rcode: below ? 'NOERROR' : 'NXDOMAIN' }
  }
  const answers = ofType(found, query.type)
  if (ofType(found, 'CNAME').length > 0 && query.type !== 'CNAME') return follow(ofType(found, 'CNAME'))
  return answers.length === 0 ? said([], soa) : said(answers, ns, exact.length > 0 ? glue(answers.filter((r) => r.type !== 'NS')) : [])

  function follow(chain: readonly DnsRecord[]): Found | Result {
    let records = [...chain]
    for (let i = 0; i < MOST_ALIASES; i++) {
      const target = records[records.length - 1]?.rdata ?? ''
      const there = at(lower(target))
      if (there.length === 0) {
        const beyond = lookup(target, query.type)
        if (beyond.kind !== 'answer') return beyond
        return said([...records, ...beyond.found.answers], ns)
      }
      const alias = ofType(there, 'CNAME')
      if (alias.length === 0) return said([...records, ...ofType(there, query.type)], ns)
      records = [...records, ...alias]
    }
    return said(records, ns)
  }
}
