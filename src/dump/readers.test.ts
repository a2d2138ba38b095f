import { expect, test } from 'vitest'
import { newNetns } from '../kernel/apply.ts'
import { conntrackOf } from './conntrack.ts'
import { kindOf, looksLikeDump } from './kind.ts'
import { rowAsRule } from './listing-row.ts'
import { withRules } from './merge-sets.ts'
import { readDump } from './read.ts'
import { serversOf, setsOf } from './sets.ts'
import { fdbOf, neighbourOf, neighbourOfArp, sysctlOf } from './small.ts'

test.each<[string, string]>([
  ['*nat', 'iptables-save'],
  [':KUBE-SEP-1 - [0:0]', 'iptables-save'],
  ['[7:520] -A PREROUTING -j X', 'iptables-save'],
  ['Chain INPUT (policy ACCEPT 0 packets, 0 bytes)', 'iptables -L'],
  ['table inet filter {', 'nft'],
  ['create KUBE-CLUSTER-IP hash:ip,port family inet', 'ipset save'],
  ['Name: KUBE-CLUSTER-IP', 'ipset list'],
  ['IP Virtual Server version 1.2.1 (size=4096)', 'ipvsadm -Ln'],
  ['-A -t 10.96.0.1:443 -s rr', 'ipvsadm -Sn'],
  ['-a -t 10.96.0.1:443 -r 10.0.0.1:6443 -m -w 1', 'ipvsadm -Sn'],
  ['2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP', 'ip link'],
  ['5: veth1@eth0: <BROADCAST,UP> mtu 8951 master cni0 state forwarding priority 32 cost 2', 'bridge link'],
  ['0:\tfrom all lookup local', 'ip rule'],
  ['default via 10.0.2.2 dev enp0s3', 'ip route'],
  ['10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1', 'ip route'],
  ['blackhole 10.244.166.128/26 proto bird', 'ip route'],
  ['unreachable fd00::/8 dev lo metric 1024 pref medium', 'ip route'],
  ['10.244.2.0 dev flannel.1 lladdr 7e:22:22:22:22:22 PERMANENT', 'ip neigh'],
  ['10.244.1.99 dev eth0 FAILED', 'ip neigh'],
  ['7e:22:22:22:22:22 dev flannel.1 dst 192.168.10.12 self permanent', 'bridge fdb'],
  ['udp      17 26 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2', 'conntrack -L'],
  ['ipv4     2 tcp      6 3 CLOSE src=10.0.0.1 dst=10.0.0.2', 'conntrack -L'],
  ['net.ipv4.ip_forward = 1', 'sysctl'],
  ['root@node:~# iptables -t nat -S', 'command'],
  ['/ # iptables -t nat -nvL', 'command'],
  ['我把规则贴在下面', 'prose'],
  ['', 'nothing'],
])('%s', (line, kind) => {
  expect(kindOf(line, undefined)).toBe(kind)
})

test('manifests are no dumps', () => {
  expect(looksLikeDump('kind: Pod\napiVersion: v1\ndata:\n  x: |\n    *nat\n')).toBe(false)
  expect(looksLikeDump('hello\n*nat\n')).toBe(true)
  expect(looksLikeDump('name: x\n- a\n')).toBe(false)
})

const verbose = { family: 4, listing: { interfaces: true } } as const
const short = { family: 4, listing: { interfaces: false } } as const

test.each<[string, Parameters<typeof rowAsRule>[2], string]>([
  [
    '    5   300 KUBE-SVC-1  6    --  *      *       0.0.0.0/0            10.96.40.40          /* shop/frontend:http cluster IP */ tcp dpt:80',
    verbose,
    '-A C -d 10.96.40.40 -p 6 -m comment --comment "shop/frontend:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-1',
  ],
  [
    '    2   120 MARK       0    --  *      *       0.0.0.0/0            0.0.0.0/0            MARK or 0x4000',
    verbose,
    '-A C -j MARK --or-mark 0x4000',
  ],
  [
    '    2   120 DNAT       6    --  *      *       0.0.0.0/0            0.0.0.0/0            tcp to:10.244.2.60:8080',
    verbose,
    '-A C -p 6 -j DNAT --to-destination 10.244.2.60:8080',
  ],
  ['    0     0 DROP       0    --  *      weave   0.0.0.0/0            0.0.0.0/0           ', verbose, '-A C -o weave -j DROP'],
  [
    '    1    60            0    --  *      *       0.0.0.0/0            0.0.0.0/0            /* only counted */',
    verbose,
    '-A C -m comment --comment "only counted"',
  ],
  [
    '    0     0 DROP       all  --  *      *      !127.0.0.0/8          127.0.0.0/8          ! ctstate RELATED,ESTABLISHED,DNAT',
    verbose,
    '-A C ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
  ],
  [
    '    0     0 ACCEPT     6    --  !cni+  *       0.0.0.0/0            0.0.0.0/0            multiport dports 80,443',
    verbose,
    '-A C ! -i cni+ -p 6 -m multiport --dports 80,443 -j ACCEPT',
  ],
  [
    '    6   460 RETURN     0    --  *      *       0.0.0.0/0            0.0.0.0/0            mark match ! 0x4000/0x4000',
    verbose,
    '-A C -m mark ! --mark 0x4000/0x4000 -j RETURN',
  ],
  [
    '    0     0 X          0    --  *      *       0.0.0.0/0            0.0.0.0/0            [goto]  ADDRTYPE match dst-type !LOCAL',
    verbose,
    '-A C -m addrtype ! --dst-type LOCAL -g X',
  ],
  ['KUBE-MARK-MASQ  all  --  anywhere  anywhere', short, '-A C -m interface-not-shown --list-without-v -j KUBE-MARK-MASQ'],
  [
    'REJECT tcp -- anywhere db.example.org tcp dpt:http reject-with icmp-port-unreachable',
    short,
    '-A C -m host-name --destination-name db.example.org -p tcp -m tcp --dport http -m interface-not-shown --list-without-v -j REJECT --reject-with icmp-port-unreachable',
  ],
])('a row of a listing is the rule that it shows: %s', (row, columns, rule) => {
  expect(rowAsRule(row, 'C', columns)).toBe(rule)
})

