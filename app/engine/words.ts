import type { Answer } from '../../src/answer.ts'
import type { Asks, WhyNot } from '../../src/engine/columns/shape.ts'
import type { Message } from '../../src/net/message.ts'
import type { Cause } from '../../src/trace/cause.ts'
import type { TraceEvent } from '../../src/trace/event.ts'
import type { Problem } from '../../src/trace/problem.ts'
import { sayCause as sayCauseIn } from '../../src/words/causes.ts'
import { sayEvent as sayEventIn } from '../../src/words/events.ts'
import type { Lang as EngineLang } from '../../src/words/lang.ts'
import { type Names, namesOf } from '../../src/words/names.ts'
import { nextCommands as nextCommandsIn } from '../../src/words/next.ts'
import { sayOutcome as sayOutcomeIn } from '../../src/words/outcomes.ts'
import { ingressProblems } from '../../src/words/problems/ingress.ts'
import { learnProblems, sayProblem as sayProblemIn } from '../../src/words/problems.ts'
import type { Said } from '../../src/words/said.ts'
import { sayAsks as sayAsksIn, sayWhyNot as sayWhyNotIn } from '../../src/words/whynot.ts'
import type { Lang } from '../ui/lang.ts'

// The page's way to the engine's sentences, in the page's own names for the languages.
export type { Said }

learnProblems(ingressProblems)

const tongue = (lang: Lang): EngineLang => (lang === 'zh' ? 'zh-CN' : 'en')

const known = new WeakMap<Answer, Names>()
function namesFor(answer: Answer): Names {
  const names = known.get(answer) ?? namesOf(answer.stage)
  known.set(answer, names)
  return names
}

export const sayEvent = (event: TraceEvent, answer: Answer, lang: Lang, carried?: Message): Said =>
  sayEventIn(event, namesFor(answer), tongue(lang), carried)
export const sayProblem = (problem: Problem, lang: Lang): string => sayProblemIn(problem, tongue(lang))
export const sayCause = (cause: Cause, lang: Lang): string => sayCauseIn(cause.what, tongue(lang))
/** What the caller saw, and why; empty without a walk. */
export const sayOutcome = (answer: Answer, lang: Lang): Said =>
  answer.walk === undefined ? { title: '', text: '' } : sayOutcomeIn(answer.walk.outcome, tongue(lang))
export const sayWhyNot = (why: WhyNot, lang: Lang): string => sayWhyNotIn(why, tongue(lang))
export const sayAsks = (part: Asks, lang: Lang): string => sayAsksIn(part, tongue(lang))
/** What to run next on a real cluster after this walk. */
export const nextCommands = (answer: Answer): readonly string[] =>
  answer.walk === undefined ? [] : nextCommandsIn(answer.walk, answer.stage)
