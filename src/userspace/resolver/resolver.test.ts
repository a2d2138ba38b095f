import { describe, expect, it } from 'vitest'
import type { Ip } from '../../net/ip.ts'
import type { DnsMessage, DnsType, Rcode } from '../../net/message.ts'
import { driveLookup, type Fate } from '../../testing/lookup-drive.ts'
import { emptyFound, reply } from '../dns/message.ts'
import type { LookupQuestion } from './lookup.ts'
import { musl } from './musl.ts'
import { parseMuslConf, parseResolvConf } from './resolvconf.ts'

const POD = 'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n'
const question = (name: string, more: Partial<LookupQuestion> = {}): LookupQuestion => ({
  name,
  types: ['A', 'AAAA'],
  resolvConf: POD,
  hosts: '127.0.0.1 localhost\n10.244.1.9 me me.local # here\n',
  own: [4],
  label: 'test',
  ...more,
})
const serve =
  (zone: Readonly<Record<string, readonly string[]>>) =>
  (q: DnsMessage): DnsMessage => {
    const rows = zone[q.name]
    if (rows === undefined) return reply(q, emptyFound('NXDOMAIN'))
    const answers = rows
      .filter((r) => r.startsWith(`${q.type} `))
      .map((r) => ({ name: q.name, ttl: 5, type: q.type, rdata: r.split(' ')[1] as string }))
    return reply(q, { ...emptyFound('NOERROR'), answers })
  }
const asks = (queries: readonly { readonly name: string; readonly type: DnsType }[]): readonly string[] =>
  queries.map((q) => `${q.name} ${q.type}`)
const names = (queries: readonly { readonly name: string }[]): readonly string[] => [...new Set(queries.map((q) => q.name))]

describe('search list (glibc)', () => {
  const zone = {
    'web.shop.svc.cluster.local.': ['A 10.96.20.15'],
    'half.shop.svc.cluster.local.': [],
    'half.svc.cluster.local.': ['A 10.96.0.77'],
    'www.example.org.': ['A 192.0.2.80', 'AAAA 2001:db8::1'],
  }
  const NDOTS1 = POD.replace('ndots:5', 'ndots:1')
  it.each<[string, string, readonly string[], readonly string[] | string]>([
    ['web', POD, ['web.shop.svc.cluster.local.'], ['10.96.20.15']],
    [
      'web.shop.svc.cluster.local',
      POD,
      [
        'web.shop.svc.cluster.local.shop.svc.cluster.local.',
        'web.shop.svc.cluster.local.svc.cluster.local.',
        'web.shop.svc.cluster.local.cluster.local.',
        'web.shop.svc.cluster.local.',
      ],
      ['10.96.20.15'],
    ],
    ['www.example.org.', POD, ['www.example.org.'], ['192.0.2.80', '2001:db8::1']],
    ['half', POD, ['half.shop.svc.cluster.local.', 'half.svc.cluster.local.'], ['10.96.0.77']],
    ['nosuch', POD, ['nosuch.shop.svc.cluster.local.', 'nosuch.svc.cluster.local.', 'nosuch.cluster.local.', 'nosuch.'], 'EAI_NONAME'],
    ['web.shop', NDOTS1, ['web.shop.', 'web.shop.shop.svc.cluster.local.', 'web.shop.svc.cluster.local.'], ['10.96.20.15']],
    [
      'a.b.c.d.e.f',
      POD,
      ['a.b.c.d.e.f.', 'a.b.c.d.e.f.shop.svc.cluster.local.', 'a.b.c.d.e.f.svc.cluster.local.', 'a.b.c.d.e.f.cluster.local.'],
      'EAI_NONAME',
    ],
  ])('%s', (name, resolvConf, expected, result) => {
    const end = driveLookup(question(name, { resolvConf }), serve(zone))
    expect(names(end.result?.queries ?? [])).toEqual(expected)
    expect(end.result?.error ?? end.result?.addresses).toEqual(result)
  })
  it('asks A and AAAA of each name, A first, with ids of their own', () => {
    const end = driveLookup(question('nosuch.'), serve(zone)).result
    expect(asks(end?.queries ?? [])).toEqual(['nosuch. A', 'nosuch. AAAA'])
    expect(new Set(end?.queries.map((q) => q.id)).size).toBe(2)
  })
  it('one type only when one is asked for', () => {
    expect(asks(driveLookup(question('web.shop.svc.cluster.local.', { types: ['A'] }), serve(zone)).result?.queries ?? [])).toEqual([
      'web.shop.svc.cluster.local. A',
    ])
  })
  it('puts IPv6 first where the machine has both families', () => {
    expect(driveLookup(question('www.example.org.', { own: [4, 6] }), serve(zone)).result?.addresses).toEqual(['2001:db8::1', '192.0.2.80'])
  })
})

