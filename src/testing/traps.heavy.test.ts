import { expect, test } from 'vitest'
import { goldenOf } from './stories/recorded.ts'
import { traps } from './stories/traps.ts'
import { onThisKernel } from './thiskernel.ts'

/**
 * The traps on the kernel of this machine: built from network namespaces, probed, and walked by the model step by step. Stories of several probes,
 * changes and hand-made segments included. Needs root and the tools that e2e/kernel/scenario.py names.
 */
const first = await onThisKernel(goldenOf({ file: 'flannel-hairpin-off' }))
const why = first.result === 'not checked' ? first.why : undefined
if (why !== undefined) console.warn(`NOT CHECKED against the real kernel: ${why}`)

test.runIf(why === undefined).each(traps)('$name', { concurrent: true, retry: 2, timeout: 60_000 }, async (story) => {
  const found = await onThisKernel(goldenOf(story))
  expect(found).toMatchObject({ result: 'identical' })
  expect('steps' in found ? found.steps : 0).toBeGreaterThan(3)
})
