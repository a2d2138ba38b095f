import { familyOf } from '../../../net/ip.ts'
import type { DnsRecord, DnsType } from '../../../net/message.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { inZone, sameName } from '../../dns/name.ts'
import type { ChainRun, Query, Result } from '../chain.ts'
import type { Item } from './find.ts'
import type { Options } from './setup.ts'

/** Records of a name; both empty means that the name is there and has none of the type. `pending`: a CNAME's target is still being asked for. */
export interface Records {
  readonly answers: readonly DnsRecord[]
  readonly additional: readonly DnsRecord[]
  readonly because?: CauseId
  readonly pending?: Exclude<Result, { kind: 'answer' }>
}

const NONE: Records = { answers: [], additional: [] }
const unique = (records: readonly DnsRecord[]): readonly DnsRecord[] =>
  records.filter((r, i) => records.findIndex((o) => o.type === r.type && o.rdata === r.rdata && sameName(o.name, r.name)) === i)
const isAlias = (item: Item): item is Item & { readonly host: { readonly alias: string } } => typeof item.host === 'object'
const typeOf = (address: string): 'A' | 'AAAA' => (familyOf(address as never) === 4 ? 'A' : 'AAAA')

/** CNAME and what lies behind it. A target in the zone that has no such record takes the CNAME with it. */
function aliasRecords(
  query: Query,
  item: Item & { readonly host: { readonly alias: string } },
  zone: string,
  o: Options,
  run: ChainRun,
): Records {
  const target = item.host.alias
  const cname: DnsRecord = { name: query.name, ttl: o.ttl, type: 'CNAME', rdata: target }
  const { because } = item
  if (query.type === 'CNAME') return { answers: [cname], additional: [], because }
  if (query.type !== 'A' && query.type !== 'AAAA') return NONE
  const behind = run.lookup(target, query.type)
  if (behind.kind !== 'answer') return { ...NONE, pending: behind }
  const records = behind.found.answers
  if (inZone(target, zone) && records.length === 0) return NONE
  return { answers: [cname, ...records], additional: [], because }
}

function addressRecords(query: Query, items: readonly Item[], o: Options): Records {
  const fit = items.filter((i) => !isAlias(i) && typeOf(i.host as string) === query.type)
  const answers = unique(fit.map((i) => ({ name: query.name, ttl: o.ttl, type: query.type, rdata: i.host as string })))
  return { answers, additional: [], ...(fit[0] ? { because: fit[0].because } : {}) }
}

/** Weights share 100 among all (address, port) pairs; pairs with one target and port become one record afterwards. */
function srvRecords(query: Query, items: readonly Item[], zone: string, o: Options): Records {
  const fit = items.filter((i) => !isAlias(i) && i.port !== undefined)
  const weight = Math.max(1, Math.floor(100 / Math.max(1, fit.length)))
  const target = (i: Item): string => `${i.owner}.${zone}`
  const answers = unique(fit.map((i) => ({ name: query.name, ttl: o.ttl, type: 'SRV', rdata: `0 ${weight} ${i.port} ${target(i)}` })))
  const additional = unique(fit.map((i) => ({ name: target(i), ttl: o.ttl, type: typeOf(i.host as string), rdata: i.host as string })))
  return { answers, additional, ...(fit[0] ? { because: fit[0].because } : {}) }
}

export function recordsOf(query: Query, items: readonly Item[], zone: string, o: Options, run: ChainRun): Records {
  const alias = items.find(isAlias)
  if (alias) return aliasRecords(query, alias, zone, o, run)
  const asked: DnsType = query.type
  if (asked === 'A' || asked === 'AAAA') return addressRecords(query, items, o)
  return asked === 'SRV' ? srvRecords(query, items, zone, o) : NONE
}
