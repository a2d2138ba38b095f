import type { TableName } from '../../trace/event.ts'
import type { Ruleset } from './ast.ts'
import { BUILTIN, freshTable, TABLES, type Table } from './ruleset-table.ts'

type Tables = ReadonlyMap<TableName, Table>

/** What a Ruleset of ours is made of; the key is the object itself, so that nobody else sees it. */
const insides = new WeakMap<Ruleset, Tables>()

function insideOf(ruleset: Ruleset): Tables {
  const tables = insides.get(ruleset)
  if (tables === undefined) throw new Error('a ruleset that emptyRuleset did not begin')
  return tables
}

/** Byte order, as libiptc keeps user chains. */
const inOrder = (names: Iterable<string>): readonly string[] => [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))

function ruleset(generation: number, tables: Tables): Ruleset {
  const fresh = new Map<TableName, Table>()
  const names = new Map<TableName, readonly string[]>()
  const tableOf = (name: TableName): Table => {
    const found = tables.get(name) ?? fresh.get(name) ?? freshTable(name)
    if (!tables.has(name)) fresh.set(name, found)
    return found
  }
  const made: Ruleset = {
    generation,
    tables: TABLES.filter((t) => tables.has(t)),
    chainNames(name) {
      const known = names.get(name)
      if (known !== undefined) return known
      const all = [...BUILTIN[name], ...inOrder(tableOf(name).userChains())]
      names.set(name, all)
      return all
    },
    chain: (name, chain) => tableOf(name).chain(chain),
  }
  insides.set(made, tables)
  return made
}

/** No table holds anything; every built-in chain accepts. */
export const emptyRuleset = (): Ruleset => ruleset(0, new Map())

/** The ruleset with some tables replaced; a table that is now undefined holds nothing any more. */
export function withTables(before: Ruleset, change: ReadonlyMap<TableName, Table | undefined>): Ruleset {
  const tables = new Map(insideOf(before))
  for (const [name, table] of change) {
    if (table === undefined) tables.delete(name)
    else tables.set(name, table)
  }
  return ruleset(before.generation + 1, tables)
}

/** A table of a ruleset as it stands, fresh when it holds nothing. */
export const tableOf = (of: Ruleset, name: TableName): Table => insideOf(of).get(name) ?? freshTable(name)
