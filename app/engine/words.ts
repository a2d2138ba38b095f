// The page's way to the engine's sentences. Events, causes and outcomes are plain until src/words says them.
import type { Answer } from '../../src/answer.ts'
import type { Cause } from '../../src/trace/cause.ts'
import type { TraceEvent } from '../../src/trace/event.ts'
import type { Problem } from '../../src/trace/problem.ts'
import { sayProblem as sayWords } from '../../src/words/problems.ts'
import type { Lang } from '../ui/lang.ts'

/** A sentence about a step: what happened, and what it means. */
export interface Said {
  readonly title: string
  readonly text: string
}

export const sayEvent = (event: TraceEvent, _answer: Answer, _lang: Lang): Said => {
  if (event.kind === 'nat') return { title: `${event.manip === 'dst' ? 'DNAT' : 'SNAT'}: ${event.from} → ${event.to}`, text: '' }
  if (event.kind === 'hook') return { title: (event.at.hook ?? '').toUpperCase(), text: '' }
  return { title: event.kind, text: '' }
}
/** What a problem says, without its place. */
export const sayProblem = (problem: Problem, lang: Lang): string => sayWords(problem, lang === 'zh' ? 'zh-CN' : 'en')

export const sayCause = (cause: Cause, _lang: Lang): string =>
  cause.what.kind === 'by' ? `${cause.what.by}: ${cause.what.why}` : cause.what.kind
export const sayOutcome = (_answer: Answer, _lang: Lang): Said => ({ title: '', text: '' })
