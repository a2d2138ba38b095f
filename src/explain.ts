import type { Answer, Question } from './answer.ts'
import type { Setup } from './cluster/settle.ts'
import { answerOf, probeOf } from './engine/answering.ts'
import type { DumpCache } from './engine/dumps.ts'
import { probe } from './engine/probe.ts'
import type { World } from './engine/world.ts'
import { build, hasErrors } from './engine/world.ts'
import type { DocumentCache } from './manifest/read.ts'

export { type Odds, odds } from './engine/odds.ts'
export { type Probed, type ProbeOptions, probe } from './engine/probe.ts'
export { findSource, sourcesOf } from './engine/source.ts'
export { build, hasErrors, type World } from './engine/world.ts'

/** The page wants a whole cluster: DNS, an outside client and the usual Services are made up where the files have none. */
const setupOf = (question: Question): Setup => ({
  wants: { everything: true, dns: true },
  seed: question.seed,
  ...(question.proxy === undefined ? {} : { proxy: question.proxy }),
  ...(question.cni === undefined ? {} : { cni: question.cni }),
})

/** The corridor: manifests → objects → cluster → machines → a walk → journeys. Text with errors is answered with its problems alone. */
export function explain(question: Question, cache?: DocumentCache, dumps?: DumpCache): { readonly answer: Answer; readonly world: World } {
  const world = build(question.files, setupOf(question), cache, dumps)
  const asked = probeOf(question, world)
  if (hasErrors(world.problems) || !asked) return { answer: answerOf(question, world), world }
  const probed = probe(world, asked, { seed: question.seed, commit: true, ...(question.forced ? { forced: question.forced } : {}) })
  return { answer: answerOf(question, world, { asked, probed }), world }
}
