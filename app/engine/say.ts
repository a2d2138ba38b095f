import type { Answer } from '../../src/answer.ts'
import type { Asks, WhyNot } from '../../src/engine/columns/shape.ts'
import type { Message } from '../../src/net/message.ts'
import type { Cause } from '../../src/trace/cause.ts'
import type { TraceEvent } from '../../src/trace/event.ts'
import type { Problem } from '../../src/trace/problem.ts'
import type { Lang } from '../ui/lang.ts'
import type { Said } from './words.ts'

// The engine's sentences are needed with the first answer, not with the first paint: they come beside the entry script.
let words: typeof import('./words.ts') | undefined

/** Call before an answer is shown. Without the sentences the page still walks, with titles left out. */
export async function loadWords(): Promise<void> {
  try {
    words ??= await import('./words.ts')
  } catch {
    words = undefined
  }
}

const nothing: Said = { title: '', text: '' }

export const sayEvent = (event: TraceEvent, answer: Answer, lang: Lang, carried?: Message): Said =>
  words?.sayEvent(event, answer, lang, carried) ?? nothing
export const sayProblem = (problem: Problem, lang: Lang): string => words?.sayProblem(problem, lang) ?? problem.code
export const sayCause = (cause: Cause, lang: Lang): string => words?.sayCause(cause, lang) ?? ''
export const sayOutcome = (answer: Answer, lang: Lang): Said => words?.sayOutcome(answer, lang) ?? nothing
export const nextCommands = (answer: Answer): readonly string[] => words?.nextCommands(answer) ?? []
export const sayWhyNot = (why: WhyNot, lang: Lang): string => words?.sayWhyNot(why, lang) ?? ''
export const sayAsks = (part: Asks, lang: Lang): string => words?.sayAsks(part, lang) ?? part
