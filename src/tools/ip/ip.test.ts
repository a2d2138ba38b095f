import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { applyOps, newNetns } from '../../kernel/apply.ts'
import type { Link, Machines, Netns } from '../../kernel/machine.ts'
import type { Op } from '../../kernel/op.ts'
import { cidr } from '../../net/cidr.ts'
import { ip as address, type Mac } from '../../net/ip.ts'
import { runTool } from '../list.ts'
import type { ToolContext } from '../tool.ts'

const RECORDED = new URL('../../testing/captured/tools/iproute2.txt', import.meta.url)

function link(dev: string, kind: Link['kind'], mac: string, mtu: number, addrs: readonly string[], more: Partial<Link> = {}): Op {
  return { do: 'link', link: { dev, kind, mac: mac as Mac, mtu, up: true, addrs: addrs.map(cidr), ...more } }
}
const route = (dst: string, more: Partial<Extract<Op, { do: 'route' }>['route']>): Op => ({
  do: 'route',
  route: { dst: cidr(dst), ...more },
})
const neigh = (ip: string, dev: string, mac: string): Op => ({
  do: 'neigh',
  neigh: { address: address(ip), dev, mac: mac as Mac, state: 'PERMANENT' },
})

/** The namespaces that the recording was made from. */
const node: Netns = applyOps(newNetns('node', 'node'), [
  link('eth0', 'veth', '52:54:00:00:0a:0b', 1500, ['192.168.10.11/24', '192.168.10.99/24', 'fd00:10::11/64'], { peer: ['p1', 'up0'] }),
  link('flannel.1', 'vxlan', '7e:11:11:11:11:11', 1450, ['10.244.1.0/32'], { vni: 1, flags: ['nolearning'] }),
  link('cni0', 'bridge', 'f6:90:8a:48:5e:7a', 1450, ['10.244.1.1/24']),
  link('veth29d15602', 'veth', '3a:14:4b:db:f9:22', 1450, [], { master: 'cni0', hairpin: true, peer: ['default/web', 'eth0'] }),
  link('brempty', 'bridge', '4a:ae:84:a9:0f:75', 1500, ['10.9.0.1/24']),
  link('brdown', 'bridge', '4a:ae:84:a9:0f:76', 1500, [], { up: false }),
  route('0.0.0.0/0', { via: address('192.168.10.1') }),
  { do: 'fdb', fdb: { mac: '7e:22:22:22:22:22' as Mac, dev: 'flannel.1', dst: address('192.168.10.12'), flags: ['self', 'permanent'] } },
  route('10.244.2.0/24', { via: address('10.244.2.0'), dev: 'flannel.1', onlink: true }),
  route('10.99.0.0/24', { type: 'blackhole' }),
  route('10.98.0.0/24', { type: 'unreachable', metric: 5 }),
  route('10.97.0.0/24', { type: 'prohibit', protocol: 'bird' }),
  route('10.95.0.0/24', { via: address('192.168.10.12'), protocol: 'static', metric: 100, mtu: 1400, src: address('192.168.10.11') }),
  route('10.95.0.0/16', { via: address('192.168.10.12') }),
  route('fd00:10:244:2::/64', { via: address('fd00:10::12') }),
  route('::/0', { via: address('fd00:10::1') }),
  route('fd00:99::/64', { type: 'blackhole' }),
  route('fd00:10:244::/48', { via: address('fd00:10::13') }),
  neigh('192.168.10.12', 'eth0', '52:54:00:00:0a:0c'),
  neigh('10.244.2.0', 'flannel.1', '7e:22:22:22:22:22'),
  neigh('fd00:10::12', 'eth0', '52:54:00:00:0a:0c'),
])
const pod: Netns = applyOps(newNetns('default/web', 'pod'), [
  link('eth0', 'veth', 'da:44:f9:25:77:92', 1450, ['10.244.1.2/24'], { peer: ['node', 'veth29d15602'] }),
  route('0.0.0.0/0', { via: address('10.244.1.1') }),
  route('10.244.0.0/16', { via: address('10.244.1.1') }),
])
const other: Netns = applyOps(newNetns('p1', 'client'), [
  link('dum0', 'bridge', '02:00:00:00:00:01', 1500, []),
  link('up0', 'veth', '02:00:00:00:00:02', 1500, [], { peer: ['node', 'eth0'] }),
])
const all = [node, pod, other]
const machines: Machines = { names: all.map((n) => n.name), netns: (name) => all.find((n) => n.name === name), wires: [] }
const context = (netns: Netns): ToolContext => ({ netns, machines, counters: () => ({ packets: 0, bytes: 0 }), conntrack: [], now: 0 })

function run(netns: Netns, command: string): readonly string[] {
  const { stdout, stderr } = runTool(context(netns), command.split(' '))
  // the runtime's name of a pod's namespace is made up: 8-4-4-4-12 hex digits
  return [...stdout, ...stderr].map((l) => l.replace(/link-netns cni-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'link-netns cni-aaaa'))
}

/** Commands and what they printed. The route of multicast that a kernel makes by itself is not modelled. */
function recorded(part: string): readonly (readonly [command: string, lines: readonly string[]])[] {
  return part
    .split(/^\$ /m)
    .slice(1)
    .map((block) => {
      const [command = '', ...lines] = block.replace(/\n$/, '').split('\n')
      return [command, lines.filter((l) => !/^multicast ff00::/.test(l))] as const
    })
}

const [nodePart = '', podPart = ''] = readFileSync(RECORDED, 'utf8').split('### pod\n')

