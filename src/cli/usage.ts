import type { Problem } from '../trace/problem.ts'
import type { Lang } from '../words/lang.ts'
import { sentence } from './problems.ts'
import type { Result } from './result.ts'
import { say } from './words/words.ts'

/** A mistake in how the command was called; exit status 2. */
export function usage(problems: readonly Problem[], command: string, lang: Lang): Result {
  const said = problems.map((p) => `packetwalk: ${sentence(p, lang)}\n`).join('')
  return { code: 2, stdout: '', stderr: `${said}${say(lang, 'try-help', { command })}\n` }
}
