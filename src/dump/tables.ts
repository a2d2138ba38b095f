import type { Chain, Rule, Ruleset } from '../kernel/iptables/ast.ts'
import { load } from '../kernel/iptables/load.ts'
import { tableOf, withTables } from '../kernel/iptables/ruleset-core.ts'
import { isBuiltin, type Table, table } from '../kernel/iptables/ruleset-table.ts'
import type { Family } from '../net/ip.ts'
import type { CauseId } from '../trace/cause.ts'
import type { TableName } from '../trace/event.ts'
import type { Dump } from './dump.ts'
import { rowAsRule } from './listing-row.ts'
import { ruleOf, type SavedChain, type SavedTable } from './saved.ts'

/** The cause of a line of the dump. */
export type LineCause = (line: number) => CauseId

/** A line that nobody could read: a walk that comes to it ends there. */
const unreadable = (text: string, because: CauseId): Rule => ({ matches: [{ kind: 'unknown', words: text }], because })

function rulesOf(text: string, saved: SavedTable, chain: SavedChain, because: LineCause): readonly Rule[] {
  const rules: Rule[] = []
  const { at } = chain
  for (let i = 0; i < at.length; i += 3) {
    // a rule that a terminal wrapped goes on on the next line
    const line = text.slice(at[i], at[i + 1]).replace(/[\r\n]+/g, '')
    const id = because(at[i + 2] as number)
    const written = ruleOf(saved.listing === undefined ? line : rowAsRule(line, chain.name, saved), saved.family)
    rules.push(written === undefined ? unreadable(line, id) : load({ ...written, because: id }))
  }
  return rules
}

function chainOf(text: string, saved: SavedTable, name: string, because: LineCause): Chain | undefined {
  const chain = saved.chains.get(name)
  if (chain === undefined) return isBuiltin(saved.table, name) ? { name, policy: 'ACCEPT', rules: [] } : undefined
  const rules = rulesOf(text, saved, chain, because)
  return isBuiltin(saved.table, name) ? { name, policy: chain.policy === 'DROP' ? 'DROP' : 'ACCEPT', rules } : { name, rules }
}

/** A dumped table, whose chains are read again when they are asked for. Of a piece, the rest is as it was before. */
function tableFrom(text: string, saved: SavedTable, before: Ruleset, because: LineCause): Table {
  const users = (): Iterable<string> => [...saved.chains.keys()].filter((name) => !isBuiltin(saved.table, name))
  const make = (name: string): Chain | undefined => chainOf(text, saved, name, because)
  if (saved.whole) return table(saved.table, users, make)
  const old = tableOf(before, saved.table)
  const names = function* (): Generator<string> {
    for (const name of old.userChains()) if (!saved.chains.has(name)) yield name
    yield* users()
  }
  return table(saved.table, names, (name) => (saved.chains.has(name) ? make(name) : old.chain(name)))
}

/** One dump of a node, and the causes of its lines. */
export interface Source {
  readonly dump: Dump
  readonly because: LineCause
}

/**
 * The rules of one family with what dumps have of them: their tables in the place of those that were there. Dumps that hold nat and filter
 * whole hold all: tables that they do not name are empty.
 */
export function withSaved(before: Ruleset, sources: readonly Source[], family: Family): Ruleset {
  const mine = sources.map(({ dump, because }) => ({ text: dump.text, because, tables: dump.tables.filter((t) => t.family === family) }))
  const whole = new Set(mine.flatMap(({ tables }) => tables.filter((t) => t.whole).map((t) => t.table)))
  const all = whole.has('nat') && whole.has('filter')
  let rules = all ? withTables(before, new Map(before.tables.map((name): [TableName, undefined] => [name, undefined]))) : before
  for (const { text, because, tables } of mine)
    for (const saved of tables) rules = withTables(rules, new Map([[saved.table, tableFrom(text, saved, rules, because)]]))
  return rules
}
