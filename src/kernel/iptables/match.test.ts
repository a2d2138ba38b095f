import { describe, expect, test } from 'vitest'
import { icmpAbout, lab, packet } from '../../testing/kernel-lab.ts'
import type { Skb } from '../../trace/event.ts'
import { hashLuck, type Luck } from '../../trace/luck.ts'
import type { Netns } from '../machine.ts'
import { type CtEntry, Moment } from '../moment.ts'
import type { Rule } from './ast.ts'
import { ruleMatches, type Sight } from './match.ts'
import { emptyRuleset } from './ruleset.ts'
import { readRestoreText } from './ruleset-read.ts'

const links = [
  { dev: 'eth0', kind: 'physical', addrs: ['10.0.0.254/24', 'fd00::254/64'] },
  { dev: 'eth1', kind: 'physical', addrs: ['10.1.0.254/24'] },
]
const netns = lab([{ name: 'n', kind: 'node', links, routes: ['blackhole 10.9.0.0/16', 'unreachable fd09::/16'] }]).netns('n') as Netns

function rule(words: string, family: 4 | 6 = 4): Rule {
  const { ruleset, problems } = readRestoreText(emptyRuleset(), `*filter\n-A FORWARD ${words} -j ACCEPT\nCOMMIT\n`, { flush: true, family })
  const [only] = ruleset.chain('filter', 'FORWARD')?.rules ?? []
  if (!only || problems.some((p) => p.severity === 'error')) throw new Error(`${words}: ${JSON.stringify(problems)}`)
  return only
}

const sight = (skb: Partial<Skb> & { readonly text: string }, more: Partial<Sight> = {}): Sight => ({
  netns,
  moment: new Moment(),
  luck: hashLuck(1),
  skb: { packet: packet(skb.text), mark: 0, ...skb },
  place: 'filter FORWARD',
  leadsTo: 'accept',
  iif: 'eth0',
  oif: 'cali12',
  ...more,
})

const TCP = 'tcp 10.0.0.1:4000 > 10.1.0.1:80 [S]'
const UDP = 'udp 10.0.0.1:4000 > 10.1.0.1:53'
const PING = 'icmp 10.0.0.1 > 10.1.0.1 8/0'
const TCP6 = 'tcp [fd00::1]:4000 > [fd01::1]:80 [S]'

describe('matches of a packet alone', () => {
  const rows: readonly (readonly [words: string, sent: string, hit: boolean])[] = [
    ['', TCP, true],
    ['-s 10.0.0.0/24', TCP, true],
    ['-s 10.0.1.0/24', TCP, false],
    ['! -s 10.0.1.0/24', TCP, true],
    ['! -s 10.0.0.0/24', TCP, false],
    ['-d 10.1.0.1', TCP, true],
    ['-d 10.1.0.2', TCP, false],
    ['! -d 10.1.0.1', TCP, false],
    ['-i eth0', TCP, true],
    ['-i eth1', TCP, false],
    ['! -i eth1', TCP, true],
    ['-i eth+', TCP, true],
    ['-o cali+', TCP, true],
    ['-o cali1', TCP, false],
    ['-i +', TCP, true],
    ['-p tcp', TCP, true],
    ['-p 6', TCP, true],
    ['-p udp', TCP, false],
    ['! -p udp', TCP, true],
    ['-p all', TCP, true],
    ['-p tcp -m tcp --dport 80', TCP, true],
    ['-p tcp -m tcp --dport 79:81', TCP, true],
    ['-p tcp -m tcp --dport 81:90', TCP, false],
    ['-p tcp -m tcp ! --dport 80', TCP, false],
    ['-p tcp -m tcp --sport 4000 --dport 80', TCP, true],
    ['-p tcp -m tcp --sport 4001 --dport 80', TCP, false],
    ['-p tcp -m tcp --syn', TCP, true],
    ['-p tcp -m tcp --syn', TCP.replace('[S]', '[SA]'), false],
    ['-p tcp -m tcp ! --syn', TCP.replace('[S]', '[SA]'), true],
    ['-p tcp -m tcp --tcp-flags SYN,RST SYN', TCP.replace('[S]', '[SA]'), true],
    ['-p tcp -m tcp --tcp-flags SYN,RST SYN', TCP.replace('[S]', '[SR]'), false],
    ['-p tcp -m tcp --tcp-flags ALL NONE', TCP, false],
    ['-p tcp -m tcp --tcp-flags ALL SYN', TCP, true],
    ['-p udp -m udp --dport 53', UDP, true],
    ['-p udp -m udp --dport 53', TCP, false],
    ['-p sctp -m sctp --dport 80', 'sctp 10.0.0.1:4000 > 10.1.0.1:80', true],
    ['-p tcp -m multiport --dports 22,80', TCP, true],
    ['-p tcp -m multiport --dports 22,81:90', TCP, false],
    ['-p tcp -m multiport --sports 22,4000:5000', TCP, true],
    ['-p tcp -m multiport --ports 4000', TCP, true],
    ['-p tcp -m multiport ! --dports 22', TCP, true],
    ['-p icmp -m icmp --icmp-type 8', PING, true],
    ['-p icmp -m icmp --icmp-type echo-request', PING, true],
    ['-p icmp -m icmp --icmp-type 0', PING, false],
    ['-p icmp -m icmp --icmp-type 3/3', 'icmp 10.0.0.1 > 10.1.0.1 3/3', true],
    ['-p icmp -m icmp --icmp-type 3/4', 'icmp 10.0.0.1 > 10.1.0.1 3/3', false],
    ['-p icmp -m icmp ! --icmp-type 0', PING, true],
    ['-m comment --comment "says nothing"', TCP, true],
    ['-m statistic --mode random --probability 1.0', TCP, true],
    ['-m conntrack --ctstate INVALID', TCP, true],
    ['-m conntrack --ctstate NEW', TCP, false],
    ['-m physdev --physdev-is-bridged', TCP, false],
    ['-m physdev ! --physdev-is-bridged', TCP, true],
  ]
  test.each(rows)('%s | %s: %s', (words, sent, hit) => expect(ruleMatches(rule(words), sight({ text: sent }))).toBe(hit ? 'yes' : 'no'))

  test.each([
    ['-p ipv6-icmp -m icmp6 --icmpv6-type 128', 'icmp6 fd00::1 > fd01::1 128/0', true],
    ['-p ipv6-icmp', TCP6, false],
    ['-s fd00::/64', TCP6, true],
    ['-d fd01::2', TCP6, false],
  ] as const)('IPv6 %s | %s: %s', (words, sent, hit) => expect(ruleMatches(rule(words, 6), sight({ text: sent }))).toBe(hit ? 'yes' : 'no'))
})

