import { load } from '../kernel/iptables/load.ts'
import { printRule } from '../kernel/iptables/print-rule.ts'
import { isBuiltin } from '../kernel/iptables/ruleset-table.ts'
import type { Dump } from './dump.ts'
import { ruleOf, type SavedTable } from './saved.ts'

const COUNTERS = /^(\[\d+:\d+\] )/

/**
 * The saved tables of a dump as iptables-save prints them, without its `#` lines: every rule taken apart and put together again,
 * chain after chain. A line that nobody could read comes as it is.
 */
export function* printSaved(dump: Dump, tables: readonly SavedTable[] = dump.tables): Generator<string, void, void> {
  for (const saved of tables) {
    yield `*${saved.table}`
    for (const { name, policy, packets, bytes } of saved.chains.values())
      yield `:${name} ${policy ?? (isBuiltin(saved.table, name) ? 'ACCEPT' : '-')} [${packets}:${bytes}]`
    for (const { name, at } of saved.chains.values()) {
      for (let i = 0; i < at.length; i += 3) {
        const text = dump.text.slice(at[i], at[i + 1])
        const written = ruleOf(text, saved.family)
        const counters = COUNTERS.exec(text)?.[1] ?? ''
        yield written === undefined ? text : `${counters}${printRule(name, load(written))}`
      }
    }
    yield 'COMMIT'
  }
}
