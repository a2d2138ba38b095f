// For tests only: draws a walk stop by stop and looks for faults.
import type { Answer } from '../../src/answer.ts'
import { type Beat, beatsOf } from '../timeline/beats.ts'
import { faultsOf } from './check.ts'
import type { Size } from './layout.ts'
import { listScene } from './list.ts'
import { wideScene } from './scene.ts'
import { leastWide } from './size.ts'
import type { Lang } from './words.ts'

/** The stages of a phone and of three ordinary windows, px. */
export const stages: readonly Size[] = [
  { width: 390, height: 560 },
  { width: 728, height: 422 },
  { width: 820, height: 600 },
  { width: 1180, height: 780 },
]

/** Stops that differ in what is drawn: one of each kind in each place and for each packet's colour, all with a mark, the last. */
export function telling(beats: readonly Beat[]): readonly Beat[] {
  const seen = new Set<string>()
  return beats.filter((b) => {
    const key = [b.tone, b.place, b.kind, b.hook, b.outer].join(' ')
    const fresh = !seen.has(key)
    seen.add(key)
    return fresh || b.marks.some((m) => m !== 'end') || b.index === beats.length - 1
  })
}

/** What is wrong with the pictures of a walk, each fault once, with the first stop that has it. */
export function sweep(answer: Answer, sizes: readonly Size[], langs: readonly Lang[], pick = telling): readonly string[] {
  const beats = beatsOf(answer)
  const faults = new Map<string, string>()
  for (const size of sizes)
    for (const lang of langs)
      for (const b of pick(beats)) {
        const draw = size.width < leastWide ? listScene : wideScene
        for (const f of faultsOf(draw(answer, beats, { beat: b.index }, { size, lang }))) {
          const what = `${size.width}×${size.height} ${lang} ${f.what}: ${f.a} / ${f.b}`
          if (!faults.has(what)) faults.set(what, `stop ${b.index}, ${what}`)
        }
      }
  return [...faults.values()]
}
