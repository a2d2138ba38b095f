import { spawnSync } from 'node:child_process'
import { release } from 'node:os'
import { replay } from '../engine/replay.ts'

/** Found from the root of the project, where tests and scripts run. */
const RECORDER = 'e2e/kernel/scenario.py'

/** What became of a scenario on the kernel of this machine. */
export type OnThisKernel =
  | { readonly result: 'identical'; readonly steps: number }
  | { readonly result: 'different'; readonly steps: number; readonly differences: readonly string[] }
  /** The machine or its kernel cannot build it, or the model's walk is not compared: never counted as passed. */
  | { readonly result: 'not checked'; readonly why: string }

/** X.Y of Linux here. */
export const kernelVersion = (): string => release().split('.').slice(0, 2).join('.')

/** Walks a scenario (`packetwalk-kernel-golden/1`) on the kernel of this machine, and in the model. Throws when the recorder itself fails. */
export function onThisKernel(scenario: unknown): OnThisKernel {
  const ran = spawnSync('python3', [RECORDER], { input: JSON.stringify(scenario), encoding: 'utf8', maxBuffer: 1 << 27 })
  if (ran.error) return { result: 'not checked', why: ran.error.message }
  if (ran.status === 77) return { result: 'not checked', why: ran.stderr.trim() }
  if (ran.status !== 0) throw new Error(`the recorder failed: ${ran.stderr}`)
  const { differences, steps, skipped } = replay(JSON.parse(ran.stdout))
  if (skipped !== undefined) return { result: 'not checked', why: skipped }
  return differences.length === 0 ? { result: 'identical', steps } : { result: 'different', steps, differences }
}
