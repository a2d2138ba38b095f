import { describe, expect, test } from 'vitest'
import type { World } from '../../engine/world.ts'
import { build, probe } from '../../explain.ts'
import type { Header, Packet } from '../../net/packet.ts'

/** The lab of all walks: two nodes and their router, two Pods here and one there, one machine outside. */
const lab = `
apiVersion: v1
kind: Node
metadata: {name: node1}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.10.11}]}
---
apiVersion: v1
kind: Node
metadata: {name: node2}
spec: {podCIDR: 10.244.2.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.10.12}]}
---
${[
  ['web-0', 'node1'],
  ['web-1', 'node1'],
  ['web-2', 'node2'],
]
  .map(
    ([name, node]) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec: {nodeName: ${node}, containers: [{name: web, image: nginx}]}
---
`,
  )
  .join('')}
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec:
  hosts: [{name: out, addresses: [203.0.113.10]}]
`

/** MACs by the device that has them, where somebody made them up. */
function namesOf(world: World): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const netns of world.machines.names)
    for (const link of world.machines.netns(netns)?.links ?? [])
      if (link.mac.startsWith('02:')) names.set(link.mac, `${netns.replace('default/', '')}:${link.dev.replace(/^veth.*/, 'veth')}`)
  return names
}

function headerText(header: Header, names: ReadonlyMap<string, string>): string {
  if (header.kind === 'eth') return `${names.get(header.src) ?? header.src} > ${names.get(header.dst) ?? header.dst}`
  if (header.kind === 'ip') return `${header.src} > ${header.dst} ttl ${header.ttl}`
  if (header.kind === 'vxlan') return `vxlan ${header.vni}`
  return header.kind === 'udp' ? `udp ${header.dport}` : header.kind
}

const packetText = (packet: Packet, names: ReadonlyMap<string, string>): string =>
  packet.headers.map((header) => headerText(header, names)).join(' | ')

/** Every crossing of the ping from one namespace into another, with all headers, and how the answer comes back. */
function walk(cni: string, to: string) {
  const world = build([{ name: 'lab.yaml', text: lab }], { wants: { everything: false, dns: false }, cni })
  expect(world.problems.filter((one) => one.severity !== 'hint')).toEqual([])
  const { outcome, journeys } = probe(world, { from: 'default/web-0', to: `icmp://${to}` }, { seed: 1 })
  const names = namesOf(world)
  const lines = journeys.map((journey) =>
    journey.events.flatMap((event) =>
      event.kind === 'cross' && event.after.kind === 'skb' ? [packetText(event.after.skb.packet, names)] : [],
    ),
  )
  return { kind: outcome.kind, source: outcome.sourceSeen, request: lines[0] ?? [], reply: lines[1] ?? [] }
}

interface Expected {
  readonly own: string
  readonly same: string
  readonly other: string
  /** Between the nodes, inner packet included. */
  readonly wire: string
  /** What the outside sees; the node by default. */
  readonly seen?: string
}

/** Where the pod's own frame goes, and who sends to the pod: the bridge of its node, or the routed pair's one MAC. */
const EE = 'ee:ee:ee:ee:ee:ee'
const OUTER = '192.168.10.11 > 192.168.10.12 ttl'
const NODES = 'node1:eth0 > node2:eth0'

const bridged: Readonly<Record<string, Expected>> = {
  flannel: {
    own: '10.244.1.2',
    same: '10.244.1.3',
    other: '10.244.2.2',
    wire: `${NODES} | ${OUTER} 64 | udp 8472 | vxlan 1 | node1:flannel.1 > node2:flannel.1 | 10.244.1.2 > 10.244.2.2 ttl 63 | icmp`,
  },
  'flannel-host-gw': {
    own: '10.244.1.2',
    same: '10.244.1.3',
    other: '10.244.2.2',
    wire: `${NODES} | 10.244.1.2 > 10.244.2.2 ttl 63 | icmp`,
  },
  'flannel-ipip': {
    own: '10.244.1.2',
    same: '10.244.1.3',
    other: '10.244.2.2',
    wire: `${NODES} | ${OUTER} 63 | 10.244.1.2 > 10.244.2.2 ttl 63 | icmp`,
  },
  bridge: {
    own: '10.244.1.2',
    same: '10.244.1.3',
    other: '10.244.2.2',
    wire: `${NODES} | 10.244.1.2 > 10.244.2.2 ttl 63 | icmp`,
    seen: '10.244.1.2',
  },
}

