import type { TableName } from '../../trace/event.ts'
import type { Call, Chain, Restore, RestoreTable, Rule, Ruleset, Written } from './ast.ts'
import { load } from './load.ts'
import { printRule } from './print-rule.ts'
import { tableOf, withTables } from './ruleset-core.ts'
import { isBuiltin, overlaid, type Table, table } from './ruleset-table.ts'

export { emptyRuleset } from './ruleset-core.ts'
export { BUILTIN, isBuiltin, isTable, TABLES } from './ruleset-table.ts'

const same = (a: Rule, b: Rule): boolean => printRule('', a) === printRule('', b)

function called(chain: Chain, call: Extract<Call, { call: '-A' | '-I' }>): Chain {
  const rule = load(call.rule)
  if (call.call === '-A') return { ...chain, rules: [...chain.rules, rule] }
  return chain.rules.some((r) => same(r, rule)) ? chain : { ...chain, rules: [rule, ...chain.rules] }
}

/**
 * Calls of the iptables command, one after the other: -N makes a chain unless it exists, -A appends, -I puts a rule at the
 * head unless an equal one exists, -P sets a policy. Throws when a chain is missing: a bug of the program that calls.
 */
export function withCalls(before: Ruleset, calls: readonly Call[]): Ruleset {
  const touched = new Map<TableName, Map<string, Chain>>()
  for (const call of calls) {
    const chains = touched.get(call.table) ?? new Map<string, Chain>()
    touched.set(call.table, chains)
    const chain = chains.get(call.chain) ?? before.chain(call.table, call.chain)
    if (call.call === '-N') {
      chains.set(call.chain, chain ?? { name: call.chain, rules: [] })
      continue
    }
    if (chain === undefined) throw new Error(`${call.call} ${call.chain}: no such chain in table ${call.table}`)
    chains.set(call.chain, call.call === '-P' ? { ...chain, policy: call.policy } : called(chain, call))
  }
  return withTables(before, new Map([...touched].map(([name, chains]) => [name, overlaid(tableOf(before, name), chains)])))
}

function restored(base: Table, given: RestoreTable): Table {
  let declared: ReadonlySet<string> | undefined
  const isDeclared = (name: string): boolean => {
    declared ??= new Set(given.declared())
    return declared.has(name)
  }
  const names = function* (): Generator<string> {
    for (const name of base.userChains()) if (!isDeclared(name)) yield name
    for (const name of given.declared()) if (!isBuiltin(base.name, name)) yield name
  }
  const make = (name: string): Chain | undefined => {
    const old = base.chain(name)
    const written = given.chain(name)
    if (written === undefined) return old
    // the list of declared chains is long: asked for only where it makes a difference
    const keeps = old !== undefined && (isBuiltin(base.name, name) || old.rules.length === 0 || !isDeclared(name))
    return { ...(old ?? { name }), rules: [...(keeps ? old.rules : []), ...written.map((w: Written) => load(w))] }
  }
  return table(base.name, names, make)
}

/**
 * What `iptables-restore --noflush` does: a declared user chain is emptied or created, rules are appended, all else stays.
 * Nothing of the restore is asked for before somebody asks for a chain.
 */
export function withRestore(before: Ruleset, restore: Restore): Ruleset {
  return withTables(before, new Map(restore.tables.map((t) => [t.table, restored(tableOf(before, t.table), t)])))
}
