import { describe, expect, test } from 'vitest'
import { type Little, lab, send, told } from '../../testing/kernel-lab.ts'

/** No match says yes by default, and no target is taken for done: every name that iptables 1.8.9 knows is run, or ends the walk. */

const world = (rules: string, v6 = false): ReturnType<typeof lab> => {
  const node = (name: string, host: number, peer: string): Little => ({
    name,
    kind: 'node',
    links: [{ dev: 'eth0', kind: 'veth', addrs: [`10.0.0.${host}/24`, `fd00::${host}/64`], peer: [peer, 'eth0'] }],
    ...(host === 2 ? { listens: ['tcp 80'], ...(v6 ? { rules6: rules } : { rules }) } : {}),
  })
  return lab([node('a', 1, 'b'), node('b', 2, 'a')])
}
const V4 = 'tcp 10.0.0.1:4000 > 10.0.0.2:80 [S]'
const V6 = 'tcp [fd00::1]:4000 > [fd00::2]:80 [S]'

/** How a SYN ends that has to pass a rule to be let in. */
function ending(words: string, v6: boolean): string {
  const rules = `*filter\n-A INPUT ${words} -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n`
  return told(send(world(rules, v6), 'a', v6 ? V6 : V4).journeys[0]).at(-1) ?? ''
}

const YES = 'delivered to server tcp 80'
const NO = 'dropped: rule'

/** Matches that are run: what they say of a SYN to port 80 that nothing was done to. */
const RUN: readonly (readonly [words: string, says: typeof YES | typeof NO])[] = [
  ['-m addrtype --dst-type LOCAL', YES],
  ['-m addrtype --dst-type UNICAST', NO],
  ['-m comment --comment x', YES],
  ['-m connmark --mark 0x0', YES],
  ['-m connmark --mark 0x1', NO],
  ['-m conntrack --ctstate NEW', YES],
  ['-m conntrack --ctstate INVALID', NO],
  ['-p icmp -m icmp --icmp-type 8', NO],
  ['-m mark --mark 0x0', YES],
  ['-m mark --mark 0x4000/0x4000', NO],
  ['-p tcp -m multiport --dports 22,80', YES],
  ['-p tcp -m multiport --sports 80', NO],
  ['-m physdev --physdev-in eth0', NO],
  ['-m recent --name x --set', YES],
  ['-m recent --name x --rcheck', NO],
  ['-m state --state NEW', YES],
  ['-m statistic --mode random --probability 1', YES],
  ['-m statistic --mode nth --packet 0 --every 2', YES],
  ['-m statistic --mode nth --packet 1 --every 2', NO],
  ['-m rpfilter', YES],
  ['-m rpfilter --validmark --invert', NO],
  ['-p sctp -m sctp --dport 80', NO],
  ['-p tcp -m tcp --dport 80', YES],
  ['-p tcp -m tcp --tcp-flags SYN,ACK ACK', NO],
  ['-p udp -m udp --dport 80', NO],
]

/** Matches and uses of matches that are not: each in a form that iptables takes. */
const KEPT: readonly string[] = [
  '-p ah -m ah --ahspi 1',
  '-m bpf --bytecode "1,6 0 0 0"',
  '-m cgroup --cgroup 1',
  '-m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1',
  '-m connbytes --connbytes 1:2 --connbytes-dir both --connbytes-mode packets',
  '-m connlabel --label 1',
  '-m connlimit --connlimit-above 3',
  '-m conntrack --ctorigdst 10.0.0.2',
  '-m conntrack --ctstatus SEEN_REPLY',
  '-m conntrack --ctdir ORIGINAL',
  '-m conntrack --ctproto 6',
  '-m conntrack --ctexpire 1:9',
  '-m cpu --cpu 0',
  '-p dccp -m dccp --dport 80',
  '-m devgroup --src-group 1',
  '-m dscp --dscp 0x00',
  '-p tcp -m ecn --ecn-tcp-cwr',
  '-p esp -m esp --espspi 1',
  '-m hashlimit --hashlimit-upto 1/sec --hashlimit-name x',
  '-m helper --helper ftp',
  '-p 108 -m ipcomp --ipcompspi 1',
  '-m iprange --src-range 10.0.0.1-10.0.0.9',
  '-m length --length 0:99',
  '-m mac --mac-source 02:00:00:00:00:01',
  '-m nfacct --nfacct-name x',
  '-m osf --genre Linux',
  '-m owner --uid-owner 0',
  '-m pkttype --pkt-type unicast',
  '-m policy --dir in --pol none',
  '-m quota --quota 1',
  '-m rateest --rateest x --rateest-gt --rateest-bps 1',
  '-m realm --realm 1',
  '-m socket',
  '-m string --string x --algo bm',
  '-p tcp -m tcpmss --mss 1:9',
  '-m time --timestart 00:00',
  '-m tos --tos 0x00',
  '-m ttl --ttl-eq 64',
  '-m u32 --u32 "0=0"',
]
const KEPT_V6: readonly string[] = [
  '-m dst --dst-len 1',
  '-m eui64',
  '-m frag --fragid 1',
  '-m hbh --hbh-len 1',
  '-m hl --hl-eq 64',
  '-m ipv6header --header frag --soft',
  '-m mh --mh-type 1',
  '-m rt --rt-type 0',
  '-m srh --srh-next-hdr 1',
]