test('kube-proxy writes no interfaces, so a listing without -v hides none of its own', () => {
  expect(rowAsRule('KUBE-SEP-1  all  --  anywhere  anywhere', 'KUBE-SVC-1', short)).toBe('-A KUBE-SVC-1 -j KUBE-SEP-1')
})

test('neighbours, FDB, sysctls', () => {
  expect(neighbourOf('10.0.0.1 dev eth0 lladdr AA:bb:cc:dd:ee:ff router STALE')).toEqual({
    address: '10.0.0.1',
    dev: 'eth0',
    mac: 'aa:bb:cc:dd:ee:ff',
    state: 'STALE',
  })
  expect(neighbourOf('10.0.0.9 dev eth0  FAILED')).toEqual({ address: '10.0.0.9', dev: 'eth0', state: 'FAILED' })
  expect(neighbourOfArp('172.31.0.1   ether   0a:00:00:00:00:01   CM   eni1')).toEqual({
    address: '172.31.0.1',
    dev: 'eni1',
    mac: '0a:00:00:00:00:01',
    state: 'PERMANENT',
  })
  expect(fdbOf('7e:22:22:22:22:22 dev flannel.1 dst 192.168.10.12 self permanent')).toEqual({
    mac: '7e:22:22:22:22:22',
    dev: 'flannel.1',
    dst: '192.168.10.12',
    flags: ['self', 'permanent'],
  })
  expect(fdbOf('16:65:5b:09:87:be dev veth1 master cni0')).toEqual({ mac: '16:65:5b:09:87:be', dev: 'veth1', flags: ['master', 'cni0'] })
  expect(sysctlOf('net.ipv4.conf.eth0/1.rp_filter = 2')).toEqual({ name: 'net/ipv4/conf/eth0.1/rp_filter', value: 2 })
})

test('a connection of conntrack -L', () => {
  const line =
    'tcp      6 431995 ESTABLISHED src=10.244.1.61 dst=10.96.40.40 sport=34050 dport=80 src=10.244.2.60 dst=10.244.1.61 sport=8080 dport=34050 [ASSURED] mark=0 use=1'
  expect(conntrackOf(line, 3)).toMatchObject({
    tcp: 'ESTABLISHED',
    timeout: 431995,
    assured: true,
    unreplied: false,
    orig: { dst: '10.96.40.40', dport: 80 },
    reply: { src: '10.244.2.60', sport: 8080 },
  })
  expect(
    conntrackOf(
      'icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=7 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=7 mark=0 use=1',
      1,
    ),
  ).toMatchObject({ orig: { type: 8, sport: 7 }, reply: { type: 0 }, unreplied: true })
  expect(conntrackOf('gre 47 29 src=10.0.0.1 dst=10.0.0.2', 1)).toBeUndefined()
})

const ROUTES = `default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.5 metric 100
10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5 metric 100
10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink
172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1 linkdown
blackhole 10.244.166.128/26 proto bird
fd00::/64 dev eth0 proto kernel metric 256 pref medium
local 10.0.0.5 dev eth0 table local proto kernel scope host src 10.0.0.5
10.9.0.0/16 encap mpls 100 via 10.0.0.2 dev eth0
`

