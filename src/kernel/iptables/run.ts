import type { Family } from '../../net/ip.ts'
import { ipLength } from '../../net/packet.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Hook, RuleRef, RuleVerdict, Skb, TableName } from '../../trace/event.ts'
import type { Netns } from '../machine.ts'
import type { Wanted } from '../nat.ts'
import type { Body, Run } from '../run.ts'
import type { Chain, Rule } from './ast.ts'
import { leadsOf } from './leads.ts'
import { ruleMatches } from './match.ts'
import { candidates } from './order.ts'
import { printRule } from './print.ts'
import { apply } from './target.ts'

/** A table's base chain at one hook, for one packet. */
export interface Visit {
  readonly run: Run
  readonly journey: number
  readonly netns: Netns
  readonly family: Family
  readonly table: TableName
  readonly hook: Hook
  readonly priority: number
  readonly iif?: string | undefined
  readonly oif?: string | undefined
}

/** What a table decided. Every verdict but `accept` names the rule; a rejecting rule's own step is told by the caller, after the error has run. */
export type TableVerdict =
  | { readonly kind: 'accept'; readonly skb: Skb }
  | { readonly kind: 'drop'; readonly skb: Skb; readonly rule?: RuleRef }
  | { readonly kind: 'reject'; readonly skb: Skb; readonly rule: RuleRef; readonly with: string; readonly told: Body }
  | { readonly kind: 'nat'; readonly skb: Skb; readonly rule: RuleRef; readonly target: NatTarget; readonly because?: CauseId }
  | { readonly kind: 'unmodelled'; readonly skb: Skb; readonly what: string }

export type NatTarget =
  | { readonly kind: 'dst'; readonly wanted: Wanted }
  | { readonly kind: 'src'; readonly wanted: Wanted }
  | { readonly kind: 'masquerade'; readonly randomFully: boolean; readonly port?: number }
  | { readonly kind: 'redirect'; readonly port?: number }

/** A chain that is being walked, and the rule that is tried next. */
export interface Frame {
  readonly chain: Chain
  next: number
}

/** Where a walk through the rules is to stop on its way (`memo.ts`). */
export interface Stops {
  /** When fewer chains than these are open. */
  readonly depth: number
  /** At the rule of a chain that has this number. */
  at(chain: Chain): number
  /** Behind a jump out of this chain. */
  behind(chain: Chain): boolean
}

/** It stopped, and the open chains are left as they are. */
export interface Stopped {
  readonly kind: 'stopped'
  readonly skb: Skb
}

/** Jumps nested deeper than this are a loop that iptables itself would have refused. */
const DEEPEST = 64

const BASE_NAMES: Readonly<Record<Hook, string>> = {
  prerouting: 'PREROUTING',
  input: 'INPUT',
  forward: 'FORWARD',
  output: 'OUTPUT',
  postrouting: 'POSTROUTING',
}
export const baseName = (hook: Hook): string => BASE_NAMES[hook]

/** ipt_do_table: walks the base chain and what it jumps to; undefined when the table has no such chain here. */
export function runTable(visit: Visit, skb: Skb): TableVerdict | undefined {
  const { run, netns, family, table, hook } = visit
  const base = netns.rules[family].chain(table, baseName(hook))
  if (!base) return undefined
  return run.tables ? run.tables(visit, base, skb) : walkRules(visit, [{ chain: base, next: 0 }], skb)
}

/** Walks on from the innermost of the open chains, of which the first is a base chain. */
export function walkRules(visit: Visit, stack: Frame[], skb: Skb): TableVerdict
export function walkRules(visit: Visit, stack: Frame[], skb: Skb, stops: Stops): TableVerdict | Stopped
export function walkRules(visit: Visit, stack: Frame[], skb: Skb, stops?: Stops): TableVerdict | Stopped {
  const { run, netns, family, table } = visit
  const rules = netns.rules[family]
  const base = (stack[0] as Frame).chain
  let now = skb
  for (;;) {
    const frame = stack[stack.length - 1] as Frame
    const stop = stops?.at(frame.chain) ?? Number.POSITIVE_INFINITY
    // behind it already: a goto out of the base chain has left its other rules behind
    const end = frame.next > stop ? Number.POSITIVE_INFINITY : stop
    const hit = nextMatch(visit, now, frame, end)
    if (hit.index >= end) {
      frame.next = end
      return { kind: 'stopped', skb: now }
    }
    const passedOver = hit.passedOver
    frame.next = hit.index + 1
    if (hit.unknown !== undefined) return { kind: 'unmodelled', skb: now, what: hit.unknown }
    if (!hit.rule) {
      const policy = stack.length === 1 ? (frame.chain.policy ?? 'ACCEPT') : undefined
      if (!run.silent) tell(visit, now, endOf(visit, frame.chain, passedOver, policy))
      if (policy !== undefined) return policy === 'DROP' ? { kind: 'drop', skb: now } : { kind: 'accept', skb: now }
      stack.pop()
      if (stops !== undefined && stack.length < stops.depth) return { kind: 'stopped', skb: now }
      continue
    }
    const { skb: after, verdict, final } = apply(visit, hit.rule.target, now)
    now = after
    if (final || !run.silent) {
      const ref: RuleRef = { netns: netns.name, family, table, chain: frame.chain.name, index: hit.index, generation: rules.generation }
      // what a rule rejects is told when the error has run
      if (final?.kind === 'reject') return { ...final, skb: now, rule: ref, told: told(visit, now, ref, hit.rule, verdict, passedOver) }
      if (!run.silent) run.emit(visit.journey, told(visit, now, ref, hit.rule, verdict, passedOver))
      if (final) return { ...final, skb: now, rule: ref } as TableVerdict
    }
    if (verdict.kind === 'return') {
      if (stack.length > 1) {
        stack.pop()
        if (stops !== undefined && stack.length < stops.depth) return { kind: 'stopped', skb: now }
      } else {
        const policy = base.policy ?? 'ACCEPT'
        if (!run.silent) tell(visit, now, endOf(visit, base, 0, policy))
        return policy === 'DROP' ? { kind: 'drop', skb: now } : { kind: 'accept', skb: now }
      }
    } else if (verdict.kind === 'jump' || verdict.kind === 'goto') {
      const to = rules.chain(table, verdict.chain)
      if (!to || stack.length > DEEPEST) return { kind: 'unmodelled', skb: now, what: `iptables chain ${verdict.chain}` }
      // a return from a goto goes to whoever called this chain; from a base chain that is its policy
      if (verdict.kind === 'goto' && stack.length > 1) stack.pop()
      else if (verdict.kind === 'goto') frame.next = frame.chain.rules.length
      stack.push({ chain: to, next: 0 })
      if (stops?.behind(frame.chain)) return { kind: 'stopped', skb: now }
    }
  }
}

