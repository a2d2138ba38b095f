import type { Chain, Target } from '../../kernel/iptables/ast.ts'
import type { Netns } from '../../kernel/machine.ts'
import type { Moment } from '../../kernel/moment.ts'
import { behind, type Cause } from '../../trace/cause.ts'
import type { TraceEvent } from '../../trace/event.ts'
import type { Journey } from '../../trace/journey.ts'
import { markOrigin } from './mark.ts'
import { countedAt, type Ground, passedRows, ruleRow, unmodelledRow, unreadRows } from './rows.ts'
import type { ChainColumn, ChainRow, EndRow, FoldedRows, HookColumns, RuleRow, TableVisit } from './shape.ts'
import { chainOf, isStep, lookFrom, passedBy, type RuleEvent, type Step, seenBy, skbOf, type Walked } from './sight.ts'
import { sourceChoice } from './source.ts'
import { type Frame, hookAround, type Pass, passesOf } from './visit.ts'

/** A walk, the state that it left behind, and the causes of the lab. */
export interface Scene extends Walked {
  readonly moment: Moment
  readonly causes: readonly Cause[]
}

const MOST_ROWS = 500

interface Hooked {
  readonly journey: Journey
  readonly from: number
  readonly to: number
  readonly netns: Netns
}

function hooked(scene: Scene, number: number, seq: number): Hooked | undefined {
  const journey = scene.journeys[number]
  const around = journey && hookAround(journey, seq)
  const netns = around && scene.machines.netns(journey.events[around.from]?.at.netns ?? '')
  return journey && around && netns ? { journey, ...around, netns } : undefined
}

function groundOf(scene: Scene, journey: Journey, netns: Netns, step: Step): Ground | undefined {
  const chain = chainOf(netns, step)
  if (!chain) return undefined
  const was = journey.events[journey.events.findIndex((e) => e.seq === step.seq) - 1]
  return { step, chain, look: lookFrom(scene, step, was), moment: scene.moment }
}

/** All chains that the packet entered at the hook around an event; undefined when no hook is there. */
export function columnsAt(scene: Scene, number: number, seq: number): HookColumns | undefined {
  const at = hooked(scene, number, seq)
  const event = at?.journey.events[at.from]
  if (!at || event?.at.hook === undefined) return undefined
  const passes = passesOf(at.journey.events.slice(at.from, at.to))
  const visits = passes.map((pass, i) => visitOf(scene, at, pass, passes.length - 1 === i))
  const rows = visits.flatMap((v) => v.columns.flatMap((c) => c.rows))
  return { kind: 'columns', netns: at.netns.name, hook: event.at.hook, visits, causes: causesOf(scene, rows) }
}

function visitOf(scene: Scene, at: Hooked, pass: Pass, last: boolean): TableVisit {
  const after = at.journey.events.slice(at.from, at.to).filter((e) => e.seq > (pass.steps.at(-1)?.seq ?? 0))
  const matched = pass.steps.filter((s) => s.kind === 'rule').length
  const origin = markOrigin(at.journey, at.from, pass, at.netns)
  const source = sourceChoice(pass, after, at.netns)
  const stopped = last && at.to === at.journey.events.length && at.journey.ending.kind === 'unmodelled'
  return {
    table: pass.table,
    base: pass.base,
    evaluated: matched + pass.steps.reduce((n, s) => n + s.passedOver, 0),
    matched,
    first: pass.steps[0]?.seq ?? 0,
    last: pass.steps.at(-1)?.seq ?? 0,
    columns: pass.frames.map((frame, i) => columnOf(scene, at, pass, frame, stopped && i === pass.last, after)),
    ...(origin ? { origin } : {}),
    ...(source ? { source } : {}),
  }
}

function columnOf(scene: Scene, at: Hooked, pass: Pass, frame: Frame, stopped: boolean, after: readonly TraceEvent[]): ChainColumn {
  const chain: Chain = at.netns.rules[pass.steps[0]?.at.family ?? 4].chain(pass.table, frame.chain) ?? { name: frame.chain, rules: [] }
  const rows: ChainRow[] = []
  let next = 0
  let ground: Ground | undefined
  for (const step of frame.steps) {
    ground = groundOf(scene, at.journey, at.netns, step)
    if (!ground) continue
    const [from, to] = passedBy(step, chain)
    rows.push(...passedRows(ground, from, to))
    rows.push(step.kind === 'rule' ? matchedRow(at, ground, step, after) : endRow(pass, ground, step))
    next = step.kind === 'rule' ? step.rule.index + 1 : chain.rules.length
  }
  if (stopped) rows.push(...stoppedRows(scene, at, pass, chain, next))
  else if (ground && rows.at(-1)?.kind !== 'end') rows.push(...unreadRows(ground, next))
  const said = frame.from && at.netns.rules[frame.from.step.rule.family].chain(pass.table, frame.from.step.rule.chain)
  const comment = said?.rules[frame.from?.step.rule.index ?? -1]?.matches.find((m) => m.kind === 'comment')
  return {
    chain: frame.chain,
    total: chain.rules.length,
    ...(chain.policy === undefined ? {} : { policy: chain.policy }),
    ...(frame.from ? { from: callOf(frame.from) } : {}),
    ...(comment?.kind === 'comment' && comment.text !== '' ? { said: comment.text } : {}),
    rows,
  }
}