test('routes: what a packet does not notice is passed over, what it would is said', () => {
  const d = readDump(ROUTES, 'd.txt')
  expect(d.routes?.list.map((r) => [r.line, r.route.dst, r.route.table])).toEqual([
    [1, '0.0.0.0/0', 'main'],
    [2, '10.0.0.0/24', 'main'],
    [3, '10.244.2.0/24', 'main'],
    [4, '172.17.0.0/16', 'main'],
    [5, '10.244.166.128/26', 'main'],
    [6, 'fd00::/64', 'main'],
    [7, '10.0.0.5/32', 'local'],
  ])
  expect(d.problems).toMatchObject([{ code: 'dump-word', params: { word: 'encap' }, where: { line: 8 } }])
})

test('interfaces of ip -d addr', () => {
  const text = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
4: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN
    link/ether be:e5:a7:00:c2:e4 brd ff:ff:ff:ff:ff:ff promiscuity 0
    vxlan id 1 local 192.168.10.11 dev eth0 srcport 0 0 dstport 8472 nolearning ttl auto ageing 300
    inet 10.244.0.0/32 scope global flannel.1
5: veth1@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue master cni0 state UP
    link/ether be:1c:a8:30:91:db brd ff:ff:ff:ff:ff:ff
    veth
    bridge_slave state forwarding priority 32 cost 2 hairpin on guard off isolated off
9: eth1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN
`
  const d = readDump(text, 'd.txt')
  expect(d.links?.links).toMatchObject([
    { dev: 'lo', kind: 'loopback', addrs: ['127.0.0.1/8'] },
    { dev: 'flannel.1', kind: 'vxlan', vni: 1, local: '192.168.10.11', underlay: 'eth0', dstport: 8472, flags: ['nolearning'] },
    { dev: 'veth1', kind: 'veth', master: 'cni0', hairpin: true, isolated: false, mtu: 1450 },
    { dev: 'eth1', up: false },
  ])
  expect(d.problems).toEqual([])
})

const LISTED = `Name: KUBE-CLUSTER-IP
Type: hash:ip,port
Revision: 5
Header: family inet hashsize 1024 maxelem 65536
Size in memory: 408
References: 2
Number of entries: 1
Members:
10.97.60.103,6:80

IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.97.60.103:80 rr persistent 10800
  -> 172.18.0.4:8000              Masq    1      0          0
  -> 172.18.0.5:8000              Masq    0      0          0
UDP  10.97.0.10:53 mh (mh-port)
`

test('ipset list and ipvsadm -Ln, as their save forms', () => {
  const d = readDump(LISTED, 'd.txt')
  expect(d.problems).toEqual([])
  const sets = setsOf(d, (line) => line)
  expect(sets?.commands).toMatchObject([
    { do: 'create', head: { name: 'KUBE-CLUSTER-IP', type: 'hash:ip,port', because: 4 } },
    { do: 'add', set: 'KUBE-CLUSTER-IP', entries: [{ values: ['10.97.60.103', 'tcp:80'], because: 9 }] },
  ])
  expect(serversOf(d, (line) => line)?.commands).toMatchObject([
    { do: 'add-service', service: { scheduler: 'rr', persistent: 10800, because: 14 } },
    { do: 'add-server', dest: { address: '172.18.0.4', port: 8000, forward: 'masq', weight: 1, because: 15 } },
    { do: 'add-server', dest: { weight: 0, because: 16 } },
    { do: 'add-service', service: { name: { proto: 'udp' }, scheduler: 'mh', flags: ['mh-port'] } },
  ])
  expect(d.servers.map((t) => `${t.address}:${t.port} ${t.line}`)).toEqual(['172.18.0.4:8000 15', '172.18.0.5:8000 16'])
})

test('the save forms themselves', () => {
  const d = readDump(
    'create a hash:ip family inet\nadd a 10.0.0.1\n-A -t 10.0.0.9:80 -s wrr\n-a -t 10.0.0.9:80 -r 10.0.0.1:80 -m -w 3\n',
    'd.txt',
  )
  expect(d.problems).toEqual([])
  expect([setsOf(d)?.commands.length, serversOf(d)?.commands.length]).toEqual([2, 2])
})

test('a set that rules ask for and that no output has', () => {
  const d = readDump('*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m set --match-set gone src -j DROP\nCOMMIT\n', 'd.txt')
  expect(d.problems).toMatchObject([{ code: 'dump-no-set', params: { set: 'gone' }, where: { line: 3 } }])
})

test('policy rules', () => {
  const d = readDump(
    '0:\tfrom all lookup local\n1000:\tfrom 10.1.0.5 lookup 100\n32766:\tfrom all lookup main\n9:\tfrom all uidrange 0-9 lookup 7\n',
    'd.txt',
  )
  expect(d.problems).toMatchObject([{ code: 'dump-word', params: { tool: 'ip rule', word: 'uidrange' } }])
  const netns = withRules(newNetns('n', 'node'), d, (line) => line)
  expect(netns.ipRules?.filter((r) => r.family === 4)).toMatchObject([
    { priority: 0, table: 'local' },
    { priority: 1000, from: '10.1.0.5/32', table: '100', because: 2 },
    { priority: 32766, table: 'main' },
  ])
})
