import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Machines } from './kernel/machine.ts'
import { Moment } from './kernel/moment.ts'
import { connect, endingText, type Little, lab, packet, send, told, tracked } from './testing/kernel-lab.ts'
import { hashLuck } from './trace/luck.ts'

/** Rules of a node as a cluster's would be, with some left to chance. */
const RULES = [
  '-A FORWARD -p udp -j DROP',
  '-A FORWARD -p tcp -j REJECT --reject-with tcp-reset',
  '-A FORWARD -j REJECT',
  '-A FORWARD -m conntrack --ctstate INVALID -j DROP',
  '-A FORWARD -m statistic --mode random --probability 0.5 -j DROP',
  '-A FORWARD -j MARK --set-mark 1',
  '-A INPUT -p tcp -j DROP',
  '-A OUTPUT -p icmp -j DROP',
] as const
const NAT = [
  '-A PREROUTING -d 10.96.0.1 -p tcp --dport 80 -j DNAT --to-destination 10.244.2.2:80',
  '-A PREROUTING -d 10.96.0.1 -p tcp --dport 80 -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.244.1.3:80',
  '-A PREROUTING -d 10.96.0.1 -p udp -j DNAT --to-destination 10.244.1.2:53',
  '-A PREROUTING -d 10.96.0.1 -j DNAT --to-destination 10.9.0.1',
  '-A OUTPUT -d 10.96.0.1 -p tcp -j REDIRECT --to-ports 22',
  '-A POSTROUTING -m mark --mark 1 -j MASQUERADE --random-fully',
  '-A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE',
] as const

interface Cluster {
  readonly filter: readonly number[]
  readonly nat: readonly number[]
  readonly forward: boolean
  readonly brnf: boolean
  readonly hairpin: boolean
  readonly mtu: number
  readonly rp: number
}

const mac = (n: number, m: number): string => `02:00:00:00:0${n}:0${m}`

/** Two nodes with a bridge and two pods each, and a tunnel between them. */
function cluster(c: Cluster): Machines {
  const rules = ['*filter', ...c.filter.map((i) => RULES[i] ?? ''), 'COMMIT', '*nat', ...c.nat.map((i) => NAT[i] ?? ''), 'COMMIT', ''].join(
    '\n',
  )
  const node = (n: number, other: number): Little => ({
    name: `node${n}`,
    kind: 'node',
    links: [
      { dev: 'eth0', kind: 'veth', mac: mac(n, 1), addrs: [`192.168.56.1${n}/24`], peer: [`node${other}`, 'eth0'] },
      { dev: 'cni0', kind: 'bridge', mac: mac(n, 2), addrs: [`10.244.${n}.1/24`] },
      {
        dev: 'flannel.1',
        kind: 'vxlan',
        mac: mac(n, 3),
        addrs: [`10.244.${n}.0/32`],
        vni: 1,
        local: `192.168.56.1${n}`,
        underlay: 'eth0',
        dstport: 8472,
        mtu: c.mtu,
      },
      ...[2, 3].map((p) => ({
        dev: `v${p}`,
        kind: 'veth',
        mac: mac(n, p + 4),
        master: 'cni0',
        peer: [`pod${n}${p}`, 'eth0'],
        hairpin: c.hairpin,
      })),
    ],
    routes: [`10.244.${other}.0/24 via 10.244.${other}.0 dev flannel.1 onlink`],
    neigh: [`10.244.${other}.0 lladdr ${mac(other, 3)} dev flannel.1 nud permanent`],
    fdb: [`add ${mac(other, 3)} dev flannel.1 dst 192.168.56.1${other} self permanent`],
    sysctls: {
      'net/ipv4/ip_forward': c.forward ? 1 : 0,
      'net/bridge/bridge-nf-call-iptables': c.brnf ? 1 : 0,
      'net/ipv4/conf/all/rp_filter': c.rp,
    },
    rules,
    listens: ['tcp 22'],
  })
  const pod = (n: number, p: number): Little => ({
    name: `pod${n}${p}`,
    kind: 'pod',
    links: [{ dev: 'eth0', kind: 'veth', mac: mac(n, p + 6), addrs: [`10.244.${n}.${p}/24`], peer: [`node${n}`, `v${p}`] }],
    routes: [`default via 10.244.${n}.1`, 'unreachable 10.8.0.0/16'],
    listens: ['tcp 80', 'udp 53'],
  })
  return lab([node(1, 2), node(2, 1), pod(1, 2), pod(1, 3), pod(2, 2), pod(2, 3)])
}

