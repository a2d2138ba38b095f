import { describe, expect, test } from 'vitest'
import { ipLength } from '../../net/packet.ts'
import { endingText, lab, send, told } from '../../testing/kernel-lab.ts'
import { fraction, hashLuck, type Luck } from '../../trace/luck.ts'
import type { Machines, Netns } from '../machine.ts'
import { Moment } from '../moment.ts'
import { parseNft } from './parse.ts'
import { emptyNft, withNft } from './ruleset.ts'

const route = (text: string) => text
/** a - r - b: r forwards, and holds these rules. */
function three(nft: string, rules = ''): Machines {
  const machines = lab([
    {
      name: 'a',
      kind: 'pod',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.1.2/24'], peer: ['r', 'ra'] }],
      routes: [route('default via 10.0.1.1')],
    },
    {
      name: 'r',
      kind: 'node',
      links: [
        { dev: 'ra', kind: 'veth', addrs: ['10.0.1.1/24'], peer: ['a', 'eth0'] },
        { dev: 'rb', kind: 'veth', addrs: ['10.0.2.1/24'], peer: ['b', 'eth0'] },
      ],
      sysctls: { 'net/ipv4/ip_forward': 1 },
      ...(rules === '' ? {} : { rules }),
    },
    {
      name: 'b',
      kind: 'pod',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.2.2/24'], peer: ['r', 'rb'] }],
      routes: [route('default via 10.0.2.1')],
      listens: ['tcp 80', 'tcp 8080'],
    },
  ] as never)
  const { commands, problems } = parseNft(nft, 'r')
  expect(problems).toEqual([])
  const r: Netns = { ...(machines.netns('r') as Netns), nft: withNft(emptyNft(), commands) }
  return { ...machines, netns: (name) => (name === 'r' ? r : machines.netns(name)) }
}

const SYN = 'tcp 10.0.1.2:40001 > 10.0.2.2:80 [S]'
/** Rules that matched at r and chains that ended, in order; then how it ended. */
function walk(machines: Machines, what = SYN, moment = new Moment(), luck: Luck = hashLuck(1)): readonly string[] {
  const journey = send(machines, 'a', what, moment, luck).journeys[0]
  const steps = (journey?.events ?? []).flatMap((e) =>
    e.kind === 'rule' ? [`${e.rule.chain}: ${e.text}`] : e.kind === 'chain-end' ? [`${e.chain}: ${e.policy ?? 'end'}`] : [],
  )
  return [...steps, journey ? endingText(journey.ending).replace(/[: ].*/, '') : '']
}
const forward = (rules: string, more = ''): string =>
  `table ip t {\n${more}\n chain f {\n  type filter hook forward priority filter; policy accept;\n${rules}\n }\n}\n`

describe('one expression at a time: it matches, or it does not', () => {
  test.each([
    ['ip saddr 10.0.1.0/24', true],
    ['ip saddr != 10.0.1.0/24', false],
    ['ip daddr { 10.0.2.1, 10.0.2.2 }', true],
    ['ip daddr != { 10.0.2.1, 10.0.2.2 }', false],
    ['ip daddr 10.0.2.0-10.0.2.9', true],
    ['tcp dport 80', true],
    ['tcp dport != 80', false],
    ['tcp dport { 1-79, 81-90 }', false],
    ['udp dport != 80', false],
    ['th dport 80', true],
    ['tcp dport < 81', true],
    ['tcp dport > 80', false],
    ['tcp flags syn', true],
    ['tcp flags syn,ack', true],
    ['tcp flags == syn,ack', false],
    ['tcp flags & (fin|syn|rst|ack) == syn', true],
    ['tcp flags & (fin|syn|rst|ack) == ack', false],
    ['meta l4proto tcp', true],
    ['meta l4proto { udp, sctp }', false],
    ['ip protocol tcp', true],
    ['ip ttl 63', true],
    ['ip ttl 64', false],
    ['meta nfproto ipv6', false],
    ['ip6 saddr != ::1', false],
    ['iifname "ra"', true],
    ['iifname "r*"', true],
    ['iifname "x*"', false],
    ['iifname { "ra", "rb" }', true],
    ['oif "rb"', true],
    ['oifname != "rb"', false],
    ['iifname . oifname { "ra" . "rb" }', true],
    ['ct state new', true],
    ['ct state established,related', false],
    ['ct state != new', false],
    ['ct status dnat', false],
    ['ct direction original', true],
    ['fib daddr type local', false],
    ['fib saddr type unicast', true],
    ['meta mark 0', true],
    ['meta mark and 0xff == 1', false],
    ['meta mark set 0x12 meta mark & 0x3 == 2', true],
    ['meta mark set 0x12 meta mark set mark xor 0x2 meta mark 0x10', true],
    ['ct mark set 7 ct mark 7', true],
    ['ip saddr @s', true],
    ['ip saddr != @s', false],
    ['ip daddr . meta l4proto . th dport @c', true],
    ['ip saddr . meta l4proto . th dport @c', false],
    ['icmp type echo-request', false],
  ])('%s: %s', (expression, yes) => {
    const sets =
      ' set s {\n  type ipv4_addr\n  elements = { 10.0.1.2 }\n }\n set c {\n  type ipv4_addr . inet_proto . inet_service\n  elements = { 10.0.2.2 . tcp . 80 }\n }'
    expect(walk(three(forward(`  ${expression} drop\n  ct state invalid drop`, sets))).at(-1)).toBe(yes ? 'dropped' : 'delivered')
  })
})

