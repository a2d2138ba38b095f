import type { ProbeQuestion } from '../answer.ts'
import { nftLines } from '../kernel/nft/print.ts'
import { type Scenario, safeName } from '../tools/netns/scenario.ts'
import { type ScriptProbe, scriptOf } from '../tools/netns/script.ts'
import type { Problem } from '../trace/problem.ts'
import { verifiable } from './verify.ts'
import type { World } from './world.ts'

/**
 * The lab as a shell script that rebuilds it on a Linux host, with each question as a command. `name` stands in its head.
 * A question that a real kernel cannot be asked is told as a problem.
 * @throws without any question
 */
export function rebuildScript(
  name: string,
  world: World,
  questions: readonly ProbeQuestion[],
  seed: number,
): { readonly text: string } | { readonly problem: Problem } {
  const probes: ScriptProbe[] = []
  let scenario: Scenario | undefined
  for (const question of questions) {
    const found = verifiable(world, question, seed)
    if ('problem' in found) return found
    scenario ??= found.scenario
    probes.push({ title: `${question.from} to ${question.to}`, probe: found.scenario.probe, http: question.to.startsWith('http:') })
  }
  if (!scenario) throw new Error('a script without a question')
  return { text: scriptOf(name, scenario, probes, nftOf(world)) }
}

/** The tables of nft by namespace. */
function nftOf(world: World): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {}
  for (const name of world.machines.names) {
    const { nft } = world.machines.netns(name) ?? {}
    if (nft && nft.tables.length > 0) found[safeName(name)] = [...nftLines(nft)]
  }
  return found
}
