import type { TraceEvent } from '../../trace/event.ts'
import type { Journey } from '../../trace/journey.ts'
import { chainNameOf, isAnyStep, languageOf, type RuleEvent, type Step, tableOf } from './sight.ts'

/** A chain entered once: the steps that happened in it, in order. */
export interface Frame {
  readonly chain: string
  readonly from?: { readonly frame: number; readonly step: RuleEvent }
  readonly steps: Step[]
}

/** One table's pass at one hook: its frames in the order of entering. */
export interface Pass {
  readonly language: 'iptables' | 'nft'
  readonly table: string
  readonly base: string
  readonly priority: number
  readonly steps: readonly Step[]
  readonly frames: readonly Frame[]
  /** The frame in which the packet stood last. */
  readonly last: number
}

/** Events of one hook: [from, to) of the journey. `at` is any event of it; undefined when it lies outside every hook. */
export function hookAround(journey: Journey, seq: number): { readonly from: number; readonly to: number } | undefined {
  const { events } = journey
  const at = events.findIndex((e) => e.seq === seq)
  let from = at
  while (from >= 0 && events[from]?.kind !== 'hook') from--
  if (from < 0) return undefined
  let to = from + 1
  while (to < events.length && events[to]?.kind !== 'hook' && sameHook(events[from], events[to])) to++
  return at < to ? { from, to } : undefined
}

const sameHook = (a: TraceEvent | undefined, b: TraceEvent | undefined): boolean => a?.at.netns === b?.at.netns && a?.at.hook === b?.at.hook

/** Rebuilds the stack of chains from what the steps say: a jump opens a chain, its end or a RETURN goes back to the caller. */
function framesOf(steps: readonly Step[], base: string): Pick<Pass, 'frames' | 'last'> {
  const frames: Frame[] = [{ chain: base, steps: [] }]
  let stack: readonly number[] = [0]
  for (const step of steps) {
    const now = stack[stack.length - 1] ?? 0
    const frame = frames[now]
    if (frame === undefined || frame.chain !== chainNameOf(step)) throw new Error(`a step of ${chainNameOf(step)} in ${frame?.chain}`)
    frame.steps.push(step)
    if (step.kind === 'chain-end') {
      if (stack.length > 1) stack = stack.slice(0, -1)
      continue
    }
    const { verdict } = step
    if (verdict.kind === 'return' && stack.length > 1) stack = stack.slice(0, -1)
    if (verdict.kind !== 'jump' && verdict.kind !== 'goto') continue
    frames.push({ chain: verdict.chain, from: { frame: now, step }, steps: [] })
    stack = [...(verdict.kind === 'goto' && stack.length > 1 ? stack.slice(0, -1) : stack), frames.length - 1]
  }
  return { frames, last: stack[stack.length - 1] ?? 0 }
}

/** A base chain of nft that has decided: another one of the same names may follow. */
const isOver = (step: Step): boolean => languageOf(step) === 'nft' && step.kind === 'chain-end' && step.policy !== undefined

/** The tables of one hook, in the order in which the packet met them. */
export function passesOf(events: readonly TraceEvent[]): readonly Pass[] {
  const groups: Step[][] = []
  for (const event of events) {
    if (!isAnyStep(event)) continue
    const now = groups.at(-1)
    const last = now?.at(-1)
    const same = last && languageOf(last) === languageOf(event) && tableOf(last) === tableOf(event) && last.base === event.base
    if (now && last && same && !isOver(last)) now.push(event)
    else groups.push([event])
  }
  return groups.flatMap((steps): readonly Pass[] => {
    const [first] = steps
    if (!first) return []
    const { base, priority } = first
    return [{ language: languageOf(first), table: tableOf(first), base, priority, steps, ...framesOf(steps, base) }]
  })
}