describe('without a query', () => {
  it.each<[string, readonly string[]]>([
    ['10.0.0.1', ['10.0.0.1']],
    ['fd00::1', ['fd00::1']],
    ['localhost', ['127.0.0.1']],
    ['ME', ['10.244.1.9']],
    ['me.local.', ['10.244.1.9']],
  ])('%s', (name, addresses) => {
    const end = driveLookup(question(name), () => 'silence')
    expect(end.result).toMatchObject({ addresses, queries: [] })
  })
})

describe('servers that fail', () => {
  const S = 1_000_000_000
  const rcode =
    (code: Rcode) =>
    (q: DnsMessage): Fate =>
      reply(q, emptyFound(code))
  it('silence: two tries of 5 s, then the rest of the search list is skipped and the bare name asked', () => {
    const end = driveLookup(question('web'), () => 'silence')
    expect(names(end.result?.queries ?? [])).toEqual(['web.shop.svc.cluster.local.', 'web.'])
    expect(end.result?.queries.length).toBe(8)
    expect(end.result?.queries.every((q) => q.rcode === null && q.error === 'timeout')).toBe(true)
    expect([end.result?.error, end.took]).toEqual(['EAI_AGAIN', 20 * S])
  })
  it('refused: at once, and no further name', () => {
    const end = driveLookup(question('web'), () => ({ errno: 'ECONNREFUSED' }))
    expect(names(end.result?.queries ?? [])).toEqual(['web.shop.svc.cluster.local.'])
    expect([end.result?.error, end.took]).toEqual(['EAI_AGAIN', 0])
  })
  it('SERVFAIL: tried twice, then on through the list', () => {
    const end = driveLookup(question('web'), rcode('SERVFAIL'))
    expect(names(end.result?.queries ?? []).length).toBe(4)
    expect([end.result?.queries.length, end.result?.error]).toEqual([16, 'EAI_AGAIN'])
  })
  it('second server after the first is silent', () => {
    const two = POD.replace('nameserver 10.96.0.10', 'nameserver 10.0.0.1\nnameserver 10.0.0.2')
    const end = driveLookup(question('www.example.org.', { resolvConf: two }), (q, to: Ip) =>
      to === '10.0.0.1' ? 'silence' : serve({ 'www.example.org.': ['A 192.0.2.80'] })(q),
    )
    expect([end.result?.addresses, end.took, end.result?.queries.map((q) => q.server)]).toEqual([
      ['192.0.2.80'],
      5 * S,
      ['10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.2'],
    ])
  })
  it('one of two answers lost: waits its 5 s, then asks one by one', () => {
    let first = true
    const end = driveLookup(question('www.example.org.'), (q) => {
      if (q.type === 'AAAA' && first) {
        first = false
        return 'silence'
      }
      return serve({ 'www.example.org.': ['A 192.0.2.80'] })(q)
    })
    expect([end.result?.addresses, end.took]).toEqual([['192.0.2.80'], 5 * S])
    expect(asks(end.result?.queries ?? [])).toEqual([
      'www.example.org. A',
      'www.example.org. AAAA',
      'www.example.org. A',
      'www.example.org. AAAA',
    ])
  })
  it('rotate: each name begins at the next server', () => {
    const two = POD.replace('nameserver 10.96.0.10', 'nameserver 10.0.0.1\nnameserver 10.0.0.2').replace('ndots:5', 'ndots:5 rotate')
    const end = driveLookup(question('nosuch', { resolvConf: two }), serve({}))
    const servers = (end.result?.queries ?? []).filter((q) => q.type === 'A').map((q) => q.server)
    expect([servers[0] === servers[2], servers[1] === servers[3], servers[0] === servers[1]]).toEqual([true, true, false])
  })
  it('use-vc: both queries over TCP', () => {
    const end = driveLookup(question('nosuch.', { resolvConf: `${POD}options use-vc\n` }), serve({}))
    expect(end.result?.queries.map((q) => q.proto)).toEqual(['tcp', 'tcp'])
  })
  it('an answer that was cut is asked for again over TCP, with its sister', () => {
    const end = driveLookup(question('www.example.org.'), (q, _to, _at, proto) => {
      const whole = serve({ 'www.example.org.': ['A 192.0.2.80', 'A 192.0.2.81'] })(q)
      return proto === 'udp' && q.type === 'A' ? { ...whole, tc: true, answers: [] } : whole
    })
    expect(end.result?.addresses).toEqual(['192.0.2.80', '192.0.2.81'])
    expect(end.result?.queries.map((q) => `${q.type} ${q.proto ?? 'udp'}${q.tc ? ' tc' : ''}`)).toEqual([
      'A udp tc',
      'AAAA udp',
      'A tcp',
      'AAAA tcp',
    ])
  })
})

