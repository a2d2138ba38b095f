import { describe, expect, it } from 'vitest'
import { ip } from '../../net/ip.ts'
import type { DnsMessage } from '../../net/message.ts'
import { askServer } from '../../testing/dns-server.ts'
import { emptyFound, recordText, reply } from '../dns/message.ts'
import type { Process } from '../process.ts'
import { coreDns } from './coredns.ts'
import { type CoreDnsHome, homeWith } from './home.ts'
import type { KubernetesView } from './view.ts'

/** What the recordings do not ask: autopath, file, and corners of hosts, forward, cache and template. */
const view: KubernetesView = {
  namespaces: ['shop', 'db'],
  namespacesListed: true,
  services: [
    {
      namespace: 'db',
      name: 'pg',
      clusterIPs: [ip('10.96.0.9')],
      headless: false,
      ports: [{ name: 'pg', protocol: 'tcp', port: 5432 }],
      because: 0,
    },
  ],
  endpoints: [],
  pods: [{ namespace: 'shop', address: ip('10.244.1.5'), because: 0 }],
}
const make = (corefile: string, more: Partial<CoreDnsHome> = {}): Process =>
  coreDns({ name: 'coredns', home: homeWith(corefile, more), view, localIPs: [ip('10.244.0.2')], seed: 1 }) as Process
const texts = (m: DnsMessage | undefined): readonly string[] => (m?.answers ?? []).map(recordText)
const away = (m: DnsMessage): DnsMessage =>
  m.name === 'www.example.org.' && m.type === 'A'
    ? reply(m, { ...emptyFound('NOERROR'), answers: [{ name: m.name, ttl: 300, type: 'A', rdata: '192.0.2.80' }] })
    : reply(m, emptyFound('NXDOMAIN'))

describe('autopath @kubernetes', () => {
  const server = make('.:53 {\n autopath @kubernetes\n kubernetes cluster.local {\n  pods verified\n }\n forward . 192.0.2.53\n}\n')
  const ask = (name: string, client: string) => askServer(server, name, 'A', { client, upstream: away })
  it('goes through the search list of the Pod itself and puts an alias in front', () => {
    expect(texts(ask('www.example.org.shop.svc.cluster.local.', '10.244.1.5').message)).toEqual([
      'www.example.org.shop.svc.cluster.local. 300 IN CNAME www.example.org.',
      'www.example.org. 300 IN A 192.0.2.80',
    ])
    expect(texts(ask('pg.db.shop.svc.cluster.local.', '10.244.1.5').message)).toEqual([
      'pg.db.shop.svc.cluster.local. 5 IN CNAME pg.db.svc.cluster.local.',
      'pg.db.svc.cluster.local. 5 IN A 10.96.0.9',
    ])
  })
  it('when nothing is found, the first reply: with the SOA of the cluster', () => {
    const { message } = ask('nosuch.shop.svc.cluster.local.', '10.244.1.5')
    expect([message?.rcode, message?.authority[0]?.name]).toEqual(['NXDOMAIN', 'cluster.local.'])
  })
  it('not for strangers, and not for names of another search list', () => {
    expect(ask('www.example.org.shop.svc.cluster.local.', '10.244.9.9').message?.rcode).toBe('NXDOMAIN')
    expect(ask('www.example.org.db.svc.cluster.local.', '10.244.1.5').message?.rcode).toBe('NXDOMAIN')
  })
  it('needs pods verified', () => {
    const insecure = make('.:53 {\n autopath @kubernetes\n kubernetes cluster.local {\n  pods insecure\n }\n forward . 192.0.2.53\n}\n')
    const { message } = askServer(insecure, 'pg.db.shop.svc.cluster.local.', 'A', { client: '10.244.1.5', upstream: away })
    expect(message?.rcode).toBe('NXDOMAIN')
  })
})

