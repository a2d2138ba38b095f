import type { Problem } from '../trace/problem.ts'
import type { Lang } from '../words/lang.ts'
import { sentence } from './problems.ts'
import { type Result, refused } from './result.ts'
import { say } from './words/words.ts'

/** Arguments whose form is right and whose value is not. */
const VALUES: ReadonlySet<string> = new Set(
  ['option-value', 'option-number', 'option-header', 'option-method', 'only-for', 'no-such-kind', 'no-such-tool'].map(
    (word) => `cli/${word}`,
  ),
)

/** A mistake in how the command was called: exit status 2, and where to read how it is called. Where only values are wrong, 1. */
export function usage(problems: readonly Problem[], command: string, lang: Lang): Result {
  if (problems.length > 0 && problems.every((p) => VALUES.has(p.code))) return refused(problems, lang)
  const said = problems.map((p) => `packetwalk: ${sentence(p, lang)}\n`).join('')
  return { code: 2, stdout: '', stderr: `${said}${say(lang, 'try-help', { command })}\n` }
}
