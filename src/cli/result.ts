import type { Problem } from '../trace/problem.ts'
import type { Lang } from '../words/lang.ts'
import { printProblem } from './problems.ts'

/** What a command leaves behind. 0 done · 1 the lab or the arguments are invalid · 2 usage · 70 a bug of ours. */
export interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export const done = (stdout: string, stderr = ''): Result => ({ code: 0, stdout, stderr })

/** Every problem on stderr, nothing on stdout. */
export const refused = (problems: readonly Problem[], lang: Lang): Result => ({
  code: 1,
  stdout: '',
  stderr: problems.map((p) => printProblem(p, lang)).join(''),
})

/** JSON as it is printed everywhere: indented, with a newline at the end. Fractions are texts by then. */
export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`
