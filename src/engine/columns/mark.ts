import type { Journey } from '../../trace/journey.ts'
import type { Language } from './language.ts'
import type { MarkOrigin } from './shape.ts'
import { isAnyStep, type RuleEvent, skbOf } from './sight.ts'
import { hookAround, type Pass, passesOf } from './visit.ts'

/** The chains that were open when a step happened, from the base chain's first jump down. */
function pathTo(pass: Pass, seq: number): MarkOrigin['path'] {
  const path: { chain: string; seq: number }[] = []
  let at = pass.frames.findIndex((f) => f.steps.some((s) => s.seq === seq))
  let inside = seq
  while (at >= 0) {
    const frame = pass.frames[at]
    if (!frame) break
    path.unshift({ chain: frame.chain, seq: inside })
    inside = frame.from?.step.seq ?? inside
    at = frame.from?.frame ?? -1
  }
  return path.length > 1 ? path.slice(1) : path
}

/** Where the mark came from that a rule of this pass asks for; undefined when it was bare, or marked in this pass alone. */
export function markOrigin(journey: Journey, hookFrom: number, pass: Pass, language: (pass: Pass) => Language): MarkOrigin | undefined {
  const { events } = journey
  const first = pass.steps[0]
  const start = events.findIndex((e) => e.seq === first?.seq)
  const mark = skbOf(events[start - 1])?.mark ?? 0
  const rules = language(pass)
  const asked = mark === 0 ? undefined : pass.steps.find((step) => rules.asksMark(step, mark))?.seq
  if (asked === undefined) return undefined
  for (let i = hookFrom - 1; i > 0; i--) {
    const event = events[i]
    if (event === undefined || event.kind === 'cross') return undefined
    if (event.kind !== 'rule' || !isAnyStep(event) || skbOf(event)?.mark === skbOf(events[i - 1])?.mark) continue
    return originAt(journey, event, mark, asked)
  }
  return undefined
}

function originAt(journey: Journey, set: RuleEvent, mark: number, asked: number): MarkOrigin | undefined {
  const around = hookAround(journey, set.seq)
  const hook = set.at.hook
  if (!around || hook === undefined) return undefined
  const pass = passesOf(journey.events.slice(around.from, around.to)).find((p) => p.steps.some((s) => s.seq === set.seq))
  if (!pass) return undefined
  return { mark: `0x${mark.toString(16)}`, hook, table: pass.table, seq: set.seq, path: pathTo(pass, set.seq), asked }
}