const some = (n: number): fc.Arbitrary<readonly number[]> => fc.array(fc.integer({ min: 0, max: n - 1 }), { maxLength: 3 })
const wish: fc.Arbitrary<Cluster> = fc.record({
  filter: some(RULES.length),
  nat: some(NAT.length),
  forward: fc.constantFrom(true, true, true, false),
  brnf: fc.boolean(),
  hairpin: fc.boolean(),
  mtu: fc.constantFrom(1450, 1450, 900),
  rp: fc.constantFrom(0, 0, 1, 2),
})
const address = fc.constantFrom(
  '10.244.1.2',
  '10.244.1.3',
  '10.244.2.2',
  '10.244.1.1',
  '10.244.2.1',
  '10.96.0.1',
  '192.168.56.12',
  '10.9.0.1',
  '10.244.1.9',
  '127.0.0.1',
  '10.8.0.1',
)
const sent = fc
  .record({
    proto: fc.constantFrom('tcp', 'udp', 'icmp'),
    to: address,
    port: fc.constantFrom(80, 53, 22, 9),
    ttl: fc.constantFrom(64, 64, 2, 1),
    flags: fc.constantFrom('S', 'S', 'A', 'SA', 'R'),
    size: fc.constantFrom(0, 1000),
  })
  .map(({ proto, to, port, ttl, flags, size }) =>
    proto === 'icmp'
      ? `icmp 10.244.1.2 > ${to} 8/0 ttl=${ttl}`
      : `${proto} 10.244.1.2:4000 > ${to}:${port}${proto === 'tcp' ? ` [${flags}]` : ''} ttl=${ttl} size=${size} df`,
  )

const plain: Cluster = { filter: [], nat: [0, 6], forward: true, brnf: true, hairpin: true, mtu: 1450, rp: 0 }
/** All that a moment holds, as text. */
const inside = (m: Moment): string =>
  JSON.stringify(m, (_key, value: unknown) => (value instanceof Map ? [...value] : value instanceof Set ? [...value] : value))

describe('whatever is sent through whatever cluster', () => {
  const kinds = new Map<string, number>()

  test('every journey ends, once; its steps are numbered in order; ends where it says', () => {
    fc.assert(
      fc.property(wish, sent, (c, text) => {
        const { journeys } = send(cluster(c), 'pod12', text)
        expect(journeys.length).toBeGreaterThan(0)
        const numbers = journeys.flatMap((j) => j.events.map((e) => e.seq))
        expect(new Set(numbers).size).toBe(numbers.length)
        for (const [i, j] of journeys.entries()) {
          expect([j.id, j.ending.kind === 'unfinished']).toEqual([i, false])
          expect(j.events.map((e) => e.seq)).toEqual(j.events.map((e) => e.seq).sort((a, b) => a - b))
          if (j.parent) expect(j.parent.journey).toBeLessThan(i)
          const last = j.events.at(-1)
          if (j.ending.kind === 'dropped' && j.ending.reason !== 'policy')
            expect(last).toMatchObject({ kind: 'drop', reason: j.ending.reason })
          if (j.ending.kind === 'delivered') expect(last?.kind).toBe('socket')
          const name = endingText(j.ending).replace(/:.*| to .*/, '')
          kinds.set(name, (kinds.get(name) ?? 0) + 1)
        }
      }),
      { numRuns: 200 },
    )
    // The draw has to reach all of these, or it proves little.
    expect([...kinds.keys()].sort()).toEqual(expect.arrayContaining(['answered', 'delivered', 'dropped', 'failed', 'rejected']))
  })

  test('the same seed gives the same walk', () => {
    fc.assert(
      fc.property(wish, sent, fc.integer({ min: 1, max: 5 }), (c, text, seed) => {
        const walk = (): unknown => send(cluster(c), 'pod12', text, new Moment(), hashLuck(seed)).journeys
        expect(walk()).toEqual(walk())
      }),
      { numRuns: 40 },
    )
  })

  test('a walk on a fork leaves the moment as it was, and both go on alike', () => {
    fc.assert(
      // half of the second packets are of the first one's flow: only those touch an entry that both could share
      fc.property(wish, sent, sent, fc.boolean(), (c, first, other, again) => {
        const second = again ? first : other
        const machines = cluster(c)
        const { moment } = send(machines, 'pod12', first)
        const before = inside(moment)
        const fork = moment.fork()
        expect(inside(fork)).toBe(before.replace(/"held":\[.*?\],"counters"/, '"held":[],"counters"'))
        const there = send(machines, 'pod12', second, fork)
        expect(inside(moment)).toBe(before)
        const here = send(machines, 'pod12', second, moment)
        expect(here.journeys.map(told)).toEqual(there.journeys.map(told))
      }),
      { numRuns: 60 },
    )
  })
})

