import { createHash } from 'node:crypto'
import type { ProbeQuestion } from '../answer.ts'
import { verifiable } from '../engine/verify.ts'
import { build, type World } from '../engine/world.ts'
import { labFilesOf, slugs } from './gallery.ts'
import { stories } from './stories/list.ts'
import { goldenOf } from './stories/recorded.ts'
import { traps } from './stories/traps.ts'

/** One line of FIDELITY.md's table: a scenario that the real kernel walks beside the model. */
export interface VerifiedRun {
  readonly what: 'lab' | 'story' | 'trap'
  /** Slug of a lab, name of a story. */
  readonly name: string
  readonly mode: string
  /** The scenario as the kernel is given it, or why there is none. */
  scenario(): unknown
}

/** Modes whose rules the kernel itself runs. In userspace mode a process takes the connections, and L7 processes are stand-ins here. */
const MODES = ['iptables', 'nftables', 'ipvs'] as const

/** sha256 of a lab's files: a lab that was changed after the run is not verified. */
export function digestOf(slug: string): string {
  const hash = createHash('sha256')
  for (const { name, text } of labFilesOf(slug)) hash.update(`${name}\0${text}\0`)
  return hash.digest('hex')
}

/** The reason why no scenario can be made is thrown as text: it is a line of the table. */
export class NoScenario extends Error {}

function scenarioOf(world: World, question: ProbeQuestion): unknown {
  const found = verifiable(world, question, 1)
  if ('problem' in found) throw new NoScenario(found.problem.code)
  return found.scenario
}

function ofLab(slug: string, proxy: string): unknown {
  const world = build(labFilesOf(slug), { wants: { everything: true, dns: true }, proxy })
  const question = world.cluster.probes[0]
  if (question === undefined) throw new NoScenario('no-probe')
  return scenarioOf(world, question)
}

function ofStory(lab: string, question: ProbeQuestion, proxy: string): unknown {
  const host = /^host\/(.+)$/.exec(question.from)?.[1]
  const wants = { everything: true, dns: true, ...(host === undefined ? {} : { host }) }
  return scenarioOf(build([{ name: 'story.yaml', text: lab }], { wants, proxy }), question)
}

export const runs: readonly VerifiedRun[] = [
  ...slugs.flatMap((slug) =>
    MODES.map((mode) => ({ what: 'lab' as const, name: slug, mode: mode as string, scenario: () => ofLab(slug, mode) })),
  ),
  ...stories.flatMap(({ name, lab, probe }) =>
    MODES.map((mode) => ({ what: 'story' as const, name, mode: mode as string, scenario: () => ofStory(lab, probe, mode) })),
  ),
  ...traps.map((trap) => ({ what: 'trap' as const, name: trap.name, mode: 'iptables', scenario: () => goldenOf(trap) })),
]
