import { isGolden } from '../../engine/replay/golden.ts'
import { replay } from '../../engine/replay.ts'
import type { Problem } from '../../trace/problem.ts'
import type { Command } from '../command.ts'
import { readFiles } from '../files.ts'
import { complaint } from '../problems.ts'
import { json, refused } from '../result.ts'
import { say } from '../words/words.ts'

interface Line {
  readonly file: string
  readonly same: boolean
  readonly steps: number
  readonly difference?: string
  readonly skipped?: string
}

export const replayCommand: Command = {
  name: 'replay',
  usage: 'GOLDEN.json…',
  about: { en: 'compare recorded walks of a real kernel with the model, step by step', 'zh-CN': '把真实内核的录制与模型逐步比较' },
  options: [{ name: '--json', about: { en: 'print JSON', 'zh-CN': '输出 JSON' } }],
  tail: [0, 0],
  plain: true,
  run(asked, desk) {
    const { files, problems } = readFiles(asked.files, desk)
    const walks: { readonly file: string; readonly golden: unknown }[] = []
    const found: Problem[] = [...problems]
    for (const { name, text } of files) {
      const golden = parsed(text)
      if ('why' in golden) found.push(complaint('not-json', { path: name, why: golden.why }))
      else if (!isGolden(golden.value)) found.push(complaint('not-golden', { path: name }))
      else walks.push({ file: name, golden: golden.value })
    }
    if (found.length > 0) return refused(found, asked.lang)
    const lines: readonly Line[] = walks.map(({ file, golden }) => {
      const { same, steps, differences, skipped } = replay(golden)
      const [difference] = differences
      return { file, same, steps, ...(difference === undefined ? {} : { difference }), ...(skipped === undefined ? {} : { skipped }) }
    })
    const text = (line: Line): string => {
      if (line.skipped !== undefined) return say(asked.lang, 'replay-skipped', { why: line.skipped })
      return line.same
        ? say(asked.lang, 'replay-same', { steps: line.steps })
        : say(asked.lang, 'replay-differs', { difference: line.difference ?? '' })
    }
    const named = lines.length > 1
    const stdout =
      asked.option('--json') === undefined ? lines.map((l) => `${named ? `${l.file}: ` : ''}${text(l)}\n`).join('') : json(lines)
    return { code: lines.every((l) => l.same) ? 0 : 1, stdout, stderr: '' }
  },
}

function parsed(text: string): { readonly value: unknown } | { readonly why: string } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) }
  }
}