describe('file', () => {
  const zone = [
    '$TTL 1h',
    '@ IN SOA ns1 admin ( 7 ; serial',
    '  2h 30m 2w 60 )',
    '  IN NS ns1',
    'ns1 300 A 192.0.2.1',
    'www A 192.0.2.2',
    '    A 192.0.2.3',
    'ftp CNAME www',
    'out CNAME www.example.org.',
    'mail MX 10 www',
    '*.apps A 192.0.2.4',
    'sub NS ns.sub',
    'ns.sub A 192.0.2.5',
    'a.b.c TXT "x; y" z',
  ].join('\n')
  const files = { '/etc/coredns/corp.db': zone }
  const server = make('.:53 {\n file corp.db corp.example\n forward . 192.0.2.53\n}\n', { files })
  const ask = (name: string, type: 'A' | 'MX' | 'TXT' | 'SOA' | 'NS' | 'AAAA' = 'A') =>
    askServer(server, name, type, { upstream: away }).message
  it.each([
    ['www.corp.example.', 'A', 'NOERROR', ['www.corp.example. 3600 IN A 192.0.2.2', 'www.corp.example. 3600 IN A 192.0.2.3']],
    ['ns1.corp.example.', 'A', 'NOERROR', ['ns1.corp.example. 300 IN A 192.0.2.1']],
    [
      'ftp.corp.example.',
      'A',
      'NOERROR',
      [
        'ftp.corp.example. 3600 IN CNAME www.corp.example.',
        'www.corp.example. 3600 IN A 192.0.2.2',
        'www.corp.example. 3600 IN A 192.0.2.3',
      ],
    ],
    ['out.corp.example.', 'A', 'NOERROR', ['out.corp.example. 3600 IN CNAME www.example.org.', 'www.example.org. 300 IN A 192.0.2.80']],
    ['x.apps.corp.example.', 'A', 'NOERROR', ['x.apps.corp.example. 3600 IN A 192.0.2.4']],
    ['a.b.c.corp.example.', 'TXT', 'NOERROR', ['a.b.c.corp.example. 3600 IN TXT "x; y" "z"']],
    ['b.c.corp.example.', 'A', 'NOERROR', []],
    ['www.corp.example.', 'AAAA', 'NOERROR', []],
    ['nosuch.corp.example.', 'A', 'NXDOMAIN', []],
    ['corp.example.', 'SOA', 'NOERROR', ['corp.example. 3600 IN SOA ns1.corp.example. admin.corp.example. 7 7200 1800 1209600 60']],
  ] as const)('%s %s', (name, type, rcode, answers) => {
    const message = ask(name, type)
    expect([message?.rcode, message?.aa, texts(message)]).toEqual([rcode, true, answers])
    const negative = answers.length === 0
    expect(message?.authority.map((r) => r.type)).toEqual([negative ? 'SOA' : 'NS'])
  })
  it('what is delegated is only pointed to; mail comes with its addresses', () => {
    expect(ask('x.sub.corp.example.')).toMatchObject({
      aa: false,
      answers: [],
      authority: [{ rdata: 'ns.sub.corp.example.' }],
      additional: [{ rdata: '192.0.2.5' }],
    })
    expect(ask('mail.corp.example.', 'MX')?.additional.map((r) => r.rdata)).toEqual(['192.0.2.2', '192.0.2.3'])
  })
  it('a file that is not there is a failure of the server; one that is none keeps it from starting', () => {
    expect(askServer(make('.:53 {\n file gone.db corp.example\n}\n'), 'www.corp.example.', 'A').message?.rcode).toBe('SERVFAIL')
    const broken = make('.:53 {\n file corp.db corp.example\n}\n', { files: { '/etc/coredns/corp.db': 'www A nowhere\n' } })
    expect(askServer(broken, 'x.', 'A').unmodelled).toContain('dns: bad A at line: 1')
  })
})

