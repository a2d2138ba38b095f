import { describe, expect, it } from 'vitest'
import type { DnsMessage, DnsType } from '../../net/message.ts'
import { type RecordedSearch, readRecorded } from '../../testing/dns-recorded.ts'
import { driveLookup } from '../../testing/lookup-drive.ts'
import { emptyFound, reply } from '../dns/message.ts'
import { glibc } from './glibc.ts'
import { musl } from './musl.ts'

const { scenarios } = readRecorded<{ readonly scenarios: readonly RecordedSearch[] }>('20-resolver-search.yaml')

const serve =
  (zone: RecordedSearch['zone']) =>
  (q: DnsMessage): DnsMessage => {
    const rows = zone[q.name]
    if (rows === undefined) return reply(q, emptyFound('NXDOMAIN'))
    const answers = rows.flatMap((row) => {
      const [type, rdata = ''] = row.split(' ')
      return type === q.type ? [{ name: q.name, ttl: 5, type: type as DnsType, rdata }] : []
    })
    return reply(q, { ...emptyFound('NOERROR'), answers })
  }

const rows = scenarios.flatMap((scenario) =>
  scenario.lookups.flatMap((one) =>
    [glibc, musl].flatMap((library) => {
      const expected = one.both ?? one[library.name]
      return expected ? [{ scenario, name: one.name, library, expected }] : []
    }),
  ),
)

it('all 17 look-ups are there, each for both libraries', () => expect(rows).toHaveLength(34))

describe.each(scenarios.map((s) => s.id))('%s', (id) => {
  it.each(rows.filter((r) => r.scenario.id === id))('$library.name: $name', ({ scenario, name, library, expected }) => {
    const { resolvConf, zone } = scenario
    const end = driveLookup({ name, types: ['A', 'AAAA'], resolvConf, hosts: '', own: [4, 6], label: 't', library }, serve(zone))
    const { queries = [], addresses = [], error } = end.result ?? {}
    expect(queries.map((q) => `${q.name} ${q.type}`)).toEqual(expected.asks.flatMap((ask) => [`${ask} A`, `${ask} AAAA`]))
    // In which order the addresses come back is another matter (RFC 6724); the recording sorts them by family.
    expect(error ?? [...addresses].sort()).toEqual(typeof expected.result === 'string' ? expected.result : [...expected.result].sort())
  })
})
