import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadParts } from '../../engine/parts.ts'
import { replay } from '../../engine/replay.ts'
import { verifiable } from '../../engine/verify.ts'
import { build, hasErrors } from '../../engine/world.ts'
import { CANNOT, LACKS, RECORDERS } from '../thiskernel.ts'
import { labOf, type Recipe, recipeOf } from './cluster.ts'
import { CNIS, type CniRecipe, cniRecipe, smallerCni } from './cni.ts'
import { cniWorld } from './cniworld.ts'
import { type NetworkCase, networkCase, scenarioOfNetwork, smallerNetwork } from './network.ts'
import { smaller } from './smaller.ts'

/**
 * Differential fuzzer: random clusters (cluster.ts) and networks without Kubernetes (network.ts) in turn, or clusters of every CNI with policies
 * (cni.ts), walked by the model and by the kernel of this machine. npm run fuzz:kernel -- --count N --seed S [--only cluster|network|cni] [--cni A,B] [--cold]
 * --keep DIR: all recordings are kept there, for `packetwalk replay`.
 * PACKETWALK_RECORDER: e2e/kernel/vm/scenario.py, for what this kernel lacks.
 */
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const word = (name: string): string | undefined => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined)
const only = word('--only')
/** Walks start from empty neighbour tables and FDBs. */
const cold = process.argv.includes('--cold')
const cnis = word('--cni')?.split(',') ?? CNIS
const keep = word('--keep')

type Verdict =
  | { readonly kind: 'same'; readonly steps: number }
  | { readonly kind: 'differs'; readonly what: readonly string[] }
  | { readonly kind: 'cannot'; readonly why: string }
  | { readonly kind: 'nothing'; readonly why: string }

type Case =
  | { readonly kind: 'cluster'; readonly recipe: Recipe }
  | { readonly kind: 'network'; readonly network: NetworkCase }
  | { readonly kind: 'cni'; readonly cni: CniRecipe }

function scenarioOf(one: Case): { readonly scenario: unknown } | Verdict {
  // neighbour discovery of IPv6 does not walk
  if (one.kind === 'network' && cold && one.network.family === 6) return { kind: 'nothing', why: 'IPv6 has no cold walks' }
  if (one.kind === 'network') return { scenario: { ...scenarioOfNetwork(one.network), ...(cold ? { cold, timeout: 4 } : {}) } }
  if (one.kind === 'cni') {
    const { world, from, to } = cniWorld(one.cni)
    if (hasErrors(world.problems)) return { kind: 'nothing', why: world.problems.find((p) => p.severity === 'error')?.code ?? '' }
    const found = to === undefined ? undefined : verifiable(world, { from, to, ...(cold ? { cold } : {}) }, 1)
    if (!found) return { kind: 'nothing', why: 'a Pod without an address' }
    return 'problem' in found ? { kind: 'nothing', why: `${found.problem.code} ${JSON.stringify(found.problem.params)}` } : found
  }
  const { text, from, to } = labOf(one.recipe)
  const world = build([{ name: 'fuzz.yaml', text }], { wants: { everything: false, dns: false } })
  if (hasErrors(world.problems)) return { kind: 'differs', what: world.problems.map((p) => JSON.stringify(p)) }
  const found = verifiable(world, { from, to, ...(cold ? { cold } : {}) }, 1)
  return 'problem' in found ? { kind: 'nothing', why: found.problem.code } : found
}

function judge(one: Case, name?: string): Verdict {
  const made = scenarioOf(one)
  if (!('scenario' in made)) return made
  const input = JSON.stringify(made.scenario)
  const ask = (recorder: string): ReturnType<typeof spawnSync> & { readonly stdout: string; readonly stderr: string } =>
    spawnSync('python3', [recorder], { input, encoding: 'utf8', maxBuffer: 1 << 27 })
  let ran = ask(RECORDERS[0] ?? '')
  for (const other of RECORDERS.slice(1)) if (ran.status === CANNOT && ran.stderr.startsWith(LACKS)) ran = ask(other)
  if (ran.status === CANNOT) return { kind: 'cannot', why: ran.stderr.trim() }
  if (ran.status !== 0) return { kind: 'differs', what: [`the recorder failed: ${ran.stderr.trim().split('\n').at(-1)}`] }
  if (keep !== undefined && name !== undefined) writeFileSync(join(keep, `${name}.json`), ran.stdout)
  const { same, steps, differences, skipped } = replay(JSON.parse(ran.stdout))
  if (skipped !== undefined) return { kind: 'nothing', why: skipped }
  return same ? { kind: 'same', steps } : { kind: 'differs', what: differences }
}