interface Hit {
  readonly index: number
  readonly passedOver: number
  readonly rule?: Rule
  readonly unknown?: string
}

function nextMatch(visit: Visit, skb: Skb, { chain, next }: Frame, end: number): Hit {
  const { run, netns, iif, oif } = visit
  if (next >= chain.rules.length) return { index: chain.rules.length, passedOver: 0 }
  const leads = leadsOf(chain)
  // one for all rules, each of which sets what is its own
  const sight = { netns, moment: run.moment, luck: run.luck, skb, iif, oif, place: `${visit.table} ${chain.name}`, leadsTo: '', index: 0 }
  for (const index of candidates(chain, skb.packet, next)) {
    if (index >= end) return { index: end, passedOver: 0 }
    const rule = chain.rules[index] as Rule
    sight.index = index
    sight.leadsTo = leads[index] as string
    const verdict = ruleMatches(rule, sight)
    if (verdict === 'no') continue
    const passedOver = index - next
    return verdict === 'yes' ? { index, passedOver, rule } : { index, passedOver, unknown: verdict.unknown }
  }
  return { index: chain.rules.length, passedOver: chain.rules.length - next }
}

function told(visit: Visit, skb: Skb, ref: RuleRef, rule: Rule, verdict: RuleVerdict, passedOver: number): Body {
  const key = `${ref.netns} ${ref.family} ${ref.table} ${ref.chain} ${ref.index}`
  const counter = visit.run.moment.counters.get(key) ?? { packets: 0, bytes: 0 }
  counter.packets += 1
  counter.bytes += ipLength(skb.packet)
  visit.run.moment.counters.set(key, counter)
  return {
    kind: 'rule',
    rule: ref,
    text: printRule(ref.chain, rule),
    verdict,
    passedOver,
    base: baseName(visit.hook),
    priority: visit.priority,
    at: at(visit),
    after: { kind: 'skb', skb },
    writes: [{ kind: 'counter', rule: ref, ...counter }],
    ...(rule.because === undefined ? {} : { because: rule.because }),
  }
}

const at = (visit: Visit): Body['at'] => ({ netns: visit.netns.name, hook: visit.hook, family: visit.family })

function endOf(
  visit: Visit,
  chain: Chain,
  passedOver: number,
  policy: 'ACCEPT' | 'DROP' | undefined,
): Extract<Body, { kind: 'chain-end' }> {
  const lower = policy === undefined ? {} : { policy: policy === 'DROP' ? ('drop' as const) : ('accept' as const) }
  return {
    kind: 'chain-end',
    table: visit.table,
    chain: chain.name,
    ...lower,
    passedOver,
    base: baseName(visit.hook),
    priority: visit.priority,
    at: at(visit),
    after: { kind: 'object', ref: '' },
  }
}

function tell(visit: Visit, skb: Skb, body: Extract<Body, { kind: 'chain-end' }>): void {
  if (body.policy === undefined) return visit.run.emit(visit.journey, { ...body, after: { kind: 'skb', skb } })
  const key = `${visit.netns.name} ${visit.family} ${visit.table} ${body.chain} policy`
  const counter = visit.run.moment.counters.get(key) ?? { packets: 0, bytes: 0 }
  counter.packets += 1
  counter.bytes += ipLength(skb.packet)
  visit.run.moment.counters.set(key, counter)
  const change = {
    kind: 'policy-counter' as const,
    netns: visit.netns.name,
    family: visit.family,
    table: visit.table,
    chain: body.chain,
    bytes: counter.bytes,
  }
  visit.run.emit(visit.journey, { ...body, after: { kind: 'skb', skb }, writes: [change] })
}