describe('a connection to a Service on the other node', () => {
  const machines = cluster(plain)

  test('is opened by three journeys, each the child of the one before', () => {
    const done = connect(machines, 'pod12', 'tcp', '10.96.0.1:80')
    expect(done.result).toBe('connected')
    expect(done.journeys.slice(0, 3).map((j) => [j.parent?.journey, j.parent?.as, j.title])).toEqual([
      [undefined, undefined, expect.stringMatching(/^tcp 10\.244\.1\.2:\d+ > 10\.96\.0\.1:80 \[S\]$/)],
      [0, 'reply', expect.stringMatching(/^tcp 10\.244\.2\.2:80 > 10\.244\.1\.2:\d+ \[SA\]$/)],
      [1, 'next', expect.stringMatching(/\[A\]$/)],
    ])
    expect(told(done.journeys[0])).toEqual(
      expect.arrayContaining([
        'node1 dst 10.96.0.1:80 -> 10.244.2.2:80',
        'node1 encap 192.168.56.12',
        'node2 decap flannel.1',
        'pod22 socket receive',
      ]),
    )
    expect(told(done.journeys[1])).toContain('node1 undo src 10.244.2.2:80 -> 10.96.0.1:80')
  })

  test('leaves entries for the connection and for both ways of the tunnel', () => {
    const { moment } = connect(machines, 'pod12', 'tcp', '10.96.0.1:80')
    expect(tracked(moment, 'node1').map((row) => row.replace(/:\d{5}\b/g, ':P').replace(/ \d+$/, ''))).toEqual([
      'tcp 10.244.1.2:P>10.96.0.1:80 10.244.2.2:80>10.244.1.2:P ESTABLISHED ASSURED',
      'udp 192.168.56.11:P>192.168.56.12:8472 192.168.56.12:8472>192.168.56.11:P UNREPLIED',
      'udp 192.168.56.12:P>192.168.56.11:8472 192.168.56.11:8472>192.168.56.12:P UNREPLIED',
    ])
  })

  test('nobody who asks twice gets the same port', () => {
    const first = connect(machines, 'pod12', 'tcp', '10.96.0.1:80')
    const second = connect(machines, 'pod12', 'tcp', '10.96.0.1:80', { moment: first.moment })
    expect(second.journeys[0]?.title).not.toBe(first.journeys[0]?.title)
    expect(second.result).toBe('connected')
  })
})

test('a routing loop ends by its TTL, and the sender hears of it', () => {
  const router = (name: string, other: string, n: number): Little => ({
    name,
    kind: 'node',
    links: [
      { dev: 'eth0', kind: 'veth', addrs: [`10.0.0.${n}/24`], peer: [other, 'eth0'] },
      ...(n === 1 ? [{ dev: 'eth1', kind: 'veth', addrs: ['10.1.0.1/24'], peer: ['c', 'eth0'] }] : []),
    ],
    routes: [n === 1 ? 'default via 10.0.0.2' : 'default via 10.0.0.1'],
    sysctls: { 'net/ipv4/ip_forward': 1 },
  })
  const client: Little = {
    name: 'c',
    kind: 'client',
    links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.1.0.9/24'], peer: ['a', 'eth1'] }],
    routes: ['default via 10.1.0.1'],
  }
  const { journeys } = send(lab([router('a', 'b', 1), router('b', 'a', 2), client]), 'c', packet('udp 10.1.0.9:1 > 203.0.113.1:2'))
  expect(journeys.map((j) => endingText(j.ending))).toEqual(['dropped: ttl', 'delivered to kernel'])
  expect(journeys[0]?.events.filter((e) => e.kind === 'ttl')).toHaveLength(63)
})
