import { describe, expect, it } from 'vitest'
import { beatsOf } from '../timeline/beats.ts'
import { faultsOf } from './check.ts'
import { all } from './hard-walks.ts'
import { listScene } from './list.ts'
import { otherNode } from './walks.ts'

describe.each(Object.entries(all))('%s as a list', (_, make) => {
  for (const lang of ['en', 'zh'] as const)
    for (const width of [360, 390, 640])
      it(`has no faults at ${width} in ${lang}`, () => {
        const answer = make()
        const beats = beatsOf(answer)
        const faults = new Set<string>()
        for (const b of beats)
          for (const f of faultsOf(listScene(answer, beats, { beat: b.index }, { size: { width, height: 600 }, lang })))
            faults.add(`${f.what}: ${f.a} / ${f.b}`)
        expect([...faults]).toEqual([])
      })
})

it('folds the places that the packet is not in and opens the one that it is in', () => {
  const answer = otherNode()
  const beats = beatsOf(answer)
  const at = beats.find((b) => b.journey === 2 && b.hook === 'forward')
  const scene = listScene(answer, beats, { beat: at?.index ?? 0 }, { size: { width: 390, height: 600 }, lang: 'en' })
  const texts = scene.texts.map((t) => t.text)
  expect(texts).toContain('FORWARD')
  expect(texts.filter((t) => t === '10 stops')).toHaveLength(1)
  // as many of its stops as have room are named, and the last
  expect(texts.filter((t) => /^.+ → .+ → … → .+$/.test(t))).toHaveLength(1)
  expect(scene.stations.filter((s) => s.state === 'here')).toHaveLength(1)
})
