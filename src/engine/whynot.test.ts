import { expect, test } from 'vitest'
import type { Match, Rule } from '../kernel/iptables/ast.ts'
import { load } from '../kernel/iptables/load.ts'
import { ruleMatches, type Sight } from '../kernel/iptables/match.ts'
import { parseRestore } from '../kernel/iptables/parse.ts'
import { printRule } from '../kernel/iptables/print.ts'
import { emptyRuleset } from '../kernel/iptables/ruleset.ts'
import type { Netns } from '../kernel/machine.ts'
import { Moment } from '../kernel/moment.ts'
import { cidr } from '../net/cidr.ts'
import type { Ip } from '../net/ip.ts'
import type { Packet } from '../net/packet.ts'
import { hashLuck } from '../trace/luck.ts'
import { langs } from '../words/lang.ts'
import { sayAsks, sayWhyNot } from '../words/whynot.ts'
import { firstMiss, judge } from './whynot.ts'

const netns: Netns = {
  name: 'n',
  kind: 'node',
  links: [],
  routes: [
    { type: 'local', dst: cidr('10.0.0.9/32'), table: 'local', protocol: 'kernel', scope: 'host', metric: 0, onlink: false, dev: 'eth0' },
    { type: 'unicast', dst: cidr('0.0.0.0/0'), table: 'main', protocol: 'boot', scope: 'global', metric: 0, onlink: false, dev: 'eth0' },
  ],
  neigh: [],
  fdb: [],
  sysctls: {},
  rules: { 4: emptyRuleset(), 6: emptyRuleset() },
  listeners: [],
  files: {},
}

const ip = { kind: 'ip' as const, family: 4 as const, src: '10.0.0.1' as Ip, dst: '10.0.0.2' as Ip, ttl: 64 }
const tcp: Packet = {
  headers: [
    { ...ip, proto: 'tcp' },
    { kind: 'tcp', sport: 1000, dport: 80, flags: ['S'], seq: 0, ack: 0 },
  ],
  size: 0,
}
const ping: Packet = {
  headers: [
    { ...ip, proto: 'icmp' },
    { kind: 'icmp', type: 8, code: 0, id: 1, seq: 1 },
  ],
  size: 56,
}

const sight = (packet: Packet, more: Partial<Sight> = {}): Sight => ({
  netns,
  moment: new Moment(),
  luck: hashLuck(1),
  skb: { packet, mark: 0, ct: { id: 0, dir: 'original', state: 'new' } },
  place: 'filter X',
  leadsTo: '',
  ...more,
})

/** A rule as somebody writes it, in the kernel's form. */
function ruleOf(text: string): Rule {
  const { restore, problems } = parseRestore(`*filter\n:X - [0:0]\n-A X ${text}\nCOMMIT\n`)
  expect(problems.filter((p) => p.severity === 'error')).toEqual([])
  const written = restore.tables[0]?.chain('X')?.[0]
  if (!written) throw new Error(text)
  return load(written)
}

const recently = new Moment()
recently.recent.set('n KNOWN', new Map([['10.0.0.1/32', [0]]]))
const bridged: Sight = sight(tcp, { skb: { ...sight(tcp).skb, bridged: { physin: 'veth1', physout: 'veth2' } } })
const half: Sight = sight(tcp, { skb: { ...sight(tcp).skb, bridged: { physin: 'veth1' } } })

