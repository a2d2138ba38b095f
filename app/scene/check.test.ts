import { describe, expect, it } from 'vitest'
import { beatsOf } from '../timeline/beats.ts'
import { faultsOf } from './check.ts'
import { all, long, sizes } from './hard-walks.ts'
import { wideScene } from './scene.ts'
import { sweep } from './sweep.ts'
import { otherNode } from './walks.ts'

// in English, and those that take longest, in check.heavy.test.ts
it.each(Object.entries(all).filter(([name]) => !long.includes(name)))('%s has no faults', (_, make) => {
  expect(sweep(make(), sizes, ['zh'])).toEqual([])
})

describe('the checker itself', () => {
  const answer = otherNode()
  const scene = wideScene(answer, beatsOf(answer), { beat: 20 }, { size: { width: 800, height: 600 }, lang: 'en' })
  const first = scene.texts[0]
  const line = scene.lines[0]
  it('finds what was planted', () => {
    if (first === undefined || line === undefined) throw new Error('nothing drawn')
    const what = (s: typeof scene): readonly string[] => [...new Set(faultsOf(s).map((f) => f.what))]
    expect(what(scene)).toEqual([])
    expect(what({ ...scene, texts: [...scene.texts, { ...first, id: 'twin' }] })).toEqual(['text over text'])
    expect(what({ ...scene, texts: [{ ...first, text: 'x'.repeat(80) }] })).toContain('text across an edge')
    expect(
      what({
        ...scene,
        lines: [
          {
            ...line,
            points: [
              { x: 0, y: first.y - 3 },
              { x: 790, y: first.y - 3 },
            ],
          },
        ],
      }),
    ).toContain('line through text')
    expect(what({ ...scene, size: { width: 400, height: 600 } })).toContain('overflow')
    expect(what({ ...scene, tools: { x: first.x, y: first.y - 5, w: 9, h: 9 } })).toContain('under the tools')
    const [door, station] = [scene.doors[0], scene.stations[0]]
    if (door === undefined || station === undefined) throw new Error('no door, no station')
    expect(what({ ...scene, doors: [{ ...door, x: station.x, y: station.y }] })).toEqual(['door over a station'])
  })
})
