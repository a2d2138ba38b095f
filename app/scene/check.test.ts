import { describe, expect, it } from 'vitest'
import { beatsOf } from '../timeline/beats.ts'
import { faultsOf } from './check.ts'
import { wideScene } from './scene.ts'
import { all } from './walks.ts'

const sizes = [
  { width: 700, height: 478 },
  { width: 840, height: 600 },
  { width: 1200, height: 820 },
]

describe.each(Object.entries(all))('%s', (_, make) => {
  for (const lang of ['en', 'zh'] as const)
    for (const size of sizes)
      it(`has no faults at ${size.width}×${size.height} in ${lang}`, () => {
        const answer = make()
        const beats = beatsOf(answer)
        const faults = new Set<string>()
        for (const b of beats)
          for (const f of faultsOf(wideScene(answer, beats, { beat: b.index }, { size, lang }))) faults.add(`${f.what}: ${f.a} / ${f.b}`)
        expect([...faults]).toEqual([])
      })
})
