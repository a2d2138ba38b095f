import { spawn } from 'node:child_process'
import { release } from 'node:os'
import { replay } from '../engine/replay.ts'

/**
 * Found from the root of the project, where tests and scripts run. PACKETWALK_RECORDER names one for another kernel (`e2e/kernel/vm/`), which is
 * asked for what this one lacks.
 */
export const RECORDERS: readonly string[] = ['e2e/kernel/scenario.py', ...(process.env['PACKETWALK_RECORDER']?.split(' ') ?? [])]
/** The recorder's status when the machine cannot. */
export const CANNOT = 77
/** How the recorder's complaint begins when another kernel may have what it takes. */
export const LACKS = 'the kernel lacks'

/** What became of a scenario on the kernel of this machine. */
export type OnThisKernel =
  | { readonly result: 'identical'; readonly steps: number; readonly kernel: string }
  | { readonly result: 'different'; readonly steps: number; readonly kernel: string; readonly differences: readonly string[] }
  /** The machine or its kernel cannot build it, or the model's walk is not compared: never counted as passed. */
  | { readonly result: 'not checked'; readonly why: string }

const shortVersion = (release: string): string => release.split('.').slice(0, 2).join('.')
/** X.Y of Linux here. */
export const kernelVersion = (): string => shortVersion(release())

/** What the recorder printed. Rejects when there is no python3. */
const recorded = (
  recorder: string,
  scenario: unknown,
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn('python3', [recorder])
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
  let why = ''
  for (const recorder of RECORDERS) {
    let ran: Awaited<ReturnType<typeof recorded>>
    try {
      ran = await recorded(recorder, scenario)
    } catch (error) {
      return { result: 'not checked', why: error instanceof Error ? error.message : `${error}` }
    }
    if (ran.status === CANNOT) {
      why ||= ran.stderr.trim()
      if (why.startsWith(LACKS)) continue
      break
    }
    if (ran.status !== 0) throw new Error(`the recorder failed: ${ran.stderr}`)
    const json = JSON.parse(ran.stdout) as { readonly kernel: string }
    const { differences, steps, skipped } = replay(json)
    if (skipped !== undefined) return { result: 'not checked', why: skipped }
    const kernel = shortVersion(json.kernel)
    return differences.length === 0 ? { result: 'identical', steps, kernel } : { result: 'different', steps, kernel, differences }
  }
  return { result: 'not checked', why }
}
