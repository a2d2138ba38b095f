import type { Netns } from '../../kernel/machine.ts'
import type { Journey } from '../../trace/journey.ts'
import type { MarkOrigin } from './shape.ts'
import { chainOf, isStep, passedBy, type RuleEvent, rulesWith, skbOf } from './sight.ts'
import { hookAround, type Pass, passesOf } from './visit.ts'

/** The step of this pass that first asked for bits which the packet carried when it came. */
function askedAt(pass: Pass, netns: Netns, mark: number): number | undefined {
  for (const step of pass.steps) {
    const chain = chainOf(netns, step)
    if (!chain) continue
    const [from, to] = passedBy(step, chain)
    for (const i of rulesWith(chain, 'mark')) {
      if (i < from || i > to) continue
      if (chain.rules[i]?.matches.some((m) => m.kind === 'mark' && (m.mask & mark) !== 0)) return step.seq
    }
  }
  return undefined
}

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
export function markOrigin(journey: Journey, hookFrom: number, pass: Pass, netns: Netns): MarkOrigin | undefined {
  const { events } = journey
  const first = pass.steps[0]
  const start = events.findIndex((e) => e.seq === first?.seq)
  const mark = skbOf(events[start - 1])?.mark ?? 0
  const asked = mark === 0 ? undefined : askedAt(pass, netns, mark)
  if (asked === undefined) return undefined
  for (let i = hookFrom - 1; i > 0; i--) {
    const event = events[i]
    if (event === undefined || event.kind === 'cross') return undefined
    if (event.kind !== 'rule' || !isStep(event) || skbOf(event)?.mark === skbOf(events[i - 1])?.mark) continue
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
