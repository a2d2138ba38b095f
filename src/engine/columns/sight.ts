import type { Chain, Match } from '../../kernel/iptables/ast.ts'
import { leadsOf } from '../../kernel/iptables/leads.ts'
import { ruleMatches, type Sight } from '../../kernel/iptables/match.ts'
import { candidates } from '../../kernel/iptables/order.ts'
import type { Machines, Netns } from '../../kernel/machine.ts'
import { type CtEntry, Moment } from '../../kernel/moment.ts'
import type { CtStatus, CtView, Skb, TableName, TraceEvent } from '../../trace/event.ts'
import type { Journey } from '../../trace/journey.ts'
import type { Luck } from '../../trace/luck.ts'

/** A walk that has ended, with all that is needed to ask its rules again. */
export interface Walked {
  readonly machines: Machines
  readonly journeys: readonly Journey[]
  /** The same luck that the walk had. */
  readonly luck: Luck
  /** The state before the walk; undefined: nothing had happened yet. */
  readonly before?: Moment
}

export type RuleEvent = Extract<TraceEvent, { readonly kind: 'rule' }>
export type EndEvent = Extract<TraceEvent, { readonly kind: 'chain-end' }>
/** A step inside a table: a rule that matched, or a chain that ran out. Both know how many rules were passed over. */
export type Step = RuleEvent | EndEvent

/** Steps of any rule language. */
export const isAnyStep = (event: TraceEvent): event is Step => event.kind === 'rule' || event.kind === 'chain-end'
export const languageOf = (step: Step): 'iptables' | 'nft' =>
  (step.kind === 'rule' ? step.rule.language : step.language) === 'nft' ? 'nft' : 'iptables'
/** Steps of iptables' tables. */
export const isStep = (event: TraceEvent): event is Step => isAnyStep(event) && languageOf(event) === 'iptables'
export const chainNameOf = (step: Step): string => (step.kind === 'rule' ? step.rule.chain : step.chain)
export const tableOf = (step: Step): string => (step.kind === 'rule' ? step.rule.table : step.table)

export const skbOf = (event: TraceEvent | undefined): Skb | undefined => (event?.after.kind === 'skb' ? event.after.skb : undefined)

/** The packet as the rules of a step saw it: only the mark is changed by a rule itself. `was`: the journey's event before. */
export function seenBy(step: Step, was: TraceEvent | undefined): Skb | undefined {
  const [now, then] = [skbOf(step), skbOf(was)]
  return now && { ...now, mark: then?.mark ?? now.mark }
}

/** Where a chain's rules have a kind of match; asked often, so kept beside the chain. */
const places = new WeakMap<Chain, Map<Match['kind'], readonly number[]>>()
export function rulesWith(chain: Chain, kind: Match['kind']): readonly number[] {
  const known = places.get(chain) ?? new Map<Match['kind'], readonly number[]>()
  places.set(chain, known)
  const old = known.get(kind)
  if (old) return old
  const found = chain.rules.flatMap((rule, i) => (rule.matches.some((m) => m.kind === kind) ? [i] : []))
  known.set(kind, found)
  return found
}

export const chainOf = (netns: Netns, step: Step): Chain | undefined =>
  netns.rules[step.at.family ?? 4].chain(tableOf(step) as TableName, chainNameOf(step))

/** Rules [from, to) that a step passed over; `to` is the rule that matched, or the chain's end. */
export function passedBy(step: Step, chain: { readonly rules: { readonly length: number } }): readonly [from: number, to: number] {
  const to = step.kind === 'rule' ? step.rule.index : chain.rules.length
  return [to - step.passedOver, to]
}

/** What the walk told of its connections, by number: how each began, and when its addresses were bound. */
interface Told {
  readonly first: CtView
  readonly bound: { readonly seq: number; readonly status: CtStatus }[]
  readonly marks: { readonly seq: number; readonly change: (mark: number) => number }[]
}
const told = new WeakMap<readonly Journey[], ReadonlyMap<number, Told>>()

/** How a rule changed the mark of its packet's connection (connmark_tg_shift). */
function markChange(machines: Machines, event: RuleEvent): ((mark: number) => number) | undefined {
  const netns = languageOf(event) === 'iptables' ? machines.netns(event.at.netns) : undefined
  const target = netns && chainOf(netns, event)?.rules[event.rule.index]?.target
  if (target?.kind !== 'connmark' || target.op === 'restore') return undefined
  const skb = skbOf(event)?.mark ?? 0
  const value = target.op === 'set' ? target.value : skb & target.nfmask
  return (mark) => ((mark & ~target.ctmask) ^ value) >>> 0
}

function connectionsOf({ journeys, machines }: Walked): ReadonlyMap<number, Told> {
  const known = told.get(journeys)
  if (known) return known
  const found = new Map<number, Told>()
  for (const { events } of journeys) {
    for (const event of events) {
      if (event.kind === 'conntrack' && event.entry) {
        const { entry, seq } = event
        const old = found.get(entry.id)
        const bound = (entry.status as readonly CtStatus[]).map((status) => ({ seq, status }))
        if (old) old.bound.push(...bound)
        else found.set(entry.id, { first: entry, bound, marks: [] })
      } else if (event.kind === 'nat' && !event.undo) {
        const id = skbOf(event)?.ct?.id
        if (id !== undefined) found.get(id)?.bound.push({ seq: event.seq, status: event.manip === 'src' ? 'SRC_NAT' : 'DST_NAT' })
      } else if (event.kind === 'rule') {
        const change = markChange(machines, event)
        if (change) found.get(skbOf(event)?.ct?.id ?? 0)?.marks.push({ seq: event.seq, change })
      }
    }
  }
  told.set(journeys, found)
  return found
}

