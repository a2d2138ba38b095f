import { expect, test } from 'vitest'
import type { Peering } from '../../../src/agents/cni/peering.ts'
import { explain } from '../../../src/explain.ts'
import { view } from '../../../src/view.ts'
import { beatsOf } from '../../timeline/beats.ts'
import { faultsOf } from '../check.ts'
import { wideScene } from '../scene.ts'
import type { Lang } from '../words.ts'
import { arcsOf } from './arcs.ts'
import { withSessions } from './overlay.ts'

const nodes = (n: number, more: (n: number) => string = () => ''): string =>
  Array.from(
    { length: n },
    (_, i) =>
      `apiVersion: v1\nkind: Node\nmetadata: {name: node-${i + 1}, ${more(i + 1)}}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.${11 + i}}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: pod-${i + 1}}\nspec: {nodeName: node-${i + 1}, containers: [{name: c, image: nginx}]}\n---\n`,
  ).join('')
const calico = (kind: string, name: string, spec: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}\n---\n`
const MESH_OFF = calico('BGPConfiguration', 'default', 'nodeToNodeMeshEnabled: false')

const labs: Readonly<Record<string, string>> = {
  mesh: nodes(5),
  large: nodes(14),
  'a wrong AS': nodes(3) + calico('BGPPeer', 'p', 'node: node-1, peerIP: 192.168.10.12, asNumber: 64999') + MESH_OFF,
  'a silent router': nodes(2) + MESH_OFF + calico('BGPPeer', 'tor', 'peerIP: 192.168.10.250, asNumber: 64999'),
  'no session': nodes(2) + MESH_OFF,
  'a route reflector':
    nodes(4, (n) => (n === 3 ? `labels: {rr: 'true'}, annotations: {projectcalico.org/RouteReflectorClusterID: 244.0.0.1}` : '')) +
    MESH_OFF +
    calico('BGPPeer', 'rr', `nodeSelector: all(), peerSelector: rr == 'true'`),
}

function told(name: string) {
  const { answer, world } = explain({
    v: 1,
    files: [{ name: 'lab.yaml', text: labs[name] ?? '' }],
    probe: { from: 'default/pod-1', to: 'tcp://default/pod-2:80' },
    seed: 1,
    cni: 'calico',
  })
  const viewed = view(world, { kind: 'bgp' })
  if (viewed.kind !== 'bgp' || viewed.peering === undefined) throw new Error(`no sessions in ${name}`)
  return { answer, peering: viewed.peering, counts: answer.stage?.underlay.bgp ?? { up: 0, down: 0 } }
}

function drawn(name: string, size: { readonly width: number; readonly height: number }, lang: Lang) {
  const { answer, peering, counts } = told(name)
  const beats = beatsOf(answer)
  return withSessions(wideScene(answer, beats, { beat: beats.length - 1 }, { size, lang }), counts, peering, lang)
}

const sessions = (scene: ReturnType<typeof drawn>) => scene.lines.filter((one) => one.style === 'session')

test.each(Object.keys(labs))('on stage the sessions of "%s" cross no text and stand over no station', (name) => {
  for (const size of [{ width: 728, height: 422 }, { width: 820, height: 600 }])
    for (const lang of ['en', 'zh'] as const) expect(faultsOf(drawn(name, size, lang))).toEqual([])
}) // biome-ignore format: two sizes

test('one line is whole where a session spans it and broken where all that do are down', () => {
  const size = { width: 820, height: 600 }
  expect(sessions(drawn('mesh', size, 'en')).every((one) => one.tone === 'reply')).toBe(true)
  const wrong = sessions(drawn('a wrong AS', size, 'en'))
  expect([wrong.length > 0, wrong.every((one) => one.tone === 'drop')]).toEqual([true, true])
  const router = sessions(drawn('a silent router', size, 'en'))
  expect(router.map((one) => [one.id, one.tone])).toEqual([
    ['bgp/node-1/router', 'drop'],
    ['bgp/node-2/router', 'drop'],
  ])
  expect(drawn('no session', size, 'en').texts.some((t) => t.text === 'BGP: no session')).toBe(true)
})

test('both the word and the line open the sessions; the line names them', () => {
  const doors = drawn('mesh', { width: 820, height: 600 }, 'en').doors.filter((one) => one.to === 'bgp')
  expect(doors.map((one) => one.id)).toEqual(['bgp', 'bgp lines'])
  expect(doors[1]?.name).toContain('node-1 ⇄ node-2: Established')
})

const inside = (peering: Peering, width: number): void => {
  const arcs = arcsOf(peering, width, '')
  for (const one of arcs.speakers) {
    expect(one.x - one.w / 2).toBeGreaterThanOrEqual(0)
    expect(one.x + one.w / 2).toBeLessThanOrEqual(width)
  }
  for (const arc of arcs.arcs) expect(arc.middle.y).toBeLessThanOrEqual(arcs.height)
}

test('cards as wide as there is room, dots where there is little; each pair has its arc', () => {
  for (const name of Object.keys(labs)) for (const width of [390, 728, 1200]) inside(told(name).peering, width)
  const { peering } = told('mesh')
  expect(arcsOf(peering, 820, '').speakers.every((one) => one.w > 0)).toBe(true)
  expect(arcsOf(peering, 390, '').speakers.every((one) => one.w === 0)).toBe(true)
  expect(arcsOf(peering, 820, '').arcs.length).toBe(10)
  expect(
    arcsOf(told('a route reflector').peering, 820, '')
      .speakers.filter((one) => one.hub)
      .map((one) => one.speaker.name),
  ).toEqual(['node-3'])
})

test('of a mesh too large to be told apart only what is looked at is drawn, and the rest counted', () => {
  const { peering } = told('large')
  expect(arcsOf(peering, 820, '')).toMatchObject({ arcs: [], folded: 91, hidden: 0 })
  expect(arcsOf(peering, 820, 'node-3').arcs.length).toBe(13)
})
