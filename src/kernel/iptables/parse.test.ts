import { expect, test } from 'vitest'
import { fraction } from '../../trace/luck.ts'
import type { Part } from './ast.ts'
import { load } from './load.ts'
import { parseRestore } from './parse.ts'
import { probability } from './parse-values.ts'
import { printRule, printWritten } from './print.ts'

function only(rule: string, family: 4 | 6 = 4) {
  const { commands, problems } = parseRestore(`-A C ${rule}`, { table: 'filter', family })
  const [c] = commands
  if (c?.op !== 'append') throw new Error(`not read: ${problems.map((p) => p.params['text']).join()}`)
  return { written: c.rule, rule: load(c.rule), problems }
}
const again = (rule: string, family: 4 | 6 = 4): string => printRule('C', only(rule, family).rule).slice(5)

test.each([
  ['the older place of a negation', '-s ! 10.0.0.0/8 -p ! tcp', '! -s 10.0.0.0/8 ! -p tcp'],
  [
    'a comment with quotes in it',
    String.raw`-m comment --comment "it's \"so\" \\ here"`,
    String.raw`-m comment --comment "it\'s \"so\" \\ here"`,
  ],
  ['an empty comment', '-m comment --comment ""', '-m comment --comment ""'],
  ['option=value', '-p tcp --dport=80', '-p tcp -m tcp --dport 80'],
  ['long names', '--match mark --mark 0x00004000/0x00004000 --jump ACCEPT', '-m mark --mark 0x4000/0x4000 -j ACCEPT'],
  [
    '-m tcp before -p',
    '-m comment --comment a -m tcp -p tcp -d 10.0.0.1 --dport 80',
    '-d 10.0.0.1/32 -p tcp -m comment --comment a -m tcp --dport 80',
  ],
])('%s', (_, given, want) => {
  expect(again(given)).toBe(want)
})

test.each([
  ['-s fd00::1 -p ipv6-icmp -m icmp6 --icmpv6-type echo-request', '-s fd00::1/128 -p ipv6-icmp -m icmp6 --icmpv6-type 128'],
  ['-p icmpv6 --icmpv6-type 136 -j ACCEPT', '-p ipv6-icmp -m icmp6 --icmpv6-type 136 -j ACCEPT'],
  ['-j REJECT', '-j REJECT --reject-with icmp6-port-unreachable'],
  ['-m recent --name A --set', '-m recent --set --name A --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource'],
  ['-p tcp -j DNAT --to-destination [fd00::2]:8080', '-p tcp -j DNAT --to-destination [fd00::2]:8080'],
])('IPv6: %s', (given, want) => {
  expect(again(given, 6)).toBe(want)
})

test('where a destination leads is taken apart, a range of addresses is not', () => {
  const target = (to: string, family: 4 | 6 = 4) => only(`-p tcp -j DNAT --to-destination ${to}`, family).rule.target
  expect(target('1.2.3.4:80')).toMatchObject({ address: '1.2.3.4', ports: { from: 80, to: 80 } })
  expect(target('[fd00::2]:80-90', 6)).toMatchObject({ address: 'fd00::2', ports: { from: 80, to: 90 } })
  expect(target('fd00::2', 6)).toEqual({ kind: 'dnat', to: 'fd00::2', address: 'fd00::2' })
  expect(target('1.2.3.4-1.2.3.9')).toEqual({ kind: 'dnat', to: '1.2.3.4-1.2.3.9' })
  expect(target(':80')).toEqual({ kind: 'dnat', to: ':80', ports: { from: 80, to: 80 } })
})

test('a protocol is kept in the words of packet headers', () => {
  expect(only('-p 58', 6).rule.proto).toEqual({ proto: 'icmp6' })
  expect(only('-p 4').rule.proto).toEqual({ proto: 'ipip' })
  expect(only('! -p 17').rule.proto).toEqual({ proto: 'udp', not: true })
  expect(only('-p all').rule.proto).toBeUndefined()
})

test.each([
  ['-m set --match-set A dst,dst --return-nomatch -j RETURN', { kind: 'unknown', words: '-m set --match-set A dst,dst --return-nomatch' }],
  [
    '-m set ! --match-set "a#b" src ! --update-counters -j RETURN',
    { kind: 'unknown', words: '-m set ! --match-set "a#b" src ! --update-counters' },
  ],
  ['-m addrtype --dst-type LOCAL,BROADCAST -j RETURN', { kind: 'unknown', words: '-m addrtype --dst-type LOCAL,BROADCAST' }],
  ['-s 10.0.0.0/255.0.255.0 -j RETURN', { kind: 'unknown', words: '-s 10.0.0.0/255.0.255.0' }],
])('not modelled, kept word for word and told: %s', (given, match) => {
  const { rule, problems } = only(given)
  expect(rule.matches).toEqual([match])
  expect(rule.target).toEqual({ kind: 'return' })
  expect(problems).toMatchObject([{ code: 'iptables-kept', severity: 'hint' }])
  expect(again(given)).toBe(given)
})

