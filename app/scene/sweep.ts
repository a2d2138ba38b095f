// For tests only: draws a walk stop by stop and looks for faults.
import type { Answer, View, Viewed } from '../../src/answer.ts'
import { type Beat, beatsOf } from '../timeline/beats.ts'
import { faultsOf } from './check.ts'
import type { Size } from './layout.ts'
import { listScene } from './list.ts'
import { hasPair } from './pods.ts'
import { wideScene } from './scene.ts'
import type { Scene } from './shapes.ts'
import { leastWide, roomFor } from './size.ts'
import type { Lang } from './words.ts'
import { factsOf, pairScene } from './zoom/pair/pair.ts'

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

type Draw = (beat: number, size: Size, lang: Lang) => Scene | undefined

/** What is wrong with the pictures of a walk, each fault once, with the first stop that has it. */
function swept(shown: readonly Beat[], sizes: readonly Size[], langs: readonly Lang[], draw: Draw): readonly string[] {
  const faults = new Map<string, string>()
  for (const size of sizes)
    for (const lang of langs)
      for (const b of shown) {
        const scene = draw(b.index, size, lang)
        for (const f of scene === undefined ? [{ what: 'nothing drawn', a: '', b: '' }] : faultsOf(scene)) {
          const what = `${size.width}×${size.height} ${lang} ${f.what}: ${f.a} / ${f.b}`
          if (!faults.has(what)) faults.set(what, `stop ${b.index}, ${what}`)
        }
      }
  return [...faults.values()]
}

/** The whole cluster. */
export function sweep(answer: Answer, sizes: readonly Size[], langs: readonly Lang[], pick = telling): readonly string[] {
  const beats = beatsOf(answer)
  return swept(pick(beats), sizes, langs, (beat, size, lang) =>
    (size.width < leastWide ? listScene : wideScene)(answer, beats, { beat }, { size, lang }),
  )
}

/** The places of a walk that can be looked at by themselves: nodes, and Pods with a veth pair. */
export function nearPlaces(answer: Answer, all: boolean): { readonly nodes: readonly string[]; readonly pods: readonly string[] } {
  const places = new Set(beatsOf(answer).map((b) => b.place))
  const netns = (answer.stage?.netns ?? []).filter((n) => all || places.has(n.name))
  return {
    nodes: netns.filter((n) => n.kind === 'node').map((n) => n.name),
    pods: netns.filter((n) => n.kind === 'pod' && hasPair(n)).map((n) => n.name),
  }
}

/** Every node by itself, and every veth pair that the walk passes; `look` asks the engine. On a phone the map is larger than its frame. */
export async function sweepNear(
  answer: Answer,
  look: (view: View) => Viewed | undefined,
  sizes: readonly Size[],
  langs: readonly Lang[],
  pick = telling,
): Promise<readonly string[]> {
  const beats = beatsOf(answer)
  const { nodes, pods } = nearPlaces(answer, false)
  const faults: string[] = []
  for (const node of nodes) {
    const found = swept(pick(beats), sizes, langs, (beat, size, lang) =>
      wideScene(answer, beats, { beat }, { size: roomFor(size), lang, node }),
    )
    faults.push(...found.map((f) => `${node} alone: ${f}`))
  }
  for (const pod of pods) {
    const facts = await factsOf(answer, pod, (asked) => Promise.resolve(look(asked)))
    const found = swept(pick(beats), sizes, langs, (beat, size, lang) =>
      pairScene({ answer, beats, head: { beat }, size, lang, pod, facts }),
    )
    faults.push(...found.map((f) => `pair of ${pod}: ${f}`))
  }
  return faults
}