const less = (one: Case): readonly Case[] =>
  one.kind === 'cluster'
    ? smaller(one.recipe).map((recipe) => ({ kind: 'cluster', recipe }))
    : one.kind === 'cni'
      ? smallerCni(one.cni).map((cni) => ({ kind: 'cni', cni }))
      : smallerNetwork(one.network).map((network) => ({ kind: 'network', network }))

function shrunk(one: Case): Case {
  let now = one
  for (let round = 0; round < 12; round++) {
    const next = less(now).find((c) => judge(c).kind === 'differs')
    if (!next) break
    now = next
  }
  return now
}

/** Writes what differs: a cluster as a lab, a network as a scenario for e2e/kernel/scenario.py. */
function tellStory(seed: number, one: Case, what: readonly string[]): string {
  mkdirSync('test-results/fuzz', { recursive: true })
  if (one.kind === 'network') {
    const file = `test-results/fuzz/case-${seed}.json`
    writeFileSync(file, `${JSON.stringify({ case: one.network, differs: what.slice(0, 5), ...scenarioOfNetwork(one.network) }, null, 1)}\n`)
    return file
  }
  const { text, from, to } = one.kind === 'cni' ? cniWorld(one.cni) : labOf(one.recipe)
  const file = `test-results/fuzz/${one.kind === 'cni' ? 'cni' : 'case'}-${seed}.yaml`
  const how = one.kind === 'cni' ? ` --cni ${one.cni.cni} --proxy ${one.cni.proxy}` : ''
  const probe = `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: probe}\nspec: {probes: [{from: "${from}", to: "${to}"}]}\n`
  writeFileSync(
    file,
    `# Differs from the kernel. packetwalk verify ${file} --from ${from} --to ${to}${how}\n${what
      .slice(0, 5)
      .map((w) => `# ${w}\n`)
      .join('')}${text}---\n${probe}`,
  )
  return file
}

function drawn(seed: number, i: number): Case {
  if (only === 'cni') return { kind: 'cni', cni: cniRecipe(seed, cnis) }
  const network = only === 'network' || (only !== 'cluster' && i % 2 === 1)
  return network ? { kind: 'network', network: networkCase(seed) } : { kind: 'cluster', recipe: recipeOf(seed) }
}

const count = option('count', 20)
const seed = option('seed', 1)
const first = option('from', 0)
let mismatches = 0
let compared = 0
/** Cases that were the same only in a second recording. */
let late = 0
let steps = 0
const started = process.uptime()
/** Cases in which nothing was compared, by reason. */
const idle = new Map<string, number>()
if (!existsSync('e2e/kernel/scenario.py')) throw new Error('run it in the checkout')
if (keep !== undefined) mkdirSync(keep, { recursive: true })
await loadParts()
for (let i = first; i < first + count; i++) {
  const one = drawn(seed * 100_000 + i, i)
  const verdict = judge(one, `${seed}-${i}`)
  if (verdict.kind === 'cannot') {
    // what this kernel lacks for one CNI it may have for the next
    if (verdict.why.startsWith(LACKS)) {
      idle.set(verdict.why, (idle.get(verdict.why) ?? 0) + 1)
      continue
    }
    console.log(`NOT CHECKED: ${verdict.why}`)
    break
  }
  compared++
  if (verdict.kind === 'nothing') idle.set(verdict.why, (idle.get(verdict.why) ?? 0) + 1)
  if (verdict.kind === 'same') steps += verdict.steps
  if (verdict.kind !== 'differs') continue
  // events of a busy machine can come late: what differs is recorded once more
  if (judge(one).kind === 'same') {
    late++
    continue
  }
  mismatches++
  const small = shrunk(one)
  const again = judge(small)
  const what = again.kind === 'differs' ? again.what : verdict.what
  console.log(`case ${i}: ${tellStory(seed * 100_000 + i, small, what)}\n  ${what.slice(0, 3).join('\n  ').slice(0, 900)}`)
}
for (const [why, n] of idle) console.log(`${n} cases had nothing to compare: ${why}`)
if (late > 0) console.log(`${late} cases were the same in a second recording`)
console.log(`${steps} steps, ${Math.round((compared * 60) / (process.uptime() - started))} cases a minute`)
console.log(`${compared} cases, ${mismatches} mismatches, seed ${seed}`)
process.exitCode = mismatches > 0 ? 1 : 0