describe('musl', () => {
  const S = 1_000_000_000
  const ask = (name: string, more: Partial<LookupQuestion> = {}) => question(name, { library: musl, ...more })
  it('a server failure is asked again at once, four times in each round, until the time is up', () => {
    const end = driveLookup(ask('web'), (q) => reply(q, emptyFound('SERVFAIL')))
    expect(names(end.result?.queries ?? [])).toEqual(['web.shop.svc.cluster.local.'])
    expect([end.result?.error, end.took, end.result?.queries.length]).toEqual(['EAI_AGAIN', 5 * S, 12])
  })
  it('silence and refusals of the kernel: asked again after 2.5 s, given up after 5 s, no further name', () => {
    for (const fate of ['silence', { errno: 'ECONNREFUSED' }] as const) {
      const end = driveLookup(ask('web'), () => fate)
      expect([end.result?.error, end.took, end.result?.queries.length]).toEqual(['EAI_AGAIN', 5 * S, 4])
    }
  })
  it('asks all servers at once and takes the first answer', () => {
    const two = POD.replace('nameserver 10.96.0.10', 'nameserver 10.0.0.1\nnameserver 10.0.0.2')
    const end = driveLookup(ask('www.example.org.', { resolvConf: two }), (q, to: Ip) =>
      to === '10.0.0.1' ? 'silence' : serve({ 'www.example.org.': ['A 192.0.2.80'] })(q),
    )
    expect([end.result?.addresses, end.took]).toEqual([['192.0.2.80'], 0])
    expect(end.result?.queries.map((q) => `${q.server} ${q.type}`)).toEqual(['10.0.0.1 A', '10.0.0.1 AAAA', '10.0.0.2 A', '10.0.0.2 AAAA'])
  })
  it('takes what was cut as it is, and knows ndots, timeout and attempts alone', () => {
    const end = driveLookup(ask('www.example.org.'), (q) => ({ ...serve({ 'www.example.org.': ['A 192.0.2.80'] })(q), tc: true }))
    expect([end.result?.addresses, end.result?.queries.length]).toEqual([['192.0.2.80'], 2])
    expect(
      parseMuslConf('search a.example b.example\noptions ndots:3 timeout:90 attempts:99 rotate use-vc single-request\n'),
    ).toMatchObject({
      ...{ search: ['a.example', 'b.example'], ndots: 3, timeout: 60, attempts: 10 },
      ...{ rotate: false, useVc: false, singleRequest: false },
    })
    expect(parseMuslConf(`search ${'x'.repeat(250)}.example\n`).search).toEqual([])
  })
})

describe('resolv.conf', () => {
  it('cuts and defaults as glibc does', () => {
    const text =
      '# c\n; c\nnameserver 10.0.0.1\nnameserver x\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4\ndomain a.example\nsearch b.example c.example\noptions ndots:99 timeout:2 attempts:9 edns0\n'
    expect(parseResolvConf(text)).toMatchObject({
      nameservers: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      search: ['b.example', 'c.example'],
      ndots: 15,
      timeout: 2,
      attempts: 5,
      rotate: false,
    })
    expect(parseResolvConf('')).toMatchObject({ nameservers: ['127.0.0.1'], ndots: 1, timeout: 5, attempts: 2 })
  })
})