function entryAt(walked: Walked, id: number, seq: number, clock: number): CtEntry | undefined {
  const found = connectionsOf(walked).get(id)
  if (!found) return undefined
  const { zone, family, orig, reply } = found.first
  const changes = found.marks.filter((m) => m.seq < seq).sort((a, b) => a.seq - b.seq)
  const mark = changes.reduce((now, m) => m.change(now), found.first.mark)
  const status = new Set(found.bound.filter((b) => b.seq < seq).map((b) => b.status))
  const open = { confirmed: false, bound: { src: false, dst: false }, dirty: false, since: clock, expires: Number.POSITIVE_INFINITY }
  return { id, zone, family, orig, reply, mark, status, ...open }
}

/** The lab's clock at an event: time passes only when a packet is sent. */
const clockAt = (journeys: readonly Journey[], seq: number): number =>
  journeys.reduce((clock, j) => ((j.events[0]?.seq ?? Number.POSITIVE_INFINITY) <= seq ? Math.max(clock, j.start) : clock), 0)

/** What the kernel knew when a step happened: the clock, and the connection of the packet. */
export function momentAt(walked: Walked, step: { readonly seq: number }, skb: Skb): Moment {
  const moment = walked.before?.fork() ?? new Moment()
  moment.clock = clockAt(walked.journeys, step.seq)
  const entry = skb.ct && skb.ct.id !== 0 ? entryAt(walked, skb.ct.id, step.seq, moment.clock) : undefined
  if (entry) moment.held.set(entry.id, entry)
  return moment
}

const viewIn = (walked: Walked, netns: Netns, chain: Chain, step: Step, skb: Skb, moment: Moment): ((index: number) => Sight) => {
  const base = { netns, moment, luck: walked.luck, skb, place: `${tableOf(step)} ${chainNameOf(step)}` }
  const devices = { ...(skb.iif === undefined ? {} : { iif: skb.iif }), ...(skb.oif === undefined ? {} : { oif: skb.oif }) }
  return (index) => ({ ...base, ...devices, leadsTo: leadsOf(chain)[index] ?? '' })
}

/** Rules of a chain that keep lists of addresses and that the packet came to, in order. */
const listKeepers = (chain: Chain, skb: Skb, from: number): readonly number[] => {
  const keepers = rulesWith(chain, 'recent')
  if (keepers.length === 0) return []
  const asked = new Set(candidates(chain, skb.packet, from))
  return keepers.filter((i) => asked.has(i))
}

/** Asks every rule that keeps a list again, in the walk's order, up to a step: asking is what changes the lists. */
function replayLists(walked: Walked, netns: Netns, until: Step, moment: Moment): void {
  const now = moment.clock
  const steps = walked.journeys
    .flatMap((j) => j.events.map((event, i) => ({ event, was: j.events[i - 1] })))
    .filter(({ event }) => isStep(event) && event.at.netns === netns.name && event.seq < until.seq)
    .sort((a, b) => a.event.seq - b.event.seq)
  for (const { event, was } of steps) {
    if (!isStep(event)) continue
    const [chain, skb] = [chainOf(netns, event), seenBy(event, was)]
    if (!chain || !skb || rulesWith(chain, 'recent').length === 0) continue
    const then = momentAt({ ...walked, before: new Moment() }, event, skb)
    moment.clock = then.clock
    for (const [id, entry] of then.held) moment.held.set(id, entry)
    const view = viewIn(walked, netns, chain, event, skb, moment)
    const [from, to] = passedBy(event, chain)
    for (const i of listKeepers(chain, skb, from)) {
      const rule = chain.rules[i]
      if (rule && (i < to || (i === to && event.kind === 'rule'))) ruleMatches(rule, view(i))
    }
  }
  moment.clock = now
}

/** What each rule of a chain can see at a step. Ask by rising index: lists of addresses change on the way. */
export type Look = (index: number) => Sight | undefined

/** `was`: the journey's event before the step. undefined: the step has no packet. */
export function lookFrom(walked: Walked, step: Step, was: TraceEvent | undefined): Look | undefined {
  const netns = walked.machines.netns(step.at.netns)
  const skb = seenBy(step, was)
  const chain = netns && chainOf(netns, step)
  if (!netns || !skb || !chain) return undefined
  const moment = momentAt(walked, step, skb)
  const view = viewIn(walked, netns, chain, step, skb, moment)
  const [from] = passedBy(step, chain)
  let keepers: number[] | undefined
  return (index) => {
    const rule = chain.rules[index]
    if (rule?.matches.some((m) => m.kind === 'recent')) {
      if (keepers === undefined) {
        replayLists(walked, netns, step, moment)
        keepers = [...listKeepers(chain, skb, from)]
      }
      for (let next = keepers[0]; next !== undefined && next < index; next = keepers[0]) {
        const before = chain.rules[next]
        if (before) ruleMatches(before, view(next))
        keepers.shift()
      }
    }
    return rule && view(index)
  }
}
