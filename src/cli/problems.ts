import type { Problem } from '../trace/problem.ts'
import type { Lang } from '../words/lang.ts'
import { ingressProblems } from '../words/problems/ingress.ts'
import { learnProblems, sayProblem } from '../words/problems.ts'
import { isWord, type Params, say, type Word } from './words/words.ts'

const OURS = 'cli/'

learnProblems(ingressProblems)

/** A mistake in the arguments. Its code is kept apart from those of the engine. */
export const complaint = (word: Word, params: Params = {}): Problem => ({ code: `${OURS}${word}`, params, severity: 'error' })

/** One line: `FILE:LINE:COL: error: FIELD.PATH: message`, without what there is not. */
export function printProblem(problem: Problem, lang: Lang): string {
  const { severity, where } = problem
  const place = where === undefined ? '' : `${where.file}:${where.line}:${where.column}: `
  const said = sentence(problem, lang)
  // Some sentences begin with the field themselves.
  const field = where === undefined || where.field === '' || said.startsWith(where.field) ? '' : `${where.field}: `
  return `${place}${severity}: ${field}${said}\n`
}

/** What a problem says, on one line. */
export function sentence(problem: Problem, lang: Lang): string {
  const word = problem.code.startsWith(OURS) ? problem.code.slice(OURS.length) : ''
  const text = isWord(word) ? say(lang, word, problem.params) : sayProblem(problem, lang)
  return text.replace(/\s*\n\s*/g, ' ')
}
