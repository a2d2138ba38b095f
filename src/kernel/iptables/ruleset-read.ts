import type { TableName } from '../../trace/event.ts'
import type { Problem } from '../../trace/problem.ts'
import type { Rule, Ruleset } from './ast.ts'
import type { IptablesCode } from './codes.ts'
import { load } from './load.ts'
import { type Command, type ParseOptions, parseRestore } from './parse.ts'
import { printRule } from './print-rule.ts'
import { tableOf, withTables } from './ruleset-core.ts'
import { BUILTIN, freshTable, isBuiltin, overlaid, type Table } from './ruleset-table.ts'

export interface ReadOptions extends ParseOptions {
  /** Empty each named table first, as iptables-restore does without --noflush. */
  readonly flush: boolean
}

export interface ReadRules {
  readonly ruleset: Ruleset
  readonly problems: readonly Problem[]
}

/** A chain that is our own copy. */
interface Own {
  readonly name: string
  policy?: 'ACCEPT' | 'DROP'
  rules: Rule[]
}

/** Chains of one table while commands change them: `own` those touched, `gone` those deleted. */
interface Draft {
  readonly base: Table
  readonly own: Map<string, Own>
  readonly gone: Set<string>
}

function chainOf({ base, own, gone }: Draft, name: string): Own | undefined {
  const mine = own.get(name)
  const old = mine || gone.has(name) ? undefined : base.chain(name)
  if (old === undefined) return mine
  const copy = { ...old, rules: [...old.rules] }
  own.set(name, copy)
  return copy
}

const namesOf = ({ base, own, gone }: Draft): readonly string[] =>
  [...new Set([...base.userChains(), ...own.keys(), ...BUILTIN[base.name]])].filter((n) => !gone.has(n))

/** -F and -X; false when the one chain that is named does not exist. */
function emptyOrRemove(draft: Draft, op: 'flush' | 'remove', named: string | undefined): boolean {
  const names = named === undefined ? namesOf(draft) : [named]
  for (const name of names) {
    const chain = chainOf(draft, name)
    if (chain === undefined) return false
    if (op === 'flush') chain.rules = []
    else if (!isBuiltin(draft.base.name, name)) {
      draft.own.delete(name)
      draft.gone.add(name)
    }
  }
  return true
}

function create(draft: Draft, name: string): Own {
  const chain = { name, rules: [] }
  draft.own.set(name, chain)
  draft.gone.delete(name)
  return chain
}

/** The chain that a new rule would jump to, if there is none of that name. */
function missingTarget(draft: Draft, command: Command): string | undefined {
  if (command.op !== 'append' && command.op !== 'insert') return undefined
  for (const part of command.rule.parts) {
    if (part.part !== 'target' || (part.target.kind !== 'jump' && part.target.kind !== 'goto')) continue
    const { chain } = part.target
    if (!draft.own.has(chain) && (draft.gone.has(chain) || draft.base.chain(chain) === undefined)) return chain
  }
  return undefined
}

/** Carries out one command; false when its chain or rule does not exist. */
function carryOut(draft: Draft, command: Command): boolean {
  if (command.op === 'flush' || command.op === 'remove') return emptyOrRemove(draft, command.op, command.chain)
  const old = chainOf(draft, command.chain)
  if (command.op === 'new' || command.op === 'declare') {
    const builtin = isBuiltin(draft.base.name, command.chain)
    if (!builtin && (old === undefined || command.op === 'declare')) create(draft, command.chain)
    else if (old !== undefined && command.op === 'declare' && command.policy) old.policy = command.policy
    return true
  }
  if (old === undefined) return false
  switch (command.op) {
    case 'policy':
      old.policy = command.policy
      return true
    case 'append':
      old.rules.push(load(command.rule))
      return true
    case 'insert':
      old.rules.splice(command.at - 1, 0, load(command.rule))
      return true
    case 'delete': {
      const wanted = typeof command.rule === 'number' ? undefined : printRule('', load(command.rule))
      const at = typeof command.rule === 'number' ? command.rule - 1 : old.rules.findIndex((r) => printRule('', r) === wanted)
      return old.rules[at] !== undefined && old.rules.splice(at, 1).length === 1
    }
  }
}

const holds = (table: Table): boolean => {
  for (const _ of table.userChains()) return true
  return BUILTIN[table.name].some((name) => {
    const chain = table.chain(name)
    return chain !== undefined && (chain.rules.length > 0 || chain.policy !== 'ACCEPT')
  })
}

/**
 * The ruleset after a text was read into it: restore text, an iptables-save dump, or `iptables -S` lines (with `table`).
 * Lines that iptables would refuse are left out and told as problems in its words.
 */
export function readRestoreText(before: Ruleset, text: string, options: ReadOptions): ReadRules {
  const read = parseRestore(text, options)
  const problems = [...read.problems]
  const drafts = new Map<string, Draft>()
  for (const t of read.tables) drafts.set(t, { base: options.flush ? freshTable(t) : tableOf(before, t), own: new Map(), gone: new Set() })
  for (const command of read.commands) {
    const draft = drafts.get(command.table)
    const missing = draft && missingTarget(draft, command)
    if (draft === undefined || (missing === undefined && carryOut(draft, command))) continue
    const where = { file: options.file ?? '-', line: command.line, column: 1, offset: 0, end: 0, field: '' }
    const text =
      missing === undefined
        ? `line ${command.line} failed: No chain/target/match by that name.`
        : `Couldn't load target \`${missing}':No such file or directory`
    problems.push({ code: 'iptables' satisfies IptablesCode, params: { text, line: command.line }, severity: 'error', where })
  }
  const change = new Map<TableName, Table | undefined>()
  for (const { base, own, gone } of drafts.values()) {
    const table = overlaid(base, own, gone)
    change.set(base.name, holds(table) ? table : undefined)
  }
  return { ruleset: withTables(before, change), problems }
}