const misses: readonly (readonly [text: string, en: string, zh: string, seen?: Sight])[] = [
  ['-s 10.0.0.7/32', 'source 10.0.0.1, not 10.0.0.7', '源地址是 10.0.0.1，不是 10.0.0.7'],
  ['! -s 10.0.0.0/8', 'source 10.0.0.1 is in 10.0.0.0/8, which it leaves out', '源地址 10.0.0.1 属于它排除的 10.0.0.0/8'],
  ['-d 10.96.0.1/32', 'destination 10.0.0.2, not 10.96.0.1', '目的地址是 10.0.0.2，不是 10.96.0.1'],
  ['-i cni0', 'came in by eth0, not cni0', '从 eth0 进来，不是 cni0', sight(tcp, { iif: 'eth0' })],
  ['-i cni0', 'made on this machine: it came in by no device, wanted cni0', '由本机发出，没有进入设备，要求 cni0'],
  ['! -o eth+', 'leaves by eth0, which it leaves out', '从 eth0 出去，正是它排除的', sight(tcp, { oif: 'eth0' })],
  ['-p udp -m udp --dport 53', 'protocol tcp, not udp', '协议是 tcp，不是 udp'],
  ['! -p tcp', 'protocol tcp is what it leaves out', '协议 tcp 正是它排除的'],
  ['-p tcp -m tcp --sport 1024:65535', 'source port 1000, not 1024:65535', '源端口是 1000，不是 1024:65535'],
  ['-p tcp -m tcp ! --dport 80', 'destination port 80 is what it leaves out', '目的端口 80 正是它排除的'],
  ['-p tcp -m tcp --tcp-flags SYN,ACK ACK', 'TCP flags are SYN, wanted SYN,ACK ACK', 'TCP 标志是 SYN，要求 SYN,ACK ACK'],
  ['-m conntrack --ctstate RELATED,ESTABLISHED', 'state NEW is not among RELATED,ESTABLISHED', '状态 NEW 不在 RELATED,ESTABLISHED 之中'],
  ['-m state ! --state NEW', 'state NEW is among NEW, which it leaves out', '状态 NEW 在它排除的 NEW 之中'],
  ['-m mark --mark 0x4000/0x4000', 'mark 0x0, wanted 0x4000/0x4000', 'mark 是 0x0，要求 0x4000/0x4000'],
  ['-m mark ! --mark 0x0/0x4000', 'mark is 0x0, and it wants packets without 0x0/0x4000', 'mark 正是 0x0，它只要没有 0x0/0x4000 的'],
  ['-m addrtype --dst-type LOCAL', 'destination 10.0.0.2 is UNICAST here, not LOCAL', '目的地址 10.0.0.2 在这里是 UNICAST，不是 LOCAL'],
  ['-m addrtype ! --src-type UNICAST', 'source 10.0.0.1 is UNICAST, which it leaves out', '源地址 10.0.0.1 是 UNICAST，正是它排除的'],
  ['-m multiport -p tcp --dports 443,8000:8100', 'destination port 80, not 443,8000:8100', '目的端口是 80，不是 443,8000:8100'],
  ['-m multiport -p tcp --ports 443', 'neither of the ports 1000,80 is 443', '端口 1000,80 都不是 443'],
  [
    '-m recent --rcheck --seconds 10 --name NEVER --mask 255.255.255.255 --rsource',
    '10.0.0.1 is not in the list NEVER (within 10 s)',
    '列表 NEVER 里没有 10.0.0.1（10 秒内）',
  ],
  [
    '-m recent ! --rcheck --name KNOWN --mask 255.255.255.255 --rsource',
    '10.0.0.1 is in the list KNOWN, which it leaves out',
    '10.0.0.1 在它排除的列表 KNOWN 里',
    sight(tcp, { moment: recently }),
  ],
  ['-m physdev --physdev-in veth9', 'the bridge got it from port veth1, not veth9', '网桥从端口 veth1 收到它，不是 veth9', bridged],
  ['-m physdev --physdev-out veth9', 'it does not leave by a bridge port', '它不从网桥端口出去', half],
  ['-m physdev --physdev-is-bridged', 'it is not bridged here (--physdev-is-bridged)', '它在这里没有经过桥接（--physdev-is-bridged）'],
  [
    '-m physdev ! --physdev-is-bridged',
    'its bridge ports veth1 veth2 are what it leaves out (! --physdev-is-bridged)',
    '网桥端口 veth1 veth2 正是它排除的（! --physdev-is-bridged）',
    bridged,
  ],
  ['-p icmp -m icmp --icmp-type 0', 'ICMP type 8/0, not 0', 'ICMP 类型是 8/0，不是 0', sight(ping)],
  ['-p tcp -m tcp --dport 80', 'protocol icmp, not tcp', '协议是 icmp，不是 tcp', sight(ping)],
  ['-s 10.0.0.7/32', 'not an IP packet', '不是 IP 数据包', sight({ headers: [], size: 0 })],
]

test.each(misses.map(([text, en, zh, seen]) => ({ text, en, zh, seen: seen ?? sight(tcp) })))('$text: $en', ({ text, en, zh, seen }) => {
  const rule = ruleOf(`${text} -j ACCEPT`)
  const { parts, why } = judge(rule, seen)
  const [first] = why
  if (!first) throw new Error('no reason')
  expect(sayWhyNot(first, 'en')).toBe(en)
  expect(sayWhyNot(first, 'zh-CN')).toBe(zh)
  expect(first.part).toBe(firstMiss(rule, seen))
  expect(ruleMatches(rule, seen)).toBe('no')
  expect(parts.map((p) => p.text).join(' ')).toBe(printRule('', rule).slice(4))
})

test('a match that is not modelled says so, and is no reason by itself', () => {
  const rule = ruleOf('-m foo --bar 1 -j ACCEPT')
  const { parts, why } = judge(rule, sight(tcp))
  expect(why).toEqual([])
  expect(parts).toEqual([
    { text: '-m foo --bar 1', role: 'condition' },
    { text: '-j ACCEPT', role: 'target' },
  ])
  expect(judge(ruleOf('-s 10.0.0.7/32 -m foo --bar 1 -j ACCEPT'), sight(tcp)).why.map((w) => w.part)).toEqual(['source'])
  for (const lang of langs) expect(sayWhyNot({ part: 'unknown', wanted: '-m foo', found: '' }, lang)).toContain('-m foo')
})

test('the dice of a rule that failed before them were never thrown', () => {
  const rule = ruleOf('-d 10.9.9.9/32 -m statistic --mode random --probability 0.5 -j ACCEPT')
  const luck = { ...hashLuck(1), choose: () => expect.unreachable('thrown') }
  const { parts, why } = judge(rule, sight(tcp, { luck }))
  expect(why.map((w) => w.part)).toEqual(['destination'])
  expect(parts.find((p) => p.text.startsWith('--probability'))).not.toHaveProperty('hit')
})

test('the dice that fell elsewhere say how likely they were', () => {
  const third: Match = { kind: 'statistic', probability: { num: 1n, den: 3n } }
  const [why] = judge({ matches: [third] }, sight(tcp, { luck: { ...hashLuck(1), choose: () => 1 } })).why
  if (!why) throw new Error('no reason')
  expect(sayWhyNot(why, 'en')).toBe('the dice fell elsewhere: 1/3 not taken')
  expect(sayWhyNot(why, 'zh-CN')).toBe('骰子没有落在这里：1/3 未选中')
})

test('asking does not change the lists of addresses', () => {
  const moment = new Moment()
  judge(ruleOf('-m recent --set --name L --mask 255.255.255.255 --rsource -j ACCEPT'), sight(tcp, { moment }))
  expect(moment.recent.get('n L')).toBeUndefined()
})

test('each kind of part has a word in both languages', () => {
  for (const lang of langs) for (const part of ['destination', 'recent', 'dice'] as const) expect(sayAsks(part, lang)).not.toMatch(/\{|^$/)
})
