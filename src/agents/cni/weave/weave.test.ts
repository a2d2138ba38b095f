import { expect, test } from 'vitest'
import type { World } from '../../../engine/world.ts'
import { build, probe } from '../../../explain.ts'
import type { Header } from '../../../net/packet.ts'
import { walkAdd } from '../add/walk.ts'
import { TO_DATAPATH } from './names.ts'

/** The lab of the worked walks: nobody says Pod addresses, so Weave has its usual range. */
const pods = [
  ['a1', 'node-a'],
  ['a2', 'node-a'],
  ['b1', 'node-b'],
]
const lab = [
  ...[
    ['node-a', '192.168.10.11'],
    ['node-b', '192.168.10.12'],
  ].map(
    ([name, address]) => `apiVersion: v1
kind: Node
metadata: {name: ${name}}
status: {addresses: [{type: InternalIP, address: ${address}}]}
`,
  ),
  ...pods.map(
    ([name, node]) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: {nodeName: ${node}, containers: [{name: web, image: nginx, ports: [{containerPort: 80, hostPort: ${name === 'b1' ? 8080 : 0}}]}]}
`,
  ),
  `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, clusterIP: 10.96.0.50, selector: {app: b1}, ports: [{port: 80, nodePort: 30080}]}
`,
  `apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec:
  cni: weave
  hosts: [{name: out, addresses: [203.0.113.10]}]
`,
].join('---\n')

const worldOf = (more = ''): World => build([{ name: 'lab.yaml', text: lab + more }], { wants: { everything: false, dns: false } })

/** MACs by machine and device. */
function namesOf(world: World): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const netns of world.machines.names)
    for (const link of world.machines.netns(netns)?.links ?? []) names.set(link.mac, `${netns.replace('default/', '')}:${link.dev}`)
  return names
}

const headerText = (header: Header, names: ReadonlyMap<string, string>): string => {
  if (header.kind === 'eth') return `${names.get(header.src)} > ${names.get(header.dst)}`
  if (header.kind === 'ip') return `${header.src} > ${header.dst} ttl ${header.ttl}${header.df ? ' df' : ''}`
  if (header.kind === 'vxlan') return `vxlan ${header.vni}`
  return header.kind === 'udp' ? `udp ${header.dport}` : header.kind
}

/** Every crossing of a walk's first packet and of the answer, with the devices, and all headers. */
function walk(from: string, to: string, world = worldOf()) {
  expect(world.problems.filter((one) => one.severity !== 'hint')).toEqual([])
  const { outcome, journeys } = probe(world, { from, to }, { seed: 1 })
  const names = namesOf(world)
  const lines = journeys.map((journey) =>
    journey.events.flatMap((e) =>
      e.kind === 'cross' && e.after.kind === 'skb'
        ? [`${e.from.device} → ${e.to.device}: ${e.after.skb.packet.headers.map((h) => headerText(h, names)).join(' | ')}`]
        : [],
    ),
  )
  return { kind: outcome.kind, source: outcome.sourceSeen, request: lines[0] ?? [], reply: lines[1] ?? [], journeys }
}

test('W1: to a Pod beside, over the bridge alone', () => {
  const { kind, source, request, journeys } = walk('default/a1', 'icmp://10.32.0.3')
  expect({ kind, source }).toEqual({ kind: 'ok', source: '10.32.0.2' })
  expect(request.map((line) => line.replace(/vethwepl[0-9a-f]{7}/g, 'vethwepl'))).toEqual([
    'eth0 → vethwepl: a1:eth0 > a2:eth0 | 10.32.0.2 > 10.32.0.3 ttl 64 df | icmp',
    'vethwepl → eth0: a1:eth0 > a2:eth0 | 10.32.0.2 > 10.32.0.3 ttl 64 df | icmp',
  ])
  expect(journeys[0]?.events.some((e) => e.kind === 'rule' && e.rule.chain === 'WEAVE-NPC')).toBe(true)
})

test('W2: to a Pod of the other node, one segment across the tunnel', () => {
  const world = worldOf()
  const [a, b] = ['node-a', 'node-b'].map((name) => world.cluster.weave?.peers.get(name)?.shortId ?? -1) as [number, number]
  const { kind, source, request, reply, journeys } = walk('default/a1', 'icmp://10.40.0.1')
  const inner = 'a1:eth0 > b1:eth0 | 10.32.0.2 > 10.40.0.1 ttl 64 df | icmp'
  expect({ kind, source }).toEqual({ kind: 'ok', source: '10.32.0.2' })
  expect(request.map((line) => line.replace(/vethwepl[0-9a-f]{7}/g, 'vethwepl'))).toEqual([
    `eth0 → vethwepl: ${inner}`,
    `vethwe-bridge → vethwe-datapath: ${inner}`,
    `eth0 → eth0: node-a:eth0 > node-b:eth0 | 192.168.10.11 > 192.168.10.12 ttl 64 df | udp 6784 | vxlan ${a + b * 4096} | ${inner}`,
    `vethwe-datapath → vethwe-bridge: ${inner}`,
    `vethwepl → eth0: ${inner}`,
  ])
  expect(reply[2]).toContain(`udp 6784 | vxlan ${b + a * 4096} | b1:eth0 > a1:eth0 | 10.40.0.1 > 10.32.0.2 ttl 64`)
  const flows = journeys[0]?.events.flatMap((e) => (e.kind === 'fdb' && e.flow !== undefined ? [e.flow] : []))
  expect(flows?.map((text) => text.replace(/eth\([^)]*\)/, 'eth'))).toEqual([
    `in_port(vethwe-datapath),eth, actions:set(tunnel(tun_id=0x${(a + b * 4096).toString(16)},src=192.168.10.11,dst=192.168.10.12,ttl=64,flags(df))),vxlan-6784`,
    `tunnel(tun_id=0x${(a + b * 4096).toString(16)},src=192.168.10.11,dst=192.168.10.12),in_port(vxlan-6784),eth, actions:vethwe-datapath`,
  ])
})

test('W3: to a machine outside, as the node', () => {
  const { kind, source, request } = walk('default/a1', 'icmp://203.0.113.10')
  expect({ kind, source }).toEqual({ kind: 'ok', source: '192.168.10.11' })
  expect(request[0]).toMatch(/a1:eth0 > node-a:weave \| 10\.32\.0\.2 > 203\.0\.113\.10 ttl 64 df \| icmp$/)
  expect(request[1]).toBe('eth0 → eth0: node-a:eth0 > underlay:eth0 | 192.168.10.11 > 203.0.113.10 ttl 63 df | icmp')
})

test('a Service: from a Pod, by its node port and by a host port', () => {
  expect(walk('default/a1', 'tcp://10.96.0.50:80')).toMatchObject({ kind: 'ok', source: expect.stringMatching(/^10\.32\.0\.2:/) })
  // the node that the client asked masquerades: to the Pod it comes from that node's bridge
  expect(walk('host/out', 'tcp://192.168.10.11:30080')).toMatchObject({ kind: 'ok', source: expect.stringMatching(/^10\.32\.0\.1:/) })
  expect(walk('host/out', 'tcp://192.168.10.12:8080')).toMatchObject({ kind: 'ok', source: expect.stringMatching(/^203\.0\.113\.10:/) })
  expect(walk('node/node-a', 'tcp://10.40.0.1:80')).toMatchObject({ kind: 'ok', source: expect.stringMatching(/^10\.32\.0\.1:/) })
})

test('where UDP 6784 is blocked the sleeve would carry it, which is not modelled', () => {
  const world = worldOf().cluster
  const blocked = build([{ name: 'lab.yaml', text: lab.replace('cni: weave', 'cni: weave\n  underlay: {blocks: [6784/udp]}') }], {
    wants: { everything: false, dns: false },
  })
  expect(world.blocks).toEqual([])
  const { outcome } = probe(blocked, { from: 'default/a1', to: 'icmp://10.40.0.1' }, { seed: 1 })
  expect(outcome.kind).toBe('unmodelled')
  expect(TO_DATAPATH).toBe('vethwe-bridge')
})

test('a slice that is full: told as not modelled, with no made-up words of the plugin', () => {
  const full = `apiVersion: v1
kind: Node
metadata: {name: node1}
status: {addresses: [{type: InternalIP, address: 192.168.10.11}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: weave-net, namespace: kube-system}
spec:
  selector: {matchLabels: {name: weave-net}}
  template:
    metadata: {labels: {name: weave-net}}
    spec: {hostNetwork: true, containers: [{name: weave, image: w, env: [{name: IPALLOC_RANGE, value: 10.32.0.0/24}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 254
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: nginx}]}}
`
  const world = build([{ name: 'lab.yaml', text: full }], { wants: { everything: false, dns: false } })
  const [left, ...more] = world.cluster.pods.filter((pod) => pod.podIPs.length === 0)
  const told = world.problems.filter(({ code }) => code === 'weave-full')
  expect([more.length, told.map(({ params }) => params)]).toEqual([0, [{ pod: left?.meta.name, node: 'node1', net: '10.32.0.0/24' }]])
  expect(left && walkAdd(world.cluster, left)).toBe('weave-full')
})
