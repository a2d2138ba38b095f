import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replay } from '../engine/replay.ts'
import { goldenOf } from './stories/recorded.ts'
import { traps } from './stories/traps.ts'

/**
 * The traps on the kernel of this machine: built from network namespaces, probed, and walked by the model step by step. Stories of several probes,
 * changes and hand-made segments included. Needs root and the tools that e2e/kernel/scenario.py names.
 */
const recorder = join(import.meta.dirname, '../../e2e/kernel/scenario.py')

function onThisKernel(scenario: unknown): { readonly recorded: unknown } | { readonly cannot: string } {
  const ran = spawnSync('python3', [recorder], { input: JSON.stringify(scenario), encoding: 'utf8', maxBuffer: 1 << 27 })
  if (ran.error) return { cannot: ran.error.message }
  if (ran.status === 77) return { cannot: ran.stderr.trim() }
  if (ran.status !== 0) throw new Error(`the recorder failed: ${ran.stderr}`)
  return { recorded: JSON.parse(ran.stdout) }
}

const first = onThisKernel(goldenOf({ file: 'flannel-hairpin-off' }))
const why = 'cannot' in first ? first.cannot : undefined
if (why !== undefined) console.warn(`NOT CHECKED against the real kernel: ${why}`)

test.runIf(why === undefined).each(traps)('$name', { retry: 2, timeout: 60_000 }, (story) => {
  const ran = onThisKernel(goldenOf(story))
  expect(ran).not.toHaveProperty('cannot')
  const { differences, steps, skipped } = replay('recorded' in ran ? ran.recorded : undefined)
  expect(skipped).toBeUndefined()
  expect(differences).toEqual([])
  expect(steps).toBeGreaterThan(3)
})
