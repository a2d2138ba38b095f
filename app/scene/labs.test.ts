import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { explain } from '../../src/explain.ts'
import { labs } from '../learn/labs/list.ts'
import { beatsOf } from '../timeline/beats.ts'
import { faultsOf } from './check.ts'
import { listScene } from './list.ts'
import { wideScene } from './scene.ts'

const sizes = [
  { width: 390, height: 560 },
  { width: 728, height: 422 },
  { width: 820, height: 600 },
  { width: 1180, height: 780 },
]

const answerOf = (slug: string): ReturnType<typeof explain>['answer'] => {
  const folder = new URL(`../learn/labs/${slug}/`, import.meta.url)
  const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))
  return explain({ v: 1, files, seed: 1 }).answer
}

describe.each(labs.map((l) => l.slug))('the lab %s, as the engine walks it', (slug) => {
  const answer = answerOf(slug)
  const beats = beatsOf(answer)

  it('has stops, and plays in at most 30 seconds', () => {
    expect(beats.length).toBeGreaterThan(5)
    expect(beats.reduce((sum, b) => sum + b.ms, 0)).toBeLessThanOrEqual(30_001)
  })

  for (const lang of ['en', 'zh'] as const)
    for (const size of sizes)
      it(`is drawn without faults at ${size.width}×${size.height} in ${lang}`, () => {
        const faults = new Set<string>()
        for (const b of beats)
          for (const f of faultsOf((size.width < 690 ? listScene : wideScene)(answer, beats, { beat: b.index }, { size, lang })))
            faults.add(`${f.what}: ${f.a} / ${f.b}`)
        expect([...faults]).toEqual([])
      })
})
