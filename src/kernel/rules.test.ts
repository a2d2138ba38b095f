import { describe, expect, test } from 'vitest'
import { ip } from '../net/ip.ts'
import { connect, type Little, lab, send, told } from '../testing/kernel-lab.ts'
import { lookup } from './route.ts'
import { ownRules, withRule } from './rules.ts'
import { parseIpRule, printIpRule, ruleWords } from './rules-text.ts'

/** A client, a router with two ways on, and a server behind each of them with the same address. */
const world = (router: Partial<Little> = {}): ReturnType<typeof lab> => {
  const server = (name: string, dev: string): Little => ({
    name,
    kind: 'client',
    links: [{ dev: 'eth0', kind: 'veth', addrs: [name === 'a' ? '10.1.0.2/24' : '10.2.0.2/24', '10.9.0.1/32'], peer: ['r', dev] }],
    routes: [`default via ${name === 'a' ? '10.1.0.1' : '10.2.0.1'}`],
    listens: ['tcp 80'],
  })
  return lab([
    {
      name: 'c',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.0.2/24', '10.0.0.3/24'], peer: ['r', 'eth0'] }],
      routes: ['default via 10.0.0.1'],
    },
    {
      name: 'r',
      kind: 'node',
      links: [
        { dev: 'eth0', kind: 'veth', addrs: ['10.0.0.1/24'], peer: ['c', 'eth0'] },
        { dev: 'eth1', kind: 'veth', addrs: ['10.1.0.1/24'], peer: ['a', 'eth0'] },
        { dev: 'eth2', kind: 'veth', addrs: ['10.2.0.1/24'], peer: ['b', 'eth0'] },
      ],
      routes: ['10.9.0.0/24 via 10.1.0.2', '10.9.0.0/24 via 10.2.0.2 table 100', 'blackhole 10.9.0.1/32 table 200'],
      sysctls: { 'net/ipv4/ip_forward': 1 },
      ...router,
    },
    server('a', 'eth1'),
    server('b', 'eth2'),
  ])
}
const SYN = 'tcp 10.0.0.2:4000 > 10.9.0.1:80 [S]'
const MARK = '*mangle\n-A PREROUTING -p tcp --dport 80 -j MARK --set-mark 7\nCOMMIT\n'
/** Where the SYN arrives, or how it ends. */
function way(router: Partial<Little>, sent = SYN): string {
  const { journeys } = send(world(router), 'c', sent)
  const words = told(journeys[0])
  return words.at(-1) === 'delivered to server tcp 80' ? (words.find((w) => /^[ab] input/.test(w))?.[0] ?? '?') : (words.at(-1) ?? '')
}