describe('chains', () => {
  const chains = ' chain one {\n  goto two\n  drop\n }\n chain two {\n  ip saddr 10.9.9.9 drop\n }\n chain back {\n  return\n  drop\n }'

  test('jump, goto, return and the end of a chain', () => {
    expect(walk(three(forward('  jump one\n  jump back\n  accept', chains)))).toEqual([
      'f: jump one',
      'one: goto two',
      'two: end',
      'f: jump back',
      'back: return',
      'f: accept',
      'delivered',
    ])
  })

  test('a goto from the base chain ends with its policy', () => {
    expect(walk(three(forward('  goto two\n  accept', chains).replace('policy accept', 'policy drop')))).toEqual([
      'f: goto two',
      'two: end',
      'f: drop',
      'dropped',
    ])
  })

  test('a loop of gotos ends by name', () => {
    expect(walk(three(forward('  goto x', ' chain x {\n  goto x\n }'))).at(-1)).toBe('unmodelled')
  })

  test('an unknown statement ends the walk only where all before it matches', () => {
    expect(walk(three(forward('  ip saddr 10.9.9.9 quota 1 bytes drop'))).at(-1)).toBe('delivered')
    expect(walk(three(forward('  ip saddr 10.0.1.2 quota 1 bytes drop'))).at(-1)).toBe('unmodelled')
  })

  test('limit: the burst passes, then a packet a period; over matches the others; a token is asked for only where all before it matches', () => {
    const moment = new Moment()
    const ask = (machines: Machines, sport: number): string =>
      walk(machines, `udp 10.0.1.2:${sport} > 10.0.2.2:9`, moment).find((step) => step.startsWith('f: ')) ?? ''
    const two = three(
      forward(
        '  ip saddr 10.9.9.9 limit rate 1/hour burst 1 packets accept\n  ip daddr 10.0.2.2 limit rate 2/minute burst 2 packets accept\n  ip daddr 10.0.2.2 drop',
      ),
    )
    const accepts = 'f: ip daddr 10.0.2.2 limit rate 2/minute burst 2 packets accept'
    expect([1, 2, 3].map((n) => ask(two, n))).toEqual([accepts, accepts, 'f: ip daddr 10.0.2.2 drop'])
    moment.clock += 29_000_000_000
    expect(ask(two, 4)).toBe('f: ip daddr 10.0.2.2 drop')
    moment.clock += 1_000_000_000
    expect([5, 6].map((n) => ask(two, n))).toEqual([accepts, 'f: ip daddr 10.0.2.2 drop'])
    const over = three(forward('  ip daddr 10.0.2.2 limit rate over 1/week drop'))
    expect([1, 2, 3, 4, 5, 6].map((n) => ask(over, n))).toEqual([
      ...Array(5).fill('f: accept'),
      'f: ip daddr 10.0.2.2 limit rate over 1/week drop',
    ])
  })

  test('limit of bytes: a packet costs its length; what an hour gives and the burst are there at first', () => {
    const moment = new Moment()
    // headers of IPv4 and UDP
    const cost = 28
    const machines = three(
      forward(`  ip daddr 10.0.2.2 limit rate ${cost} bytes/hour burst ${2 * cost} bytes accept\n  ip daddr 10.0.2.2 drop`),
    )
    const ask = (sport: number): string =>
      walk(machines, `udp 10.0.1.2:${sport} > 10.0.2.2:9`, moment)
        .find((s) => s.startsWith('f: '))
        ?.slice(-6) ?? ''
    const size = send(machines, 'a', 'udp 10.0.1.2:1 > 10.0.2.2:9').journeys[0]?.events.flatMap((e) =>
      e.after.kind === 'skb' ? [ipLength(e.after.skb.packet)] : [],
    )[0]
    expect(size).toBe(cost)
    expect([1, 2, 3, 4].map(ask)).toEqual(['accept', 'accept', 'accept', '2 drop'])
    moment.clock += 3_600_000_000_000
    expect([5, 6].map(ask)).toEqual(['accept', '2 drop'])
  })

  test('an accept ends its own base chain alone; at one priority the younger chain runs first', () => {
    const more =
      'table inet u {\n chain young {\n  type filter hook forward priority filter;\n  accept\n }\n chain late {\n  type filter hook forward priority 5;\n  drop\n }\n}\n'
    expect(walk(three(forward('  accept') + more))).toEqual(['young: accept', 'f: accept', 'late: drop', 'dropped'])
  })

  test('a counter counts as far as the rule comes', () => {
    const moment = new Moment()
    walk(three(forward('  ct state new counter tcp dport 81 drop\n  ct state new counter accept')), SYN, moment)
    expect([...moment.counters].map(([k, c]) => [k, c.packets])).toEqual([
      ['r nft ip t f 0', 1],
      ['r nft ip t f 1', 1],
    ])
  })
})

