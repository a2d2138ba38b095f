import { describe, expect, test } from 'vitest'
import { build, probe } from '../../../explain.ts'
import { printRoute } from '../../../kernel/route.ts'

const nodes = (...more: readonly (readonly [address: string, annotations?: string, labels?: string])[]): string =>
  more
    .map(
      ([address, annotations = '', labels = ''], i) =>
        `apiVersion: v1\nkind: Node\nmetadata: {name: node${i + 1}, annotations: {${annotations}}, labels: {${labels}}}\nstatus: {addresses: [{type: InternalIP, address: ${address}}]}\n---\n`,
    )
    .join('')
const pods = ['node1', 'node2']
  .map(
    (node) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: on-${node}}\nspec: {nodeName: ${node}, containers: [{name: c, image: nginx}]}\n---\n`,
  )
  .join('')
const MESH_OFF =
  'apiVersion: projectcalico.org/v3\nkind: BGPConfiguration\nmetadata: {name: default}\nspec: {nodeToNodeMeshEnabled: false}\n---\n'
const peer = (name: string, spec: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: BGPPeer\nmetadata: {name: ${name}}\nspec: {${spec}}\n---\n`

function lab(text: string, cni = 'calico') {
  const world = build([{ name: 'lab.yaml', text: text + pods }], { wants: { everything: false, dns: false }, cni })
  const routes = (name: string): readonly string[] =>
    (world.machines.netns(name)?.routes ?? [])
      .filter((r) => r.table === 'main' && /bird|^80$/.test(r.protocol) && r.type === 'unicast')
      .map(printRoute)
  const to = world.cluster.pods.find((one) => one.meta.name === 'on-node2')?.podIPs[0]
  const ping = probe(world, { from: 'default/on-node1', to: `icmp://${to}` }, { seed: 1 })
  return { routes, problems: world.problems.filter((p) => p.severity !== 'hint').map((p) => p.code), ping: ping.outcome }
}

const TWO = nodes(['192.168.10.11'], ['192.168.10.12'])

describe('BGP', () => {
  test('the mesh is on unless told', () => {
    expect(lab(TWO).routes('node1')).toEqual(['10.244.104.0/26 via 192.168.10.12 dev eth0 proto bird'])
  })

  test('down: no route to the other node, and the packet is lost at the router', () => {
    const { routes, problems, ping } = lab(TWO + MESH_OFF)
    expect(routes('node1')).toEqual([])
    expect(problems).toEqual(['bgp-no-route', 'bgp-no-route'])
    expect(ping.kind).toBe('timeout')
  })

  test('a route reflector stands for the mesh', () => {
    const three = nodes(
      ['192.168.10.11'],
      ['192.168.10.12'],
      ['192.168.10.13', 'projectcalico.org/RouteReflectorClusterID: 244.0.0.1', 'rr: "true"'],
    )
    const { routes, problems, ping } = lab(three + MESH_OFF + peer('rr', "nodeSelector: all(), peerSelector: rr == 'true'"))
    expect([problems, ping.kind]).toEqual([[], 'ok'])
    expect(routes('node1')).toContain('10.244.104.0/26 via 192.168.10.12 dev eth0 proto bird')
  })

  test('the router of the rack: it has the blocks, and nodes of one AS find each other by the default route', () => {
    const { routes, problems, ping } = lab(TWO + MESH_OFF + peer('tor', 'peerIP: 192.168.10.1, asNumber: 64513'))
    expect(routes('node1')).toEqual([])
    expect(routes('underlay')).toEqual([
      '10.244.166.128/26 via 192.168.10.11 dev eth0 proto bird',
      '10.244.104.0/26 via 192.168.10.12 dev eth0 proto bird',
    ])
    expect([problems, ping.kind]).toEqual([[], 'ok'])
  })

  test('an AS for each node: what the router tells on is no loop', () => {
    const own = nodes(['192.168.10.11', 'projectcalico.org/ASNumber: "65001"'], ['192.168.10.12', 'projectcalico.org/ASNumber: "65002"'])
    const { routes, problems } = lab(own + MESH_OFF + peer('tor', 'peerIP: 192.168.10.1, asNumber: 64513'))
    expect(problems).toEqual([])
    expect(routes('node1')).toEqual(['10.244.104.0/26 via 192.168.10.12 dev eth0 proto bird'])
  })

  test('a peer that is nobody, and a wrong AS number', () => {
    expect(lab(TWO + peer('x', 'peerIP: 192.168.10.99, asNumber: 64513')).problems).toEqual(['bgp-no-answer', 'bgp-no-answer'])
    expect(lab(TWO + MESH_OFF + peer('x', 'node: node1, peerIP: 192.168.10.12, asNumber: 64999')).problems).toContain('bgp-wrong-as')
  })

  test('over a router: without encapsulation the fabric has to know the blocks; CrossSubnet wraps', () => {
    const far = nodes(['192.168.10.11'], ['192.168.20.12'])
    const plain = lab(far)
    expect(plain.routes('node1')).toEqual(['10.244.104.0/26 via 192.168.10.1 dev eth0 proto bird'])
    expect(plain.ping.kind).toBe('timeout')
    const ipip = lab(far, 'calico-ipip-crosssubnet')
    expect([ipip.routes('node1'), ipip.ping.kind]).toEqual([['10.244.104.0/26 via 192.168.20.12 dev tunl0 proto bird onlink'], 'ok'])
    expect(lab(far, 'calico-vxlan-crosssubnet').ping.kind).toBe('ok')
  })

  test('CrossSubnet on one subnet', () => {
    expect(lab(TWO, 'calico-vxlan-crosssubnet').routes('node1')).toEqual(['10.244.104.0/26 via 192.168.10.12 dev eth0 proto 80'])
  })
})
