import { expect, test } from 'vitest'
import { build } from '../../../explain.ts'
import { peeringOf } from './peering.ts'

const node = (n: number, more = ''): string =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: node${n}, ${more}}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.${10 + n}}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: on${n}}\nspec: {nodeName: node${n}, containers: [{name: c, image: nginx}]}\n---\n`
const calico = (kind: string, name: string, spec: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}\n---\n`
const MESH_OFF = calico('BGPConfiguration', 'default', 'nodeToNodeMeshEnabled: false')

function told(text: string, cni = 'calico') {
  const { cluster } = build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false }, cni })
  const peering = peeringOf(cluster)
  return peering && { ...peering, block: (name: string) => cluster.calico?.blocks.find((one) => one.node === name)?.cidr }
}

test('a mesh: each pair once, both sides, and the block that each side has learned', () => {
  const mesh = told(node(1) + node(2) + node(3))
  expect(mesh?.sessions.map((one) => one.between.join(' '))).toEqual(['node1 node2', 'node1 node3', 'node2 node3'])
  const [ours, theirs] = mesh?.sessions[0]?.ends ?? []
  expect(ours).toMatchObject({
    node: 'node1',
    peerAddress: '192.168.10.12',
    passive: true,
    type: 'node-to-node mesh',
    learned: [mesh?.block('node2')],
  })
  expect(theirs).toMatchObject({ node: 'node2', passive: false, learned: [mesh?.block('node1')] })
  expect(mesh?.sessions.flatMap((one) => one.lost)).toEqual([])
})

test('by a route reflector each learns the blocks of all others', () => {
  const rr = `labels: {rr: 'true'}, annotations: {projectcalico.org/RouteReflectorClusterID: 244.0.0.1}`
  const star = told(node(1) + node(2) + node(3, rr) + MESH_OFF + calico('BGPPeer', 'rr', `nodeSelector: all(), peerSelector: rr == 'true'`))
  expect(star?.speakers.filter((one) => one.reflector).map((one) => one.name)).toEqual(['node3'])
  const ours = star?.sessions.flatMap((one) => one.ends).find((one) => one.node === 'node1')
  expect(ours?.learned).toEqual([star?.block('node2'), star?.block('node3')])
})

test('a session that is down names the routes that it would bring, in both directions', () => {
  const down = told(node(1) + node(2) + MESH_OFF + calico('BGPPeer', 'p', 'node: node1, peerIP: 192.168.10.12, asNumber: 64999'))
  expect(down?.sessions).toMatchObject([{ between: ['node1', 'node2'], down: 'wrong-as' }])
  expect(down?.sessions[0]?.lost).toEqual([
    { node: 'node1', dst: down?.block('node2') },
    { node: 'node2', dst: down?.block('node1') },
  ])
  expect(down?.sessions[0]?.ends[0]?.learned).toEqual([])
})

test('a silent router takes with it what nodes would learn of each other by way of it', () => {
  const as = (n: number): string => `annotations: {projectcalico.org/ASNumber: '${64512 + n}'}`
  const silent = told(node(1, as(1)) + node(2, as(2)) + MESH_OFF + calico('BGPPeer', 'tor', 'peerIP: 192.168.10.250, asNumber: 64999'))
  expect(silent?.speakers.at(-1)).toMatchObject({ name: '192.168.10.250', kind: 'router', asNumber: 64999 })
  expect(silent?.sessions.map((one) => [one.down, one.ends[0]?.type, one.lost.map((lost) => lost.node)])).toEqual([
    ['no-answer', 'global', ['node1', 'node2']],
    ['no-answer', 'global', ['node2', 'node1']],
  ])
})

test('no session at all is told where a pool needs one, and nothing where none does', () => {
  expect(told(node(1) + node(2) + MESH_OFF)).toMatchObject({ sessions: [], speakers: [{ name: 'node1' }, { name: 'node2' }] })
  expect(told(node(1) + node(2) + MESH_OFF, 'calico-vxlan')).toBeUndefined()
})