describe('matches', () => {
  test.each(RUN)('%s: %s', (words, says) => expect(ending(words, false)).toBe(says))

  test.each(RUN.filter(([words]) => !/icmp|^-m comment/.test(words)))('! for %s turns it round', (words, says) => {
    const turned = words.replace(/ (--(?!name|mode)[a-z-]+)(?= (?!.* --(?!probability))|$)/, ' ! $1')
    // what has nothing to look at says no either way: ports of another protocol
    if (turned === words || /^-p (udp|sctp)|--invert/.test(words)) return
    expect(ending(turned, false)).toBe(says === YES ? NO : YES)
  })

  test.each(KEPT)('%s ends the walk', (words) => {
    // after everything that is known of the rule: a protocol that is another makes it pass over
    const other = /^-p (?!tcp)/.test(words)
    expect(ending(words, false)).toMatch(other ? NO : /^unmodelled: iptables -m /)
  })

  test.each(KEPT_V6)('ip6tables %s ends the walk', (words) => expect(ending(words, true)).toMatch(/^unmodelled: iptables -m /))

  test('what is not modelled does not end a walk that a known part keeps away from it', () => {
    expect(ending('-s 10.9.0.0/16 -m length --length 1:9', false)).toBe(NO)
  })
})

/** Targets by table; `goes on`: the rules after it are asked too. */
const TARGETS: readonly (readonly [table: string, chain: string, words: string, says: string])[] = [
  ['filter', 'INPUT', '-j ACCEPT', YES],
  ['filter', 'INPUT', '-j DROP', NO],
  ['filter', 'INPUT', '-j RETURN', YES],
  ['filter', 'INPUT', '-j REJECT', 'rejected: icmp-port-unreachable'],
  ['filter', 'INPUT', '-j LOG --log-prefix x', YES],
  ['filter', 'INPUT', '-j NFLOG --nflog-group 1', YES],
  ['mangle', 'INPUT', '-j MARK --set-mark 1', YES],
  ['mangle', 'INPUT', '-j CONNMARK --save-mark', YES],
  ['mangle', 'INPUT', '-p tcp --syn -j TCPMSS --set-mss 1400', YES],
  ['raw', 'PREROUTING', '-j NOTRACK', YES],
  ['raw', 'PREROUTING', '-j CT --notrack', YES],
  ['nat', 'PREROUTING', '-j DNAT --to-destination 10.0.0.2:80', YES],
  ['nat', 'PREROUTING', '-p tcp -j REDIRECT --to-ports 80', YES],
  ['nat', 'INPUT', '-j SNAT --to-source 10.0.0.1', YES],
]
const KEPT_TARGETS: readonly (readonly [table: string, chain: string, words: string])[] = [
  ['filter', 'INPUT', '-j AUDIT --type accept'],
  ['mangle', 'INPUT', '-j CHECKSUM --checksum-fill'],
  ['mangle', 'INPUT', '-j CLASSIFY --set-class 1:1'],
  ['filter', 'INPUT', '-j CLUSTERIP --new --hashmode sourceip --clustermac 01:00:5e:00:00:01 --total-nodes 2 --local-node 1'],
  ['mangle', 'INPUT', '-j CONNSECMARK --save'],
  ['raw', 'PREROUTING', '-j CT --zone 1'],
  ['raw', 'PREROUTING', '-j CT --helper ftp'],
  ['mangle', 'INPUT', '-j DSCP --set-dscp 1'],
  ['mangle', 'INPUT', '-p tcp -j ECN --ecn-tcp-remove'],
  ['mangle', 'INPUT', '-j HMARK --hmark-tuple src --hmark-mod 2 --hmark-rnd 1'],
  ['filter', 'INPUT', '-j IDLETIMER --timeout 1 --label x'],
  ['filter', 'INPUT', '-j LED --led-trigger-id x'],
  ['nat', 'PREROUTING', '-j NETMAP --to 10.0.0.0/24'],
  ['nat', 'PREROUTING', '-j DNAT --to-destination 10.0.0.2-10.0.0.9'],
  ['nat', 'INPUT', '-j SNAT --to-source 10.0.0.1 --random'],
  ['filter', 'INPUT', '-j NFQUEUE --queue-num 0'],
  ['filter', 'INPUT', '-j RATEEST --rateest-name x --rateest-interval 1s --rateest-ewmalog 1s'],
  ['mangle', 'INPUT', '-j SECMARK --selctx x'],
  ['filter', 'INPUT', '-j SYNPROXY --mss 1460'],
  ['mangle', 'INPUT', '-p tcp -j TCPOPTSTRIP --strip-options wscale'],
  ['mangle', 'INPUT', '-j TEE --gateway 10.0.0.9'],
  ['mangle', 'INPUT', '-j TOS --set-tos 0x10'],
  ['mangle', 'PREROUTING', '-p tcp -j TPROXY --on-port 80'],
  ['raw', 'PREROUTING', '-j TRACE'],
  ['mangle', 'INPUT', '-j TTL --ttl-set 9'],
  ['filter', 'INPUT', '-j ULOG'],
]

describe('targets', () => {
  const endOf = (table: string, chain: string, words: string): string =>
    told(send(world(`*${table}\n-A ${chain} ${words}\nCOMMIT\n`), 'a', V4).journeys[0]).at(-1) ?? ''

  test.each(TARGETS)('%s %s %s: %s', (table, chain, words, says) => expect(endOf(table, chain, words)).toBe(says))
  test.each(KEPT_TARGETS)('%s %s %s ends the walk', (table, chain, words) =>
    expect(endOf(table, chain, words)).toMatch(/^unmodelled: iptables -j /),
  )
})