describe('as recorded on a node', () => {
  test.each(recorded(nodePart))('%s', (command, lines) => {
    // the neighbour table is a hash table: its order is luck; here eth0 got its address before it was up, so that group comes earlier
    const sorted = command.startsWith('ip neigh') || command === 'bridge fdb show'
    const inOrder = (all: readonly string[]) => (sorted ? [...all].sort() : all)
    expect(inOrder(run(node, command))).toEqual(inOrder(lines))
  })
})

describe('as recorded in a pod', () => {
  test.each(recorded(podPart))('%s', (command, lines) => {
    expect(run(pod, command)).toEqual(lines)
  })
})

test('a device whose other end is down has no carrier', () => {
  const cut = { ...other, links: other.links.map((l) => ({ ...l, up: l.dev !== 'up0' })) }
  const ctx = { ...context(node), machines: { ...machines, netns: (name: string) => (name === 'p1' ? cut : machines.netns(name)) } }
  expect([...runTool(ctx, ['ip', 'link', 'show', 'eth0']).stdout][0]).toContain(
    '<NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state LOWERLAYERDOWN',
  )
})

test('tunnels, dummies and failed neighbours', () => {
  const more = applyOps(node, [
    link('kube-ipvs0', 'dummy', '02:00:00:00:00:09', 1500, ['10.96.40.40/32'], { up: false }),
    link('tunl0', 'ipip', '02:00:00:00:00:0a', 1480, []),
    { do: 'neigh', neigh: { address: address('192.168.10.77'), dev: 'eth0', state: 'FAILED' } },
  ])
  expect(run(more, 'ip addr show kube-ipvs0')[0]).toBe(
    '8: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default qlen 1000',
  )
  expect(run(more, 'ip link show tunl0')).toEqual([
    '9: tunl0@NONE: <NOARP,UP,LOWER_UP> mtu 1480 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000',
    '    link/ipip 0.0.0.0 brd 0.0.0.0',
  ])
  expect(run(more, 'ip neigh show dev eth0')).toContain('192.168.10.77 FAILED ')
})

test('a pod knows its gateway, not the other machines of the segment; neighbours of IPv4 come first', () => {
  expect(run(pod, 'ip neigh')).toEqual(['10.244.1.1 dev eth0 lladdr f6:90:8a:48:5e:7a REACHABLE '])
  expect(run(node, 'ip neigh').at(-1)).toMatch(/^fd00:/)
})

test('groups of multicast: none of IPv6 where it is off, one for all addresses that end alike', () => {
  const more = applyOps(node, [link('eth9', 'veth', '02:00:00:00:00:09', 1500, ['fd00::1:a/64', 'fd01::1:a/64'], { peer: ['p1', 'up0'] })])
  const told = ['33:33:00:00:00:01', '01:00:5e:00:00:01', '33:33:ff:01:00:0a'].map((mac) => `${mac} self permanent`)
  expect(run(more, 'bridge fdb show dev eth9')).toEqual(told)
  const off = applyOps(more, [{ do: 'sysctl', name: 'net/ipv6/conf/all/disable_ipv6', value: 1 }])
  expect(run(off, 'bridge fdb show dev eth9')).toEqual(['01:00:5e:00:00:01 self permanent'])
})

test('learned entries end in a blank', () => {
  const learned = applyOps(node, [{ do: 'fdb', fdb: { mac: 'da:44:f9:25:77:92' as Mac, dev: 'veth29d15602', flags: ['master', 'cni0'] } }])
  expect(run(learned, 'bridge fdb show br cni0')).toContain('da:44:f9:25:77:92 dev veth29d15602 master cni0 ')
})

test.each([
  ['ip -o addr', 2, 'packetwalk: ip: -o: not modelled'],
  ['ip route add 10.0.0.0/8 dev eth0', 2, 'packetwalk: ip: route add: not modelled'],
  ['ip --foo', 255, 'Option "-foo" is unknown, try "ip -help".'],
  ['ip route get 9.9.9.9.9', 1, 'Error: any valid prefix is expected rather than "9.9.9.9.9".'],
  ['ip route get 10.99.0.1', 2, 'RTNETLINK answers: Invalid argument'],
  ['ip route show table nosuch', 255, 'Error: argument "nosuch" is wrong: table id value is invalid'],
  ['bridge frob', 255, 'Object "frob" is unknown, try "bridge help".'],
  ['cat /etc/nosuch', 1, 'cat: /etc/nosuch: No such file or directory'],
  ['cat /run/flannel/subnet.env', 2, 'packetwalk: cat: /run/flannel/subnet.env: not modelled'],
  [
    'ss -lnt',
    2,
    'packetwalk: ss: no such tool here; known are iptables-save, ip6tables-save, iptables, ip6tables, ip, bridge, conntrack, nft, ipset, ipvsadm, cat, env, kubectl, calicoctl, cilium, cilium-dbg',
  ],
])('refused: %s', (command, code, text) => {
  const { code: got, stdout, stderr } = runTool(context(node), command.split(' '))
  expect([got, [...stdout], stderr[0]]).toEqual([code, [], text])
})

test('files are printed as they are', () => {
  const netns = { ...pod, files: { '/etc/resolv.conf': 'search default.svc.cluster.local\nnameserver 10.96.0.10\n' } }
  expect(run(netns, 'cat /etc/resolv.conf')).toEqual(['search default.svc.cluster.local', 'nameserver 10.96.0.10'])
  expect(run(netns, 'cat /proc/sys/net/ipv4/ip_default_ttl')).toEqual(['64'])
})