describe('maps', () => {
  test('a verdict map names the element that was found', () => {
    const map = ' map m {\n  type ipv4_addr . inet_proto . inet_service : verdict\n  elements = { 10.0.2.2 . tcp . 80 : drop }\n }'
    const journey = send(three(forward('  ip daddr . meta l4proto . th dport vmap @m', map)), 'a', SYN).journeys[0]
    const rule = journey?.events.find((e) => e.kind === 'rule')
    expect(rule).toMatchObject({
      lookup: { map: 'm', key: '10.0.2.2 . tcp . 80', element: '10.0.2.2 . tcp . 80 : drop' },
      rule: { table: 't', tableFamily: 'ip', language: 'nft', chain: 'f', index: 0 },
      verdict: { kind: 'drop' },
    })
    expect(told(journey).length).toBeGreaterThan(0)
  })

  test('numgen asks luck once, each branch 1/N', () => {
    const asked: unknown[] = []
    const luck: Luck = {
      ...hashLuck(1),
      choose({ weights, labels }) {
        asked.push([weights, labels])
        return 1
      },
    }
    const chains = ' chain x {\n  drop\n }\n chain y {\n  accept\n }'
    expect(
      walk(three(forward('  ct state new numgen random mod 2 vmap { 0 : goto x, 1 : goto y }', chains)), SYN, new Moment(), luck).at(-2),
    ).toBe('y: accept')
    expect(asked).toEqual([
      [
        [fraction(1, 2), fraction(1, 2)],
        ['x', 'y'],
      ],
    ])
  })

  test('two dice of a chain are two choices', () => {
    const keys: string[] = []
    const luck: Luck = { ...hashLuck(1), choose: ({ key }) => keys.push(key) && 1 }
    const dice = ['{ 0 : jump x, 1 : jump x }', '{ 0 : jump x, 1 : jump x, 2 : jump x }']
    const rules = dice.map((map, i) => `  ct state new numgen random mod ${i + 2} vmap ${map}`).join('\n')
    expect(walk(three(forward(rules, ' chain x {\n  counter\n }')), SYN, new Moment(), luck).at(-1)).toBe('delivered')
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(2)
  })

  test('a set that packets add to forgets after its time', () => {
    const set = ' set s {\n  type ipv4_addr\n  flags dynamic,timeout\n  timeout 10s\n }'
    const machines = three(forward('  ip saddr @s drop\n  update @s { ip saddr }', set))
    const moment = new Moment()
    const again = (port: number): string => walk(machines, `tcp 10.0.1.2:${port} > 10.0.2.2:80 [S]`, moment).at(-1) ?? ''
    expect(again(40001)).toBe('delivered')
    expect(again(40002)).toBe('dropped')
    moment.clock += 10_000_000_000
    expect(again(40003)).toBe('delivered')
  })
})

