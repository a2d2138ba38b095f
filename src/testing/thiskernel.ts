import { spawn } from 'node:child_process'
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

/** What the recorder printed. Rejects when there is no python3. */
const recorded = (scenario: unknown): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn('python3', [RECORDER])
    const [out, err]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }))
    // one that gave up early tells why in its status
    child.stdin.on('error', () => undefined)
    child.stdin.end(JSON.stringify(scenario))
  })

/**
 * Walks a scenario (`packetwalk-kernel-golden/1`) on the kernel of this machine, and in the model. Several may run at once: most of the time
 * the recorder waits. Rejects when the recorder itself fails.
 */
export async function onThisKernel(scenario: unknown): Promise<OnThisKernel> {
  let ran: Awaited<ReturnType<typeof recorded>>
  try {
    ran = await recorded(scenario)
  } catch (error) {
    return { result: 'not checked', why: error instanceof Error ? error.message : `${error}` }
  }
  if (ran.status === 77) return { result: 'not checked', why: ran.stderr.trim() }
  if (ran.status !== 0) throw new Error(`the recorder failed: ${ran.stderr}`)
  const { differences, steps, skipped } = replay(JSON.parse(ran.stdout))
  if (skipped !== undefined) return { result: 'not checked', why: skipped }
  return differences.length === 0 ? { result: 'identical', steps } : { result: 'different', steps, differences }
}
