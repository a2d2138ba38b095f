import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DnsMessage, DnsRecord, DnsType } from '../../net/message.ts'
import { emptyFound, reply } from '../../userspace/dns/message.ts'
import { driveLookup } from '../lookup-drive.ts'

/**
 * The glibc of this machine asks a name server in a network namespace of its own, which writes down what it hears (recorder.py): the
 * same names, types and transports in the same order as our resolver asks for, and the same end. Needs root, unshare, ip and python3.
 */
type Zone = Readonly<Record<string, readonly (readonly [string, string])[] | 'SERVFAIL'>>
interface Recorded {
  readonly name: string
  readonly asks: readonly (readonly [string, string, 'udp' | 'tcp'])[]
  readonly addresses: readonly string[]
  readonly error: string | null
}

const SEARCH = 'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n'
const zone: Zone = {
  'web.shop.svc.cluster.local.': [['A', '10.96.20.15']],
  'both.shop.svc.cluster.local.': [
    ['A', '10.96.20.16'],
    ['AAAA', 'fd00:10:96::2016'],
  ],
  'six.shop.svc.cluster.local.': [['AAAA', 'fd00:10:96::2017']],
  'empty.shop.svc.cluster.local.': [],
  'half.shop.svc.cluster.local.': [],
  'half.svc.cluster.local.': [['A', '10.96.0.77']],
  'sick.shop.svc.cluster.local.': 'SERVFAIL',
  'ill.shop.svc.cluster.local.': 'SERVFAIL',
  'ill.cluster.local.': [['A', '10.96.0.78']],
  'pg.db.svc.cluster.local.': [
    ['A', '10.244.1.31'],
    ['A', '10.244.2.32'],
  ],
  'alias.shop.svc.cluster.local.': [
    ['CNAME', 'www.example.org.'],
    ['A', '192.0.2.80'],
  ],
  'big.shop.svc.cluster.local.': Array.from({ length: 60 }, (_, i) => ['A', `10.244.3.${i + 1}`] as const),
  'www.example.org.': [
    ['A', '192.0.2.80'],
    ['AAAA', '2001:db8:80::1'],
  ],
  'a.b.c.d.e.example.': [['A', '192.0.2.81']],
  'down.example.org.': 'SERVFAIL',
  'bare.': [['A', '192.0.2.82']],
  'void.example.org.': [],
}
const names: readonly string[] = [
  ...['web', 'both', 'six', 'empty', 'half', 'sick', 'ill', 'alias', 'big', 'nosuch', 'bare', 'bare.', 'web.', 'WEB'],
  ...['web.shop', 'pg.db', 'half.svc', 'nosuch.db', 'web.shop.', 'sick.shop', 'empty.shop', 'big.shop'],
  ...['web.shop.svc', 'pg.db.svc', 'nosuch.shop.svc', 'six.shop.svc'],
  ...['web.shop.svc.cluster.local', 'web.shop.svc.cluster.local.', 'pg.db.svc.cluster.local', 'empty.shop.svc.cluster.local.'],
  ...['sick.shop.svc.cluster.local.', 'big.shop.svc.cluster.local.', 'nosuch.shop.svc.cluster.local'],
  ...[
    'www.example.org',
    'www.example.org.',
    'nosuch.example.org',
    'nosuch.example.org.',
    'void.example.org',
    'down.example.org',
    'down.example.org.',
  ],
  ...[
    'a.b.c.d.e.example',
    'a.b.c.d.e.example.',
    'x.y.z.a.b.c',
    'one.two.three.four',
    'one.two.three.four.five',
    '10.0.0.1',
    '::1',
    '1.2.3.4.5',
  ],
  ...['x'.repeat(63), `${'long-label.'.repeat(20)}example`],
]

function answerOf(q: DnsMessage, proto: 'udp' | 'tcp'): DnsMessage {
  const records = zone[q.name.toLowerCase()]
  if (records === undefined) return reply(q, emptyFound('NXDOMAIN'))
  if (records === 'SERVFAIL') return reply(q, emptyFound('SERVFAIL'))
  if (proto === 'udp' && q.name.startsWith('big.')) return { ...reply(q, emptyFound('NOERROR')), tc: true }
  const answers = records
    .filter(([type]) => type === 'CNAME' || type === q.type)
    .map(([type, rdata]): DnsRecord => ({ name: q.name, ttl: 5, type: type as DnsType, rdata }))
  return reply(q, { ...emptyFound('NOERROR'), answers })
}

const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const here = isRoot && spawnSync('unshare', ['--net', '--mount', 'python3', '-c', 'import ipaddress'], { stdio: 'ignore' }).status === 0
if (!here) console.warn('NOT RUN: comparing with the glibc of this machine needs root on Linux, unshare, ip and python3')

function recorded(resolvConf: string): readonly Recorded[] {
  const input = JSON.stringify({ resolvConf, zone, names, cut: Object.keys(zone).filter((n) => n.startsWith('big.')) })
  const run = spawnSync('unshare', ['--net', '--mount', 'python3', join(import.meta.dirname, 'recorder.py')], { input, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout) as readonly Recorded[]
}

it('50 names', () => expect(new Set(names).size).toBe(50))

describe.runIf(here).each([
  ['ndots:5', `${SEARCH}options ndots:5\n`],
  ['ndots:1', `${SEARCH}options ndots:1\n`],
  ['ndots:2, one by one', `${SEARCH}options ndots:2 single-request\n`],
  ['no search list', 'nameserver 10.96.0.10\n'],
  ['over TCP', `${SEARCH}options ndots:5 use-vc\n`],
])('the glibc of this machine, %s', (_, resolvConf) => {
  it('asks the same in the same order, and ends the same', { timeout: 120_000 }, () => {
    const ours = names.map((name): Recorded => {
      const question = { name, types: ['A', 'AAAA'] as const, resolvConf, hosts: '127.0.0.1 localhost\n', own: [4] as const, label: name }
      const { result } = driveLookup(question, (q, _to, _at, proto) => answerOf(q, proto))
      const asks = (result?.queries ?? []).map((q) => [q.name, q.type, q.proto ?? 'udp'] as const)
      return { name, asks, addresses: [...(result?.addresses ?? [])].sort(), error: result?.error ?? null }
    })
    expect(ours).toEqual(recorded(resolvConf))
  })
})
