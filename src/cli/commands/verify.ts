import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { replay } from '../../engine/replay.ts'
import { verifiable } from '../../engine/verify.ts'
import type { Command } from '../command.ts'
import { openLab } from '../lab.ts'
import { complaint } from '../problems.ts'
import { done, json, type Result, refused } from '../result.ts'
import { usage } from '../usage.ts'
import { say } from '../words/words.ts'
import { asking, questionOf } from './probe.ts'

/** Exit status of the recorder when this machine cannot do it, as test runners know "skipped". */
const CANNOT = 77
const LARGEST = 64 * 1024 * 1024

/** e2e/kernel/scenario.py, found from where this program lies: in the checkout, bundled into its cache, or in the package. */
function recorder(): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let up = 0; up < 6; up++) {
    const file = join(folder, 'e2e/kernel/scenario.py')
    if (existsSync(file)) return file
    folder = dirname(folder)
  }
  return undefined
}

export const verify: Command = {
  name: 'verify',
  usage: 'FILE… --from SRC --to DST',
  about: {
    en: "walk the probe on this machine's own kernel (root, Linux) and compare step by step",
    'zh-CN': '在本机内核上真实走一遍（需要 root 和 Linux），逐步比较',
  },
  options: [
    ...asking,
    { name: '--scenario', about: { en: 'print the scenario that the kernel is given, and stop', 'zh-CN': '只输出交给内核的场景' } },
  ],
  tail: [0, 0],
  run(asked, desk): Result {
    const [from, to] = [asked.option('--from'), asked.option('--to')]
    const missing = [...(from === undefined ? ['--from SRC'] : []), ...(to === undefined ? ['--to DST'] : [])]
    if (from === undefined || to === undefined)
      return usage(
        missing.map((option) => complaint('needs-option', { option })),
        'verify',
        asked.lang,
      )
    const question = questionOf(asked, from, to)
    if ('severity' in question) return usage([question], 'verify', asked.lang)
    const opened = openLab(asked, desk, () => [question])
    if ('refused' in opened) return opened.refused
    const found = verifiable(opened.world, question, opened.seed)
    if ('problem' in found) return refused([found.problem], asked.lang)
    if (asked.option('--scenario') !== undefined) return done(json(found.scenario), opened.warnings)
    const script = recorder()
    if (script === undefined) return refused([complaint('verify-no-recorder')], asked.lang)
    const ran = spawnSync('python3', [script], { input: JSON.stringify(found.scenario), encoding: 'utf8', maxBuffer: LARGEST })
    const why = (ran.error?.message ?? ran.stderr).trim().split('\n').at(-1) ?? ''
    if (ran.error !== undefined || ran.status === CANNOT)
      return { code: CANNOT, stdout: `${say(asked.lang, 'verify-cannot', { why })}\n`, stderr: opened.warnings }
    if (ran.status !== 0) return refused([complaint('verify-failed', { why })], asked.lang)
    const { same, steps, differences, skipped } = replay(JSON.parse(ran.stdout))
    if (asked.option('--json') !== undefined)
      return {
        ...done(json({ same, steps, differences, ...(skipped === undefined ? {} : { skipped }) }), opened.warnings),
        code: same ? 0 : 1,
      }
    const line =
      skipped !== undefined
        ? say(asked.lang, 'verify-cannot', { why: skipped })
        : same
          ? say(asked.lang, 'replay-same', { steps })
          : say(asked.lang, 'verify-differs', { difference: differences[0] ?? '' })
    return { code: same ? 0 : skipped === undefined ? 1 : CANNOT, stdout: `${line}\n`, stderr: opened.warnings }
  },
}
