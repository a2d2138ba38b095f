import { expect, test } from 'vitest'
import { onThisKernel } from './thiskernel.ts'
import { NoScenario, runs } from './verified-runs.ts'

/** Every lab and story in every mode on the kernel of this machine; verify.test.ts is the core of it, and traps.heavy.test.ts has the traps. */
const wanted = runs.filter(({ what }) => what !== 'trap')

test.each(wanted)('$what $name, $mode', { concurrent: true, retry: 2, timeout: 60_000 }, async (run) => {
  let scenario: unknown
  try {
    scenario = run.scenario()
  } catch (error) {
    if (!(error instanceof NoScenario)) throw error
    console.warn(`NOT CHECKED: ${run.what} ${run.name}, ${run.mode}: ${error.message}`)
    return
  }
  const found = await onThisKernel(scenario)
  if (found.result === 'not checked') console.warn(`NOT CHECKED: ${run.what} ${run.name}, ${run.mode}: ${found.why}`)
  else expect(found).toMatchObject({ result: 'identical' })
})
