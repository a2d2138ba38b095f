import { describe, expect, test } from 'vitest'
import { lab, send, told } from '../../testing/kernel-lab.ts'
import type { Machines, Netns } from '../machine.ts'
import { parseNft } from './parse.ts'
import { emptyNft, withNft } from './ruleset.ts'

/** No expression says yes by default: every keyword that nft 1.0.6 knows is run, or ends the walk. */

function ending(rule: string, chain = 'type filter hook input priority filter; policy drop;'): string {
  const machines = lab([
    { name: 'a', kind: 'node', links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.0.1/24'], peer: ['b', 'eth0'] }] },
    { name: 'b', kind: 'node', links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.0.2/24'], peer: ['a', 'eth0'] }], listens: ['tcp 80'] },
  ])
  const { commands } = parseNft(`table inet t {\n chain c {\n  ${chain}\n  ${rule}\n }\n}\n`, 'b')
  const b: Netns = { ...(machines.netns('b') as Netns), nft: withNft(emptyNft(), commands) }
  const with_: Machines = { ...machines, netns: (name) => (name === 'b' ? b : machines.netns(name)) }
  return told(send(with_, 'a', 'tcp 10.0.0.1:4000 > 10.0.0.2:80 [S]').journeys[0]).at(-1) ?? ''
}

/** Expressions that are not modelled, each in front of `accept`: the packet must not get in by them. */
const KEPT: readonly string[] = [
  'ah spi 1',
  'arp operation request',
  'bridge',
  'cgroup',
  'comp cpi 1',
  'ct avgpkt > 1',
  'ct bytes > 1',
  'ct count over 5',
  'ct event set new',
  'ct expiration 30s',
  'ct helper set "ftp-standard"',
  'ct id 1',
  'ct label foo',
  'ct original ip saddr 10.0.0.1',
  'ct original saddr 10.0.0.1',
  'ct packets > 1',
  'ct proto-src 80',
  'ct reply ip saddr 10.0.0.2',
  'ct zone 1',
  'dccp dport 80',
  'dst nexthdr 0',
  'dup to 10.0.0.9',
  'dynset',
  'ether saddr 02:00:00:00:00:01',
  'ether type ip',
  'exthdr hbh exists',
  'fib saddr oif != 0',
  'fib daddr . iif type local',
  'fib saddr . iif oif missing',
  'flow add @f',
  'frag more-fragments 1',
  'fwd to eth0',
  'gre protocol ip',
  'hbh nexthdr 1',
  'igmp type membership-query',
  'ip checksum 1',
  'ip dscp cs1',
  'ip ecn ce',
  'ip frag-off 0',
  'ip hdrlength 5',
  'ip id 1',
  'ip option lsrr exists',
  'ip version 4',
  'ip6 flowlabel 1',
  'ip6 length 1',
  'ip6 version 6',
  'ipsec in reqid 1',
  'jhash ip saddr mod 2 vmap { 0 : accept, 1 : accept }',
  'l2tp cookie 1',
  'last used never',
  'limit name "l"',
  'limit rate 1/second burst 1 kbytes',
  'meta cgroup 1',
  'meta cpu 0',
  'meta day "Monday"',
  'meta hour "00:00"-"23:59"',
  'meta ibrname "br0"',
  'meta iifgroup 0',
  'meta iifkind "veth"',
  'meta iiftype ether',
  'meta nftrace 1',
  'meta oiftype ether',
  'meta pkttype host',
  'meta priority 0',
  'meta random < 2147483648',
  'meta rtclassid 1',
  'meta secpath missing',
  'meta skgid 0',
  'meta skuid 0',
  'meta time < "2100-01-01"',
  'mh nexthdr 1',
  'mptcp',
  'objref',
  'osf name "Linux"',
  'queue num 0',
  'quota over 1 bytes',
  'quota 1000 bytes',
  'rt classid 1',
  'rt nexthop 10.0.0.1',
  'rt mtu 1500',
  'sctp chunk data exists',
  'secmark set "x"',
  'socket transparent 1',
  'srh last-entry 1',
  'symhash mod 2 vmap { 0 : accept, 1 : accept }',
  'synproxy mss 1460',
  'tcp ackseq 0',
  'tcp checksum 1',
  'tcp doff 5',
  'tcp option maxseg size 1460',
  'tcp option maxseg size set 1400',
  'tcp sequence 0',
  'tcp urgptr 0',
  'tcp window > 0',
  'th doff 5',
  'tproxy to :80',
  'tunnel path 1',
  'udp checksum 1',
  'udplite dport 80',
  'vlan id 1',
  'xt match "recent"',
  'xt target "LOG"',
  '@th,16,16 80',
  '@nh,96,32 0x0a000001',
  '@ll,0,48 0',
]

/** Some are run. Each with what it says of this SYN. */
const RUN: readonly (readonly [rule: string, lets: boolean])[] = [
  ['ip saddr 10.0.0.1', true],
  ['ip saddr 10.0.0.9', false],
  ['ip protocol tcp', true],
  ['ip ttl 64', true],
  ['ip length > 9999', false],
  ['ip6 saddr fd00::1', false],
  ['tcp dport 80', true],
  ['tcp flags syn', true],
  ['udp dport 80', false],
  ['sctp dport 80', false],
  ['th dport 80', true],
  ['icmp type echo-request', false],
  ['icmpv6 type nd-neighbor-solicit', false],
  ['meta l4proto tcp', true],
  ['meta nfproto ipv4', true],
  ['meta protocol ip', true],
  ['meta mark 0x1', false],
  ['mark 0x0', true],
  ['iifname "eth0"', true],
  ['iif "eth0"', true],
  ['oifname "eth0"', false],
  ['ct state new', true],
  ['ct state established', false],
  ['ct status dnat', false],
  ['ct mark 0x0', true],
  ['ct direction original', true],
  ['fib daddr type local', true],
  ['fib saddr type local', false],
  ['counter', true],
  ['log prefix "x"', true],
  ['meta mark set 0x1', true],
  ['ct mark set 0x1', true],
  ['numgen random mod 1 vmap { 0 : accept }', true],
  ['numgen inc mod 2 vmap { 0 : accept }', true],
  ['numgen inc mod 2 vmap { 1 : accept }', false],
]

describe('expressions', () => {
  test.each(KEPT)('%s: the packet does not get in', (rule) => expect(ending(`${rule} accept`)).not.toMatch(/^delivered/))
  test.each(KEPT)('%s: and no rule behind it is asked', (rule) => expect(ending(`${rule} accept\n  accept`)).toMatch(/^unmodelled: nft /))
  test.each(RUN)('%s: %s', (rule, lets) =>
    expect(ending(rule.includes('vmap') ? rule : `${rule} accept`)).toBe(lets ? 'delivered to server tcp 80' : 'dropped: policy'),
  )
})

describe('base chains where packets are not shown to nft here', () => {
  test.each([
    ['type filter hook ingress device "eth0" priority 0; policy accept;', 'drop', /^unmodelled: nft inet t c$/],
    ['type filter hook ingress device "eth0" priority 0; policy drop;', '', /^unmodelled: nft inet t c$/],
    ['type filter hook ingress device "eth9" priority 0; policy accept;', 'drop', /^delivered/],
    ['type filter hook ingress device "eth0" priority 0; policy accept;', '', /^delivered/],
    ['type filter hook egress device "eth0" priority 0; policy drop;', '', /^delivered/],
  ])('%s %s', (chain, rule, ends) => expect(ending(rule, chain)).toMatch(ends))
})