const inner = '10.244.166.129 > 10.244.104.1 ttl 63 | icmp'
const block = { own: '10.244.166.129', same: '10.244.166.130', other: '10.244.104.1' }
/** MACs of vxlan.calico by the names node1 and node2. */
const MACS = '66:f9:37:c3:7e:94 > 66:2d:bf:44:a6:8b'
const routed: Readonly<Record<string, Expected>> = {
  // no tunnel takes an address: the first Pod has the block's first
  calico: {
    own: '10.244.166.128',
    same: '10.244.166.129',
    other: '10.244.104.0',
    wire: `${NODES} | 10.244.166.128 > 10.244.104.0 ttl 63 | icmp`,
  },
  'calico-ipip': { ...block, wire: `${NODES} | ${OUTER} 63 | ${inner}` },
  'calico-vxlan': { ...block, wire: `${NODES} | ${OUTER} 64 | udp 4789 | vxlan 4096 | ${MACS} | ${inner}` },
  'calico-ipip-crosssubnet': { ...block, wire: `${NODES} | ${inner}` },
  'calico-vxlan-crosssubnet': { ...block, wire: `${NODES} | ${inner}` },
  canal: {
    own: '10.244.1.2',
    same: '10.244.1.3',
    other: '10.244.2.2',
    wire: `${NODES} | ${OUTER} 64 | udp 8472 | vxlan 1 | node1:flannel.1 > node2:flannel.1 | 10.244.1.2 > 10.244.2.2 ttl 63 | icmp`,
  },
}

const outside = (own: string, gateway: string, seen: string): readonly string[] => [
  `web-0:eth0 > ${gateway} | ${own} > 203.0.113.10 ttl 64 | icmp`,
  `node1:eth0 > underlay:eth0 | ${seen} > 203.0.113.10 ttl 63 | icmp`,
  `underlay:eth0 > host/out:eth0 | ${seen} > 203.0.113.10 ttl 62 | icmp`,
]

describe.each(Object.entries(bridged))('pods on a bridge: %s', (cni, { own, same, other, wire, seen = '192.168.10.11' }) => {
  test('to a Pod beside: frame to frame, no router', () => {
    const leg = `web-0:eth0 > web-1:eth0 | ${own} > ${same} ttl 64 | icmp`
    expect(walk(cni, same)).toMatchObject({ kind: 'ok', source: own, request: [leg, leg] })
  })

  test('to a Pod of the other node, and back the same way', () => {
    const { kind, source, request, reply } = walk(cni, other)
    const last = `node2:cni0 > web-2:eth0 | ${own} > ${other} ttl 62 | icmp`
    expect({ kind, source, request }).toEqual({
      kind: 'ok',
      source: own,
      request: [`web-0:eth0 > node1:cni0 | ${own} > ${other} ttl 64 | icmp`, wire, last],
    })
    expect(reply.at(-1)).toBe(`node1:cni0 > web-0:eth0 | ${other} > ${own} ttl 62 | icmp`)
  })

  test('to a machine outside', () =>
    expect(walk(cni, '203.0.113.10')).toMatchObject({ kind: 'ok', source: seen, request: outside(own, 'node1:cni0', seen) }))
})

describe.each(Object.entries(routed))('pods on pairs of their own: %s', (cni, { own, same, other, wire, seen = '192.168.10.11' }) => {
  test('to a Pod beside: the node routes', () => {
    const request = [`web-0:eth0 > ${EE} | ${own} > ${same} ttl 64 | icmp`, `${EE} > web-1:eth0 | ${own} > ${same} ttl 63 | icmp`]
    expect(walk(cni, same)).toMatchObject({ kind: 'ok', source: own, request })
  })

  test('to a Pod of the other node, and back the same way', () => {
    const { kind, source, request, reply } = walk(cni, other)
    expect({ kind, source, request }).toEqual({
      kind: 'ok',
      source: own,
      request: [`web-0:eth0 > ${EE} | ${own} > ${other} ttl 64 | icmp`, wire, `${EE} > web-2:eth0 | ${own} > ${other} ttl 62 | icmp`],
    })
    expect(reply.at(-1)).toBe(`${EE} > web-0:eth0 | ${other} > ${own} ttl 62 | icmp`)
  })

  test('to a machine outside', () =>
    expect(walk(cni, '203.0.113.10')).toMatchObject({ kind: 'ok', source: seen, request: outside(own, EE, seen) }))
})