const callOf = ({ frame, step }: NonNullable<Frame['from']>): NonNullable<ChainColumn['from']> => ({
  column: frame,
  seq: step.seq,
  by: step.verdict.kind === 'goto' ? 'goto' : 'jump',
})

function matchedRow(at: Hooked, ground: Ground, step: RuleEvent, after: readonly TraceEvent[]): RuleRow {
  const was = at.journey.events[at.journey.events.findIndex((e) => e.seq === step.seq) - 1]
  const target = ground.chain.rules[step.rule.index]?.target
  const state = target?.kind === 'unknown' ? 'unmodelled' : 'matched'
  const [then, now] = [seenBy(step, was)?.mark, skbOf(step)?.mark]
  const hex = (mark: number | undefined): string => `0x${(mark ?? 0).toString(16)}`
  const nat = after.find((e) => e.kind === 'nat' && e.by === 'rule')
  const changes = target?.kind === 'dnat' || target?.kind === 'snat' || target?.kind === 'masquerade' || target?.kind === 'redirect'
  return ruleRow(ground, step.rule.index, state, {
    verdict: step.verdict,
    ...(then === now ? {} : { effect: { kind: 'mark', from: hex(then), to: hex(now) } }),
    ...(changes && nat?.kind === 'nat' ? { effect: { kind: nat.manip, from: nat.from, to: nat.to } } : {}),
  })
}

function endRow(pass: Pass, ground: Ground, step: Extract<Step, { kind: 'chain-end' }>): EndRow {
  if (step.policy !== undefined) return { kind: 'end', seq: step.seq, policy: step.policy, ...countedAt(ground, 'policy') }
  const back = pass.steps[pass.steps.findIndex((s) => s.seq === step.seq) + 1]
  const to = back && (back.kind === 'rule' ? back.rule.chain : back.chain)
  return { kind: 'end', seq: step.seq, ...(to === undefined ? {} : { to }) }
}

/** Nothing tells of the rule at which a walk ended unmodelled: it is found by asking on from the last step. */
function stoppedRows(scene: Scene, at: Hooked, pass: Pass, chain: Chain, next: number): readonly ChainRow[] {
  const step = pass.steps.at(-1)
  const was = step && at.journey.events[at.journey.events.findIndex((e) => e.seq === step.seq)]
  if (!step || !was || !skbOf(step)) return []
  if (step.kind === 'rule' && decides(chain.rules[step.rule.index]?.target)) return []
  // A step of our own that stands in this chain, with the packet as the last step left it.
  const here: Step = { ...step, kind: 'chain-end', table: pass.table, chain: chain.name, passedOver: chain.rules.length - next }
  const ground: Ground = { step: here, chain, look: lookFrom(scene, here, was), moment: scene.moment }
  const row = unmodelledRow(ground, next)
  if (!row) return unreadRows(ground, next)
  return [...passedRows(ground, next, row.index), row, ...unreadRows(ground, row.index + 1)]
}

/** Does a table end at this target? One that is not modelled ends the whole walk. */
function decides(target: Target | undefined): boolean {
  switch (target?.kind) {
    case undefined:
    case 'jump':
    case 'goto':
    case 'return':
    case 'mark':
    case 'connmark':
    case 'log':
      return false
    case 'accept':
    case 'drop':
    case 'reject':
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
    case 'notrack':
    case 'unknown':
      return true
  }
}

/** Rules [from, from + count) of the chain in which step `seq` happened, as that step met them. */
export function rowsAt(scene: Scene, number: number, seq: number, from: number, count: number): FoldedRows | undefined {
  const at = hooked(scene, number, seq)
  const step = at?.journey.events.find((e) => e.seq === seq)
  const ground = at && step && isStep(step) ? groundOf(scene, at.journey, at.netns, step) : undefined
  if (!ground) return undefined
  const [first, last] = passedBy(ground.step, ground.chain)
  const end = Math.min(ground.chain.rules.length, from + Math.min(count, MOST_ROWS))
  const rows: RuleRow[] = []
  for (let i = Math.max(0, from); i < end; i++) rows.push(ruleRow(ground, i, i >= first && i < last ? 'no' : 'unread'))
  return { kind: 'rows', rows, causes: causesOf(scene, rows) }
}

function causesOf(scene: Scene, rows: readonly ChainRow[]): HookColumns['causes'] {
  const needed: Record<number, Cause> = {}
  for (const row of rows) {
    if (row.kind !== 'rule' || row.because === undefined || needed[row.because]) continue
    for (const id of behind(scene.causes, row.because)) {
      const cause = scene.causes[id]
      if (cause) needed[id] = cause
    }
  }
  return needed
}