describe('which table a packet is routed by', () => {
  test.each([
    ['no rule', [], undefined, SYN, 'a'],
    ['from another', ['from 10.0.0.3 lookup 100'], undefined, SYN, 'a'],
    ['from this one', ['from 10.0.0.2 lookup 100'], undefined, SYN, 'b'],
    ['from its net', ['from 10.0.0.0/24 lookup 100'], undefined, SYN, 'b'],
    ['not from another', ['not from 10.0.0.3 lookup 100'], undefined, SYN, 'b'],
    ['to', ['to 10.9.0.0/16 lookup 100'], undefined, SYN, 'b'],
    ['by the device it came in by', ['iif eth0 lookup 100'], undefined, SYN, 'b'],
    ['by another device', ['iif eth1 lookup 100'], undefined, SYN, 'a'],
    ['by a mark that a rule gave', ['fwmark 0x7 lookup 100'], MARK, SYN, 'b'],
    ['by bits of the mark', ['fwmark 0x3/0x3 lookup 100'], MARK, SYN, 'b'],
    ['by a mark that it has not', ['fwmark 0x8 lookup 100'], MARK, SYN, 'a'],
    ['a table without an answer', ['from all lookup 300'], undefined, SYN, 'a'],
    ['after main nobody is asked', ['from all lookup 100 pref 32800'], undefined, SYN, 'a'],
    ['the default route alone does not count', ['from all lookup 100 suppress_prefixlength 24'], undefined, SYN, 'a'],
    ['a blackhole in a table', ['from all lookup 200'], undefined, SYN, 'dropped: blackhole'],
    ['a rule that is one', ['from 10.0.0.2 blackhole'], undefined, SYN, 'dropped: blackhole'],
    ['unreachable', ['from 10.0.0.2 unreachable'], undefined, SYN, 'dropped: no-route'],
    ['prohibit', ['from 10.0.0.2 prohibit'], undefined, SYN, 'dropped: no-route'],
  ])('%s', (_name, policy, rules, sent, where) => {
    expect(way({ policy, ...(rules ? { rules } : {}) }, sent)).toBe(where)
  })

  test.each([
    ['from 10.0.0.2 unreachable', 'ENETUNREACH'],
    ['from 10.0.0.2 prohibit', 'EHOSTUNREACH'],
    ['from 10.0.0.2 blackhole', 'ETIMEDOUT'],
  ])('what a client hears of %s', (rule, result) => {
    expect(connect(world({ policy: [rule] }), 'c', 'tcp', '10.9.0.1:80').result).toBe(result)
  })

  test('a program on the machine: `iif lo`, and the error at once', () => {
    const ask = (rule: string): string => connect(world({ policy: [rule] }), 'r', 'tcp', '10.9.0.1:80').result
    expect(ask('iif eth0 unreachable')).toBe('connected')
    expect(ask('iif lo unreachable')).toBe('ENETUNREACH')
    expect(ask('iif lo prohibit')).toBe('EACCES')
    expect(ask('iif lo blackhole')).toBe('EINVAL')
  })

  test('the strict reverse path filter asks the rules too, for the way back', () => {
    const strict = { 'net/ipv4/ip_forward': 1, 'net/ipv4/conf/all/rp_filter': 1 }
    expect(way({ sysctls: strict })).toBe('a')
    expect(
      way({
        sysctls: strict,
        routes: ['10.9.0.0/24 via 10.1.0.2', '10.0.0.0/24 dev eth2 table 100'],
        policy: ['to 10.0.0.0/24 lookup 100'],
      }),
    ).toBe('dropped: rp-filter')
  })
})

describe('the words of ip rule', () => {
  test.each([
    '32765:\tfrom 10.0.0.0/24 lookup 100',
    '100:\tnot from 10.0.0.1 to 10.2.0.0/16 fwmark 0x1/0xff iif eth0 oif eth1 lookup main',
    '9:\tfrom all blackhole',
    '32764:\tfrom all lookup main suppress_prefixlength 0',
  ])('%s', (line) => {
    const found = parseIpRule(line, 4)
    if ('unknown' in found || found.rule.priority === undefined) throw new Error('not read')
    const rule = { ...found.rule, priority: found.rule.priority }
    expect(printIpRule(rule)).toBe(line)
    expect(parseIpRule(ruleWords(rule), 4)).toEqual({ rule })
  })

  test.each([
    'from all tos 0x10 lookup 1',
    'from all uidrange 0-99 lookup 1',
    '1000: from all lookup [l3mdev-table]',
    'from x lookup 1',
    'goto 5',
  ])('what is not modelled is refused whole: %s', (line) => expect(parseIpRule(line, 4)).toHaveProperty('unknown'))

  test('a rule without a priority goes in front of main', () => {
    const rules = withRule(withRule(ownRules(4), { family: 4, action: 'lookup', table: '7' }), { family: 4, action: 'lookup', table: '8' })
    expect(rules.map((r) => `${r.priority} ${r.table}`)).toEqual(['0 local', '32764 8', '32765 7', '32766 main', '32767 default'])
  })

  test('the families have rules of their own', () => {
    const machines = lab([{ name: 'x', kind: 'node', links: [], policy: ['from all blackhole'] }])
    const netns = machines.netns('x')
    expect(netns && lookup(netns, ip('10.0.0.1'))?.type).toBe('blackhole')
    expect(netns && lookup(netns, ip('fd00::1'))).toBeUndefined()
  })
})
