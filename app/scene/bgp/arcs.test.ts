import { expect, test } from 'vitest'
import type { Peering, Speaker } from '../../../src/agents/cni/peering.ts'
import type { Ip } from '../../../src/net/ip.ts'
import { arcsOf } from './arcs.ts'

const speaker = (n: number, more: Partial<Speaker> = {}): Speaker => ({
  ...{ name: `node-${n}`, kind: 'node', address: `192.168.10.${10 + n}` as Ip, asNumber: 64512, reflector: false, announces: [] },
  ...more,
})
const mesh = (n: number): Peering => {
  const speakers = Array.from({ length: n }, (_, i) => speaker(i + 1))
  const pairs = speakers.flatMap((a, i) => speakers.slice(i + 1).map((b) => [a.name, b.name] as const))
  return { speakers, sessions: pairs.map((between) => ({ between, ends: [], lost: [] })) }
}

test('cards where there is room, dots where there is little; an arc for each pair, none below the picture', () => {
  for (const [width, dots] of [[820, false], [390, true]] as const) {
    const arcs = arcsOf(mesh(5), width, '')
    expect(arcs.speakers.map((one) => one.w === 0)).toEqual(Array(5).fill(dots))
    expect(arcs.speakers.every((one) => one.x - one.w / 2 >= 0 && one.x + one.w / 2 <= width)).toBe(true)
    expect(arcs.arcs.length).toBe(10)
    expect(arcs.arcs.every((one) => one.middle.y < arcs.height)).toBe(true)
  } // biome-ignore format: two widths
})

test('of a mesh too large to be told apart what is looked at is drawn, what is down, and a line for the rest', () => {
  const large = mesh(14)
  expect(arcsOf(large, 820, '')).toMatchObject({ arcs: [], folded: 91, bus: expect.stringMatching(/^M/) as string })
  expect(arcsOf(large, 820, 'node-3').arcs.length).toBe(13)
  const [first, ...others] = large.sessions
  if (first === undefined) throw new Error('no session')
  const broken: Peering = { ...large, sessions: [{ ...first, down: 'no-answer' }, ...others] }
  expect(arcsOf(broken, 820, '').arcs.map((one) => one.key)).toEqual(['node-1 node-2'])
})

test('a route reflector stands above those that it serves', () => {
  const [a, b] = [speaker(1), speaker(2, { reflector: true })]
  const arcs = arcsOf({ speakers: [a, b], sessions: [{ between: ['node-1', 'node-2'], ends: [], lost: [] }] }, 820, '')
  const [hub, other] = arcs.speakers
  expect([hub?.speaker.name, hub?.hub, other?.hub]).toEqual(['node-2', true, false])
  expect((other?.y ?? 0) > (hub?.y ?? 0)).toBe(true)
})