test.each([
  ['-m set --match-set A dst,dst -j RETURN', { kind: 'set', name: 'A', dirs: ['dst', 'dst'] }],
  ['-m rpfilter --validmark --invert -j RETURN', { kind: 'rpfilter', validmark: true, not: true }],
  ['-m set ! --match-set A src -j RETURN', { kind: 'set', name: 'A', dirs: ['src'], not: true }],
  [
    '-m ipvs --vproto 6 --vaddr 203.0.113.20 --vport 80 -j RETURN',
    { kind: 'ipvs', vproto: { proto: 'tcp' }, vaddr: { net: '203.0.113.20/32' }, vport: { port: 80 } },
  ],
  ['-m ipvs ! --ipvs -j RETURN', { kind: 'ipvs', ipvs: { not: true } }],
])('what sets and IPVS hold: %s', (given, match) => {
  expect(only(given).rule.matches).toEqual([match])
  expect(again(given)).toBe(given)
})

test('a rule is refused whose set is asked in no direction', () => {
  const { commands, problems } = parseRestore('-A C -m set --match-set A dst,up -j DROP', { table: 'filter', family: 4 })
  expect(commands).toEqual([])
  expect(problems).toMatchObject([{ severity: 'error' }])
})

test('a target that is not modelled', () => {
  expect(only('-j TPROXY --on-port 8080 --tproxy-mark 0x1/0x1').rule.target).toEqual({
    kind: 'unknown',
    words: '-j TPROXY --on-port 8080 --tproxy-mark 0x1/0x1',
  })
})

test('what a writer wrote is printed back word group by word group', () => {
  const lines = [
    '-m comment --comment default/web:http -m recent --name KUBE-SEP-1 --set -m tcp -p tcp -j DNAT --to-destination 10.244.1.3:8080',
    '-m comment --comment "a b" -m recent --name S --rcheck --seconds 600 --reap -j S',
    '-m mark ! --mark 0x00004000/0x00004000 -j RETURN',
    '-j MARK --xor-mark 0x00004000',
    '-m statistic --mode random --probability 0.3333333333 -j S',
    '-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
    '-m comment --comment "a" -p tcp --syn -j REJECT',
    '-p udp -m udp --sport 1:2 ! --dport 53 -g S',
  ]
  for (const line of lines) expect(printWritten('C', only(line).written)).toBe(`-A C ${line}`)
})

test('a decimal nearest to 1/k is 1/k, as written and as read back', () => {
  for (let k = 1; k <= 1200; k++) {
    const match = { kind: 'statistic', probability: fraction(1, k) } as const
    const part: Part = { part: 'match', match }
    const written =
      printWritten('C', { parts: [part] })
        .split(' ')
        .at(-1) ?? ''
    const saved =
      printRule('C', { matches: [match] })
        .split(' ')
        .at(-1) ?? ''
    expect(written).toMatch(/^[01]\.\d{10}$/)
    expect(saved).toMatch(/^[01]\.\d{11}$/)
    expect(probability(written)).toEqual(fraction(1, k))
    expect(probability(saved)).toEqual(fraction(1, k))
  }
  expect(probability('0.33')).toEqual(fraction(33, 100))
  expect(probability('0.33332999982')).toEqual(fraction(Math.round(0.33333 * 2 ** 31), 2 ** 31))
  expect(['', '.', '1.1', '-0.5', '1e-3', 'x'].map((t) => probability(t))).toEqual(Array(6).fill(undefined))
})

test('a problem names its line, its word and its place in the text', () => {
  const text = '*filter\r\n:A - [0:0]\r\n  -A A -p tcp --dport 99999 -j DROP\r\nfoo\r\n-A A -j DROP\r\nCOMMIT\r\n'
  const { problems, commands } = parseRestore(text, { file: 'dump.txt' })
  expect(commands.map((c) => c.op)).toEqual(['declare', 'append'])
  expect(problems.map((p) => p.params['text'])).toEqual(["invalid port/service `99999' specified", "Bad argument `foo'"])
  const where = problems[0]?.where
  expect(where).toMatchObject({ file: 'dump.txt', line: 3, column: 23 })
  expect(text.slice(where?.offset, where?.end)).toBe('99999')
  expect(problems[1]?.where).toMatchObject({ line: 4, column: 1 })
})

test('cut or misplaced text is told', () => {
  const codes = (text: string) => parseRestore(text).problems.map((p) => [p.code, p.severity])
  expect(codes('*filter\n:A - [0:0]\n')).toEqual([['iptables-no-commit', 'warning']])
  expect(codes('-A INPUT -j DROP\n')).toEqual([['iptables', 'error']])
  expect(codes('*nosuch\nCOMMIT\n')).toEqual([['iptables', 'error']])
  expect(codes('*filter\n-A INPUT -m comment --comment "open -j DROP\nCOMMIT\n')).toEqual([['iptables', 'error']])
  expect(codes('# Generated by iptables-save\n*filter\n[5:300] -A INPUT -j DROP\nCOMMIT\n')).toEqual([])
})