describe('addrtype', () => {
  const rows: readonly (readonly [words: string, address: string, hit: boolean])[] = [
    ['--dst-type LOCAL', '10.0.0.254', true],
    ['--dst-type LOCAL', '127.0.0.1', true],
    ['--dst-type LOCAL', '10.0.0.1', false],
    ['! --dst-type LOCAL', '10.0.0.1', true],
    ['--dst-type LOCAL --limit-iface-in', '10.0.0.254', true],
    ['--dst-type LOCAL --limit-iface-in', '10.1.0.254', false],
    ['--dst-type UNICAST', '10.0.0.1', true],
    ['--dst-type UNICAST', '10.0.0.254', false],
    ['--dst-type UNICAST', '10.9.0.1', true],
    ['--dst-type BLACKHOLE', '10.9.0.1', false],
    ['--dst-type UNREACHABLE', '203.0.113.1', false],
    ['--dst-type BROADCAST', '10.0.0.255', true],
    ['--dst-type BROADCAST', '255.255.255.255', true],
    ['--dst-type MULTICAST', '224.0.0.251', true],
    ['--dst-type LOCAL', 'fd00::254', true],
    ['--dst-type UNICAST', 'fd00::254', true],
    ['--dst-type LOCAL', 'fd00::1', false],
    ['--dst-type UNREACHABLE', 'fd09::1', true],
    ['--dst-type UNREACHABLE', 'fd00::1', false],
    ['--dst-type MULTICAST', 'ff02::1', true],
  ]
  test.each(rows)('%s of %s: %s', (words, address, hit) => {
    const v6 = address.includes(':')
    const text = v6 ? `tcp [fd00::1]:4000 > [${address}]:80 [S]` : `tcp 10.0.0.1:4000 > ${address}:80 [S]`
    expect(ruleMatches(rule(`-m addrtype ${words}`, v6 ? 6 : 4), sight({ text }))).toBe(hit ? 'yes' : 'no')
  })

  test('of the source', () => {
    expect(ruleMatches(rule('-m addrtype ! --src-type LOCAL'), sight({ text: TCP }))).toBe('yes')
    expect(ruleMatches(rule('-m addrtype --src-type LOCAL'), sight({ text: 'tcp 10.0.0.254:1 > 10.0.0.1:2 [S]' }))).toBe('yes')
  })
})

