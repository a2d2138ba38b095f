import { describe, expect, it } from 'vitest'
import { beatsOf } from '../timeline/beats.ts'
import { stageOf } from './fixture-stage.ts'
import { answerOf } from './fixtures.ts'
import { wideScene } from './scene.ts'
import { client, fromOtherNode, toOtherNode, web } from './walks.ts'

const walkOver = (nodes: number) =>
  answerOf(stageOf(nodes, [...[1, 2].map((n) => [n, n === 1 ? client : web] as const)]), [
    toOtherNode('connect', ['S']),
    fromOtherNode('connect', ['S', 'A']),
  ])

describe.each([3, 5, 10])('%i nodes, two of them on the way', (nodes) => {
  const answer = walkOver(nodes)
  const beats = beatsOf(answer)

  it.each([728, 820, 1180])('are all on a stage of %i px: whole on the way, the others folded above the underlay', (width) => {
    const scene = wideScene(answer, beats, { beat: 5 }, { size: { width, height: 600 }, lang: 'en' })
    const wire = scene.boxes.find((b) => b.role === 'wire')
    const tiles = scene.boxes.filter((b) => b.role === 'tile' || (b.role === 'node' && !b.lit))
    expect(tiles).toHaveLength(nodes - 2)
    for (const t of tiles) expect(t.y + t.h).toBeLessThan(wire?.y ?? 0)
    expect(scene.texts.find((t) => t.id === 'more-nodes')).toBeUndefined()
    expect(scene.doors.filter((d) => d.to === 'node')).toHaveLength(nodes)
  })

  it('one alone leaves the others folded, by name, and the packet runs to those', () => {
    const scene = wideScene(answer, beats, { beat: beats.length - 1 }, { size: { width: 820, height: 600 }, lang: 'en', node: 'node-2' })
    expect(scene.boxes.filter((b) => b.role === 'node').map((b) => b.netns)).toEqual(['node-2'])
    const names = scene.boxes.filter((b) => b.role === 'tile').map((b) => b.netns ?? '')
    expect(names).toEqual([...names].sort((a, b) => Number(a.slice(5)) - Number(b.slice(5))))
    expect(names).toContain('node-1')
    const tile = scene.boxes.find((b) => b.netns === 'node-1')
    expect(scene.packet).toMatchObject({ y: (tile?.y ?? 0) + (tile?.h ?? 0) })
  })
})

it('those that have no room are counted', () => {
  const answer = walkOver(16)
  const scene = wideScene(answer, beatsOf(answer), { beat: 5 }, { size: { width: 728, height: 600 }, lang: 'en' })
  const shown = scene.boxes.filter((b) => b.role === 'tile').length
  expect(shown).toBeGreaterThan(5)
  expect(scene.texts.find((t) => t.id === 'more-nodes')?.text).toBe(`+${14 - shown} nodes`)
})
