import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replay } from '../../engine/replay.ts'
import { verifiable } from '../../engine/verify.ts'
import { build, hasErrors } from '../../engine/world.ts'
import { labOf, type Recipe, recipeOf } from './cluster.ts'

/**
 * Differential fuzzer: random clusters and probes, walked by the model and by the kernel of this machine.
 * npm run fuzz:kernel -- --count N --seed S
 */
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}

type Verdict =
  | { readonly kind: 'same'; readonly steps: number }
  | { readonly kind: 'differs'; readonly what: readonly string[] }
  | { readonly kind: 'cannot'; readonly why: string }
  | { readonly kind: 'nothing'; readonly why: string }

function judge(recipe: Recipe): Verdict {
  const { text, from, to } = labOf(recipe)
  const world = build([{ name: 'fuzz.yaml', text }], { wants: { everything: false, dns: false } })
  if (hasErrors(world.problems)) return { kind: 'differs', what: world.problems.map((p) => JSON.stringify(p)) }
  const found = verifiable(world, { from, to }, 1)
  if ('problem' in found) return { kind: 'nothing', why: found.problem.code }
  const ran = spawnSync('python3', [join(process.cwd(), 'e2e/kernel/scenario.py')], {
    input: JSON.stringify(found.scenario),
    encoding: 'utf8',
    maxBuffer: 1 << 27,
  })
  if (ran.status === 77) return { kind: 'cannot', why: ran.stderr.trim() }
  if (ran.status !== 0) return { kind: 'differs', what: [`the recorder failed: ${ran.stderr.trim().split('\n').at(-1)}`] }
  const { same, steps, differences, skipped } = replay(JSON.parse(ran.stdout))
  if (skipped !== undefined) return { kind: 'nothing', why: skipped }
  return same ? { kind: 'same', steps } : { kind: 'differs', what: differences }
}

/** Recipes with one thing less. */
function smaller(r: Recipe): readonly Recipe[] {
  const out: Recipe[] = []
  const swap = (i: number, change: Partial<Recipe['services'][number]>): Recipe => ({
    ...r,
    services: r.services.map((s, j) => (j === i ? { ...s, ...change } : s)),
  })
  if (r.services.length > 1)
    out.push({ ...r, services: [r.services[r.to.service] as Recipe['services'][number]], to: { ...r.to, service: 0 } })
  for (const [i, s] of r.services.entries()) {
    if (s.endpoints.length > 1) out.push(swap(i, { endpoints: s.endpoints.slice(0, -1) }))
    for (const key of ['udp', 'affinity', 'externalLocal', 'internalLocal', 'hostNetwork', 'silent', 'externalIp'] as const)
      if (s[key] && !(key === 'externalIp' && r.to.by === 'external-ip')) out.push(swap(i, { [key]: false }))
  }
  if (!r.brNetfilter) out.push({ ...r, brNetfilter: true })
  return out
}

function shrunk(recipe: Recipe): Recipe {
  let now = recipe
  for (let round = 0; round < 12; round++) {
    const next = smaller(now).find((r) => judge(r).kind === 'differs')
    if (!next) break
    now = next
  }
  return now
}

function tellStory(seed: number, recipe: Recipe, what: readonly string[]): string {
  const { text, from, to } = labOf(recipe)
  mkdirSync('test-results/fuzz', { recursive: true })
  const file = `test-results/fuzz/case-${seed}.yaml`
  const probe = `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: probe}\nspec: {probes: [{from: "${from}", to: "${to}"}]}\n`
  writeFileSync(
    file,
    `# Differs from the kernel. packetwalk verify ${file} --from ${from} --to ${to}\n${what
      .slice(0, 5)
      .map((w) => `# ${w}\n`)
      .join('')}${text}---\n${probe}`,
  )
  return file
}

const count = option('count', 20)
const seed = option('seed', 1)
let mismatches = 0
let compared = 0
/** Cases that were the same only in a second recording. */
let late = 0
/** Cases in which nothing was compared, by reason. */
const idle = new Map<string, number>()
if (!existsSync('e2e/kernel/scenario.py')) throw new Error('run it in the checkout')
for (let i = 0; i < count; i++) {
  const recipe = recipeOf(seed * 100_000 + i)
  const verdict = judge(recipe)
  if (verdict.kind === 'cannot') {
    console.log(`NOT CHECKED: ${verdict.why}`)
    break
  }
  compared++
  if (verdict.kind === 'nothing') idle.set(verdict.why, (idle.get(verdict.why) ?? 0) + 1)
  if (verdict.kind !== 'differs') continue
  // events of a busy machine can come late: what differs is recorded once more
  if (judge(recipe).kind === 'same') {
    late++
    continue
  }
  mismatches++
  const small = shrunk(recipe)
  const again = judge(small)
  const what = again.kind === 'differs' ? again.what : verdict.what
  console.log(`case ${i}: ${tellStory(seed * 100_000 + i, small, what)}\n  ${what.slice(0, 3).join('\n  ').slice(0, 900)}`)
}
for (const [why, n] of idle) console.log(`${n} cases had nothing to compare: ${why}`)
if (late > 0) console.log(`${late} cases were the same in a second recording`)
console.log(`${compared} cases, ${mismatches} mismatches, seed ${seed}`)
process.exitCode = mismatches > 0 ? 1 : 0