test.each([
  ['--mark 0x4000/0x4000', 0x4000, true],
  ['--mark 0x4000/0x4000', 0x4001, true],
  ['--mark 0x4000/0x4000', 0x8000, false],
  ['! --mark 0x4000/0x4000', 0x8000, true],
  ['--mark 0x4000', 0x4001, false],
  ['--mark 0', 0, true],
  ['--mark 0xffffffff', 0xffffffff, true],
])('-m mark %s on %i: %s', (words, mark, hit) => {
  expect(ruleMatches(rule(`-m mark ${words}`), sight({ text: TCP, mark }))).toBe(hit ? 'yes' : 'no')
})

describe('conntrack', () => {
  const entry = (status: CtEntry['status']): Moment => {
    const moment = new Moment()
    moment.held.set(5, { id: 5, status } as CtEntry)
    return moment
  }
  const ct = (state: NonNullable<Skb['ct']>['state']): NonNullable<Skb['ct']> => ({ id: 5, dir: 'original', state })
  test.each([
    ['NEW', ct('new'), true],
    ['ESTABLISHED', ct('new'), false],
    ['RELATED,ESTABLISHED', ct('related'), true],
    ['RELATED,ESTABLISHED', ct('established'), true],
    ['INVALID', ct('invalid'), true],
    ['UNTRACKED', ct('untracked'), true],
    ['INVALID', ct('untracked'), false],
    ['DNAT', ct('new'), true],
    ['SNAT', ct('new'), false],
  ] as const)('--ctstate %s', (words, state, hit) => {
    const seen = sight({ text: TCP, ct: state }, { moment: entry(new Set(['DST_NAT'])) })
    expect(ruleMatches(rule(`-m conntrack --ctstate ${words}`), seen)).toBe(hit ? 'yes' : 'no')
    expect(ruleMatches(rule(`-m conntrack ! --ctstate ${words}`), seen)).toBe(hit ? 'no' : 'yes')
  })
})

test('physdev: the real ports of a bridged frame', () => {
  const frame = { text: TCP, bridged: { physin: 'veth1', physout: 'veth2' } }
  const hit = (words: string): unknown => ruleMatches(rule(`-m physdev ${words}`), sight(frame))
  expect(['--physdev-in veth1', '--physdev-in veth+ --physdev-out veth2', '--physdev-is-in', '--physdev-is-out'].map(hit)).toEqual([
    'yes',
    'yes',
    'yes',
    'yes',
  ])
  expect(['--physdev-in veth2', '--physdev-out veth1', '! --physdev-is-bridged'].map(hit)).toEqual(['no', 'no', 'no'])
})

describe('dice', () => {
  const asked: string[] = []
  const spy = (branch: number): Luck => ({
    ...hashLuck(1),
    choose({ key, weights }) {
      asked.push(`${key} ${weights.map((w) => `${w.num}/${w.den}`).join(' ')}`)
      return branch
    },
  })
  const half = rule('-m statistic --mode random --probability 0.50000000000')

  test('are thrown by flow and place, with exact odds', () => {
    expect(ruleMatches(half, sight({ text: TCP }, { luck: spy(0) }))).toBe('yes')
    expect(ruleMatches(half, sight({ text: TCP }, { luck: spy(1) }))).toBe('no')
    expect(new Set(asked)).toEqual(new Set(['n filter FORWARD accept tcp 10.0.0.1 4000 10.1.0.1 80 1/2 1/2']))
  })

  test('are not thrown when something else of the rule fails already', () => {
    asked.length = 0
    expect(ruleMatches(rule('-p udp -m statistic --mode random --probability 0.5'), sight({ text: TCP }, { luck: spy(0) }))).toBe('no')
    expect(asked).toEqual([])
  })
})

test('what is not modelled is said when all the rest matches, and only then', () => {
  expect(ruleMatches(rule('-p tcp -m string --string "x" --algo bm'), sight({ text: TCP }))).toEqual({
    unknown: expect.stringContaining('string'),
  })
  expect(ruleMatches(rule('-p udp -m string --string "x" --algo bm'), sight({ text: TCP }))).toBe('no')
})

test('an ICMP error is matched by its own header, not by the packet inside', () => {
  const error = icmpAbout('10.0.0.9', 3, 3, packet(TCP))
  const seen = { ...sight({ text: TCP }), skb: { packet: error, mark: 0 } }
  expect(ruleMatches(rule('-p icmp'), seen)).toBe('yes')
  expect(ruleMatches(rule('-p tcp'), seen)).toBe('no')
  expect(ruleMatches(rule('-d 10.0.0.1'), seen)).toBe('yes')
})
