import type { Netns } from '../../kernel/machine.ts'
import type { TraceEvent } from '../../trace/event.ts'
import type { Journey } from '../../trace/journey.ts'
import { iptablesLanguage } from './iptables.ts'
import type { Language, Scene } from './language.ts'
import { lookColumn } from './look.ts'
import { markOrigin } from './mark.ts'
import { nftLanguage } from './nft.ts'
import { type Ground, passedRows, unmodelledRow, unreadRows } from './rows.ts'
import type { ChainColumn, ChainRow, EndRow, RuleRow, TableVisit } from './shape.ts'
import { languageOf, type RuleEvent, type Step, seenBy, skbOf } from './sight.ts'
import { sourceChoice } from './source.ts'
import type { Frame, Pass } from './visit.ts'

/** One hook of a journey: events [from, to). */
export interface Hooked {
  readonly journey: Journey
  readonly from: number
  readonly to: number
  readonly netns: Netns
}

/** What the columns have to know of the rules of one pass. */
export const languageFor = (scene: Scene, netns: Netns, pass: Pass): Language =>
  pass.language === 'nft' ? nftLanguage({ scene, netns }, pass) : iptablesLanguage({ scene, netns }, pass)

/** The journey's event before this one. */
export const eventBefore = (journey: Journey, seq: number): TraceEvent | undefined =>
  journey.events[journey.events.findIndex((e) => e.seq === seq) - 1]

/** One table's columns. `stopped`: the walk ended inside it, at something that is not modelled. */
export function visitOf(scene: Scene, at: Hooked, pass: Pass, stopped: boolean): TableVisit {
  const language = languageFor(scene, at.netns, pass)
  const after = at.journey.events.slice(at.from, at.to).filter((e) => e.seq > (pass.steps.at(-1)?.seq ?? 0))
  const matched = pass.steps.filter((s) => s.kind === 'rule').length
  const origin = markOrigin(at.journey, at.from, pass, (p) => languageFor(scene, at.netns, p))
  const source = sourceChoice(pass, after, at.netns, language)
  const columns = arranged(at, pass, language, stopped, after)
  const lookups = columns.filter((c) => c.look !== undefined && c.look.kind !== 'numgen').length
  return {
    ...language.named,
    base: pass.base,
    evaluated: matched + pass.steps.reduce((n, s) => n + s.passedOver, 0),
    matched,
    ...(lookups === 0 ? {} : { lookups }),
    first: pass.steps[0]?.seq ?? 0,
    last: pass.steps.at(-1)?.seq ?? 0,
    columns,
    ...(origin ? { origin } : {}),
    ...(source ? { source } : {}),
  }
}

/** Chains and what their rules looked up, in the order in which the packet came to them. */
function arranged(at: Hooked, pass: Pass, language: Language, stopped: boolean, after: readonly TraceEvent[]): readonly ChainColumn[] {
  const columns: ChainColumn[] = []
  const places: number[] = []
  const open = (i: number, from?: ChainColumn['from']): void => {
    const frame = pass.frames[i]
    if (!frame) return
    places[i] = columns.length
    columns.push(columnOf(at, pass, language, frame, from, stopped && i === pass.last, after))
  }
  open(0)
  for (const step of pass.steps) {
    if (step.kind !== 'rule') continue
    let column = places[pass.frames.findIndex((f) => f.steps.includes(step))] ?? 0
    for (const [n, look] of language.looks(step, eventBefore(at.journey, step.seq)).entries()) {
      columns.push(lookColumn(look, step.seq, n, { column, seq: step.seq, by: 'look' }))
      column = columns.length - 1
    }
    const opened = pass.frames.findIndex((f) => f.from?.step.seq === step.seq)
    if (opened > 0) open(opened, { column, seq: step.seq, by: step.verdict.kind === 'goto' ? 'goto' : 'jump' })
  }
  return columns
}

function columnOf(
  at: Hooked,
  pass: Pass,
  language: Language,
  frame: Frame,
  from: ChainColumn['from'],
  stopped: boolean,
  after: readonly TraceEvent[],
): ChainColumn {
  const { total, policy } = language.chain(frame.chain) ?? { total: 0 }
  const rows: ChainRow[] = []
  let next = 0
  let ground: Ground | undefined
  for (const step of frame.steps) {
    ground = language.ground(step, eventBefore(at.journey, step.seq))
    if (!ground) continue
    rows.push(...passedRows(ground, ...ground.passed))
    rows.push(step.kind === 'rule' ? matchedRow(at, ground, step, after) : endRow(pass, ground, step))
    next = step.kind === 'rule' ? step.rule.index + 1 : total
  }
  if (stopped) rows.push(...stoppedRows(at, pass, language, frame.chain, next))
  else if (ground && rows.at(-1)?.kind !== 'end') rows.push(...unreadRows(ground, next))
  const said = frame.from && language.comment(frame.from.step)
  return {
    chain: frame.chain,
    total,
    ...(policy === undefined ? {} : { policy }),
    ...(from ? { from } : {}),
    ...(said === undefined || said === '' ? {} : { said }),
    rows,
  }
}

function matchedRow(at: Hooked, ground: Ground, step: RuleEvent, after: readonly TraceEvent[]): RuleRow {
  const was = eventBefore(at.journey, step.seq)
  const [then, now] = [seenBy(step, was)?.mark, skbOf(step)?.mark]
  const hex = (mark: number | undefined): string => `0x${(mark ?? 0).toString(16)}`
  const nat = after.find((e) => e.kind === 'nat' && e.by === 'rule')
  return ground.row(step.rule.index, 'matched', {
    verdict: step.verdict,
    ...(then === now ? {} : { effect: { kind: 'mark', from: hex(then), to: hex(now) } }),
    ...(ground.changes(step) && nat?.kind === 'nat' ? { effect: { kind: nat.manip, from: nat.from, to: nat.to } } : {}),
  })
}

function endRow(pass: Pass, ground: Ground, step: Extract<Step, { kind: 'chain-end' }>): EndRow {
  if (step.policy !== undefined) return { kind: 'end', seq: step.seq, policy: step.policy, ...ground.policyCount?.() }
  const back = pass.steps[pass.steps.findIndex((s) => s.seq === step.seq) + 1]
  const to = back && (back.kind === 'rule' ? back.rule.chain : back.chain)
  return { kind: 'end', seq: step.seq, ...(to === undefined ? {} : { to }) }
}

/** Nothing tells of the rule at which a walk ended unmodelled: it is found by asking on from the last step. */
function stoppedRows(at: Hooked, pass: Pass, language: Language, chain: string, next: number): readonly ChainRow[] {
  const step = pass.steps.at(-1)
  const was = step && at.journey.events.find((e) => e.seq === step.seq)
  if (!step || !was || !skbOf(step)) return []
  if (step.kind === 'rule' && language.decides(step)) return []
  // A step of our own that stands in this chain, with the packet as the last step left it.
  const total = language.chain(chain)?.total ?? 0
  const words = languageOf(step) === 'nft' ? { language: 'nft' as const } : {}
  const here: Step = { ...step, ...words, kind: 'chain-end', table: pass.table, chain, passedOver: total - next }
  const ground = language.ground(here, was)
  const row = ground && unmodelledRow(ground, next)
  if (!ground) return []
  if (!row) return unreadRows(ground, next)
  return [...passedRows(ground, next, row.index), row, ...unreadRows(ground, row.index + 1)]
}
