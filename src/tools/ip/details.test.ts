import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { applyOps, newNetns } from '../../kernel/apply.ts'
import type { Link, Machines, Netns } from '../../kernel/machine.ts'
import type { Op } from '../../kernel/op.ts'
import { cidr } from '../../net/cidr.ts'
import { ip as address, type Mac } from '../../net/ip.ts'
import { runTool } from '../list.ts'

const RECORDED = readFileSync(new URL('../../testing/captured/tools/iproute2-details.txt', import.meta.url), 'utf8')

const link = (dev: string, kind: Link['kind'], mac: string, mtu: number, addrs: readonly string[], more: Partial<Link> = {}): Op => ({
  do: 'link',
  link: { dev, kind, mac: mac as Mac, mtu, up: true, addrs: addrs.map(cidr), ...more },
})
const VXLAN = { local: address('192.168.10.11'), underlay: 'eth0', flags: ['nolearning'] } as const

/** The namespaces that the recording was made from. */
const node: Netns = applyOps(newNetns('node', 'node'), [
  link('eth0', 'veth', '52:54:00:00:0a:0b', 1500, ['192.168.10.11/24'], { peer: ['h6b', 'e1'] }),
  link('flannel.1', 'vxlan', '7e:11:11:11:11:11', 1450, ['10.244.1.0/32'], { ...VXLAN, vni: 1, dstport: 8472 }),
  link('cilium_vxlan', 'vxlan', '02:00:00:00:00:05', 1500, [], { underlay: 'eth0', dstport: 8473, flags: ['external', 'nolearning'] }),
  link('cni0', 'bridge', 'f6:90:8a:48:5e:7a', 1450, ['10.244.1.1/24']),
  link('veth29d15602', 'veth', '3a:14:4b:db:f9:22', 1450, [], { master: 'cni0', hairpin: true, peer: ['h6p', 'eth0'] }),
])
const pod = applyOps(newNetns('h6p', 'client'), [link('eth0', 'veth', 'da:44:f9:25:77:92', 1450, [], { peer: ['node', 'veth29d15602'] })])
const other = applyOps(newNetns('h6b', 'client'), [link('e1', 'veth', '02:00:00:00:00:02', 1500, [], { peer: ['node', 'eth0'] })])
const all = [node, pod, other]
const machines: Machines = { names: all.map((n) => n.name), netns: (name) => all.find((n) => n.name === name), wires: [] }
const run = (netns: Netns, command: string): readonly string[] => {
  const { stdout, stderr } = runTool(
    { netns, machines, counters: () => ({ packets: 0, bytes: 0 }), conntrack: [], now: 0 },
    command.split(' '),
  )
  return [...stdout, ...stderr]
}

/** Timers run, queues are as many as processors, what a device offloads is its driver's, and link-local addresses come by themselves. */
const steady = (line: string): string =>
  line
    .replace(/timer +\d+\.\d\d/g, 'timer 0.00')
    .replace(/(numtxqueues|numrxqueues) \d+/g, '$1 1')
    .replace(/tso_max_size \d+/, 'tso_max_size 524280')
    .replace('@if2', '@if1')

test.each(
  RECORDED.split(/^\$ /m)
    .slice(1)
    .map((block) => block.trimEnd().split('\n')),
)('%s', (command = '', ...lines) => {
  const wanted = lines.filter((line, i) => !line.includes('inet6 fe80') && !lines[i - 1]?.includes('inet6 fe80'))
  const seen = run(node, command).filter((line) => !/inet6/.test(line))
  expect(
    seen.map((line) =>
      steady(line)
        .trimEnd()
        .replace(/@if\d+/, '@if1'),
    ),
  ).toEqual(wanted.map((line) => steady(line).trimEnd()))
})

test("IPIP: the kernel's own device, and one that somebody added", () => {
  const more = applyOps(node, [
    link('tunl0', 'ipip', '00:00:00:00:00:00', 1480, []),
    link('flannel.ipip', 'ipip', '00:00:00:00:00:00', 1480, [], { local: address('192.168.10.11') }),
  ])
  expect(
    run(more, 'ip -d link show tunl0')
      .slice(1)
      .map((line) => line.slice(0, 90)),
  ).toEqual([
    '    link/ipip 0.0.0.0 brd 0.0.0.0 promiscuity 0  allmulti 0 minmtu 0 maxmtu 0 ',
    '    ipip any remote any local any ttl inherit nopmtudisc addrgenmode eui64 numtxqueues 1 n',
  ])
  expect(run(more, 'ip -d link show flannel.ipip').join()).toContain('ipip ipip remote any local 192.168.10.11 ttl inherit nopmtudisc')
})

test('what -d adds to routes and neighbours is not modelled', () => {
  expect(run(node, 'ip -d route')).toEqual(['packetwalk: ip: -d route: not modelled'])
})

test('bridge -d link: the settings of a port, as recorded', () => {
  const recorded = readFileSync(new URL('../../testing/captured/dumps/flannel-node/bridge-link.txt', import.meta.url), 'utf8')
  expect(run(node, 'bridge -d link')[1]).toBe(recorded.split('\n')[1])
  expect(run(node, 'bridge link')).toHaveLength(1)
})

test('a port of an Open vSwitch datapath is no port of a bridge', () => {
  const ovs = applyOps(newNetns('w', 'node'), [
    link('datapath', 'openvswitch', '02:00:00:00:00:07', 1376, [], { datapath: { flows: [] } } as unknown as Partial<Link>),
    link('vxlan-6784', 'vxlan', '02:00:00:00:00:08', 65535, [], { dstport: 6784, flags: ['external', 'nolearning'], master: 'datapath' }),
  ])
  const lines = run(ovs, 'ip -d link show vxlan-6784')
  expect(lines[1]).toContain('promiscuity 1  allmulti 0 ')
  expect(lines[3]).toMatch(/^ {4}openvswitch_slave addrgenmode /)
})