describe('NAT', () => {
  const nat = (rule: string, priority = 'dstnat'): string =>
    `table ip n {\n chain p {\n  type nat hook prerouting priority ${priority};\n  ${rule}\n }\n}\n`
  const arrived = (machines: Machines, what = 'tcp 10.0.1.2:40001 > 10.96.0.1:80 [S]'): readonly string[] =>
    (send(machines, 'a', what).journeys[0]?.events ?? []).flatMap((e) => (e.kind === 'nat' ? [`${e.manip} ${e.from} -> ${e.to}`] : []))

  test('dnat with and without a port', () => {
    expect(arrived(three(nat('meta l4proto tcp dnat to 10.0.2.2:8080')))).toEqual(['dst 10.96.0.1:80 -> 10.0.2.2:8080'])
    expect(arrived(three(nat('dnat to 10.0.2.2')))).toEqual(['dst 10.96.0.1:80 -> 10.0.2.2:80'])
  })

  test('redirect takes the address of the device', () => {
    expect(arrived(three(nat('tcp dport 80 redirect to :8080')))).toEqual(['dst 10.96.0.1:80 -> 10.0.1.1:8080'])
  })

  test('masquerade and snat on the way out', () => {
    const out = (rule: string): string => `table ip n {\n chain o {\n  type nat hook postrouting priority srcnat;\n  ${rule}\n }\n}\n`
    expect(arrived(three(out('masquerade')), SYN)).toEqual(['src 10.0.1.2:40001 -> 10.0.2.1:40001'])
    expect(arrived(three(out('ip protocol tcp snat to 10.0.2.9:5000')), SYN)).toEqual(['src 10.0.1.2:40001 -> 10.0.2.9:5000'])
  })

  test('of several nat chains the first that binds is the last that is asked; iptables’ table is one of them', () => {
    const rules = '*nat\n-A PREROUTING -p tcp -j DNAT --to-destination 10.0.2.2:80\nCOMMIT\n'
    expect(arrived(three(nat('dnat to 10.0.2.7', 'dstnat - 1'), rules))).toEqual(['dst 10.96.0.1:80 -> 10.0.2.7:80'])
    expect(arrived(three(nat('dnat to 10.0.2.7', 'dstnat + 1'), rules))).toEqual(['dst 10.96.0.1:80 -> 10.0.2.2:80'])
    expect(arrived(three(nat('accept', 'dstnat - 1'), rules))).toEqual(['dst 10.96.0.1:80 -> 10.0.2.2:80'])
  })

  test('whatever its priority, a nat chain runs where NAT stands: filter chains at -120 come first', () => {
    const early = 'table ip e {\n chain e {\n  type filter hook prerouting priority -120;\n  ip daddr 10.96.0.1 accept\n }\n}\n'
    expect(walk(three(early + nat('dnat to 10.0.2.2', '-200')), 'tcp 10.0.1.2:40001 > 10.96.0.1:80 [S]').slice(0, 2)).toEqual([
      'e: ip daddr 10.96.0.1 accept',
      'p: dnat to 10.0.2.2',
    ])
  })
})

test.each([
  ['reject', 'icmp-port-unreachable'],
  ['reject with icmp host-unreachable', 'icmp-host-unreachable'],
  ['reject with icmpx admin-prohibited', 'icmp-admin-prohibited'],
  ['reject with tcp reset', 'tcp-reset'],
])('%s answers with %s', (rule, reply) => {
  const { ending } = send(three(forward(`  ${rule}`)), 'a', SYN).journeys[0] ?? {}
  expect(ending).toMatchObject({ kind: 'rejected', reply, rule: { table: 't', chain: 'f' } })
})
