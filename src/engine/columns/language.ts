import type { Netns } from '../../kernel/machine.ts'
import type { Moment } from '../../kernel/moment.ts'
import type { Cause } from '../../trace/cause.ts'
import type { TraceEvent } from '../../trace/event.ts'
import type { Portal } from '../../userspace/proxy/roundrobin.ts'
import type { Look } from './look.ts'
import type { Ground } from './rows.ts'
import type { TableVisit } from './shape.ts'
import type { RuleEvent, Step, Walked } from './sight.ts'

/** A walk, the state that it left behind, and the causes of the lab. */
export interface Scene extends Walked {
  readonly moment: Moment
  readonly causes: readonly Cause[]
  /** Service ports of a proxy process on a machine; undefined: it is none. */
  readonly portals?: (netns: string, process: string) => readonly Portal[] | undefined
}

/** What the columns have to know of a rule language, for the rules of one table. */
export interface Language {
  /** How the table is called at the head of its columns. */
  readonly named: Pick<TableVisit, 'kind' | 'table' | 'priority'>
  /** Where a step happened; `was`: the journey's event before it. undefined: there is no such chain, or no packet. */
  ground(step: Step, was: TraceEvent | undefined): Ground | undefined
  chain(name: string): { readonly total: number; readonly policy?: 'ACCEPT' | 'DROP' } | undefined
  /** The comment of the rule that matched. */
  comment(step: RuleEvent): string | undefined
  /** What the rule that matched looked up. */
  looks(step: RuleEvent, was: TraceEvent | undefined): readonly Look[]
  /** Does the table end at this rule? One that is not modelled ends the whole walk. */
  decides(step: RuleEvent): boolean
  /** The rule takes the address of the way out. */
  masquerades(step: RuleEvent): { readonly randomFully: boolean } | undefined
  /** Did the step try a rule that asks for some of these bits of the mark? */
  asksMark(step: Step, mark: number): boolean
}

/** Everything that a language is made of: the walk and where it stands. */
export interface Standing {
  readonly scene: Scene
  readonly netns: Netns
}
