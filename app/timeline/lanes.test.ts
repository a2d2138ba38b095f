import { describe, expect, it } from 'vitest'
import { all } from '../scene/hard-walks.ts'
import { textWidth } from '../scene/measure.ts'
import { otherNode } from '../scene/walks.ts'
import { beatsOf } from './beats.ts'
import { beatAt, lanesOf } from './lanes.ts'

describe('the timeline', () => {
  it('stands closer where it is low, and never closer than its text', () => {
    const answer = otherNode()
    const beats = beatsOf(answer)
    expect(lanesOf(answer, beats, 900, 'en', 140).height).toBeLessThanOrEqual(140)
    const low = lanesOf(answer, beats, 900, 'en', 40).lanes.map((l) => l.y)
    for (const [i, y] of low.entries()) if (i > 0) expect(y - (low[i - 1] ?? 0)).toBeGreaterThanOrEqual(12)
  })

  it('has its lanes in the order of the request, DNS last', () => {
    const answer = otherNode()
    expect(lanesOf(answer, beatsOf(answer), 1000, 'en').lanes.map((l) => l.place)).toEqual([
      'default/client',
      'node-1',
      'underlay',
      'node-2',
      'default/nginx-5d59d67564-wfw84',
      'kube-system/coredns-7c65d6cfc9-x2m4k',
    ])
  })

  it('runs to the right, inside its width, and finds every stop again', () => {
    for (const make of Object.values(all))
      for (const width of [390, 800, 1400]) {
        const answer = make()
        const lanes = lanesOf(answer, beatsOf(answer), width, 'zh')
        for (const [i, x] of lanes.xs.entries()) {
          expect(x).toBeGreaterThan(lanes.xs[i - 1] ?? lanes.labelEnd)
          expect(x).toBeLessThan(width)
          expect(beatAt(lanes, x)).toBe(i)
        }
      }
  })

  it('lets no mark cover another one, and no band label run into the next', () => {
    for (const make of Object.values(all)) {
      const answer = make()
      const lanes = lanesOf(answer, beatsOf(answer), 900, 'en')
      for (const [i, s] of lanes.signs.entries())
        for (const t of lanes.signs.slice(i + 1))
          if (s.y === t.y && s.sign !== 'drop') expect(Math.abs(s.x - t.x)).toBeGreaterThanOrEqual(9)
      for (const [i, b] of lanes.bands.entries()) {
        const next = lanes.bands[i + 1]
        if (next !== undefined && b.label !== '') expect(b.x1 + textWidth(b.label, 11, 'sans', 650)).toBeLessThanOrEqual(next.x1 + 4)
      }
    }
  })
})