describe('corners of the others', () => {
  it('hosts reads the file of its container, and knows the way back', () => {
    const server = make('.:53 {\n hosts {\n  192.0.2.7 seven\n  fallthrough\n }\n forward . 192.0.2.53\n}\n', {
      files: { '/etc/hosts': '127.0.0.1\tlocalhost\n' },
    })
    expect(texts(askServer(server, 'localhost.', 'A').message)).toEqual(['localhost. 3600 IN A 127.0.0.1'])
    expect(texts(askServer(server, '7.2.0.192.in-addr.arpa.', 'PTR').message)).toEqual(['7.2.0.192.in-addr.arpa. 3600 IN PTR seven.'])
    expect(askServer(make('.:53 {\n hosts {\n  192.0.2.7 seven\n }\n}\n'), 'eight.', 'A').message?.rcode).toBe('SERVFAIL')
  })
  it('forward: several lines, exceptions, and over TCP when the client came so', () => {
    const server = make('.:53 {\n forward example.org 192.0.2.1 {\n  except a.example.org\n }\n forward . 192.0.2.2\n}\n')
    const servers = (name: string): readonly string[] => {
      const out: string[] = []
      const upstream = (m: DnsMessage, to: string): DnsMessage => {
        out.push(to)
        return reply(m, emptyFound('NXDOMAIN'))
      }
      askServer(server, name, 'A', { upstream })
      return out
    }
    expect(['x.example.org.', 'a.example.org.', 'example.net.'].map(servers)).toEqual([['192.0.2.1'], ['192.0.2.2'], ['192.0.2.2']])
    const step = server.on(server.start, {
      kind: 'data',
      conn: 'c',
      proto: 'tcp',
      peer: { address: ip('10.244.1.5'), port: 40000 },
      local: { address: ip('10.244.0.2'), port: 53 },
      message: {
        ...reply({ kind: 'dns' } as DnsMessage, emptyFound('NOERROR')),
        response: false,
        id: 1,
        name: 'example.net.',
        type: 'A',
        rd: true,
      },
    })
    expect(step.acts[0]).toMatchObject({ act: 'connect', proto: 'tcp' })
  })
  it('cache keeps a failure for 5 s, and with keepttl the TTL that it was given', () => {
    const S = 1_000_000_000
    const server = make('.:53 {\n cache 30 {\n  keepttl\n }\n forward . 192.0.2.1\n}\n')
    const failed = askServer(server, 'x.', 'A', { upstream: (m) => reply(m, emptyFound('SERVFAIL')), now: 0 })
    expect(askServer(server, 'x.', 'A', { state: failed.state, now: 4 * S }).message?.rcode).toBe('SERVFAIL')
    const found = askServer(server, 'www.example.org.', 'A', { upstream: away, now: 0 })
    const later = askServer(server, 'www.example.org.', 'A', { state: found.state, now: 20 * S })
    expect([later.via.at(-1), texts(later.message)]).toEqual(['cache', ['www.example.org. 30 IN A 192.0.2.80']])
  })
  it('template: what it cannot do it names, and a record that is none is a failure', () => {
    const at = (answer: string): Process => make(`.:53 {\n template IN A x {\n  answer "${answer}"\n }\n}\n`)
    expect(askServer(at('{{ printf .Name }} A 1.1.1.1'), 'x.', 'A').unmodelled).toBe('CoreDNS plugin template {{ printf .Name }}')
    expect(askServer(at('{{ .Name }} A'), 'x.', 'A').message?.rcode).toBe('SERVFAIL')
    expect(texts(askServer(at('{{ .Name }} 9 IN A 1.1.1.1'), 'X.', 'A').message)).toEqual(['x. 9 IN A 1.1.1.1'])
  })
  it('rewrite continue goes on to the next rule; type rules ask for another type', () => {
    const server = make(
      '.:53 {\n rewrite continue name a.example b.example\n rewrite name b.example www.example.org\n forward . 192.0.2.1\n}\n',
    )
    expect(texts(askServer(server, 'a.example.', 'A', { upstream: away }).message)).toEqual(['b.example. 300 IN A 192.0.2.80'])
    const typed = make('.:53 {\n rewrite type AAAA A\n forward . 192.0.2.1\n}\n')
    expect(texts(askServer(typed, 'www.example.org.', 'AAAA', { upstream: away }).message)).toEqual([
      'www.example.org. 300 IN A 192.0.2.80',
    ])
  })
  it('a pattern that would take for ever here is not tried', () => {
    const server = make('.:53 {\n rewrite name regex (a+)+b c\n forward . 192.0.2.1\n}\n')
    expect(askServer(server, 'x.', 'A').unmodelled).toContain('the regular expression (a+)+b')
  })
})
