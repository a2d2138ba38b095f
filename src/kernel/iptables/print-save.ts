import type { TableName } from '../../trace/event.ts'
import type { Ruleset } from './ast.ts'
import { printRule } from './print-rule.ts'
import { isBuiltin } from './ruleset-table.ts'

/** Packets and bytes that a rule (index from 0) or, with index -1, the policy of a built-in chain has counted. */
export type Counted = (table: TableName, chain: string, index: number) => { readonly packets: number; readonly bytes: number }

const NOTHING = { packets: 0, bytes: 0 }

/**
 * Lines of `iptables-save` 1.8.9 (legacy), chain by chain as they are asked for, without its `# Generated` lines.
 * Tables come in the order raw, mangle, filter, nat. Chain lines always bear the policy's counters; `each` puts
 * every rule's own in front of it, as -c does.
 */
export function* printSave(
  ruleset: Ruleset,
  tables: readonly TableName[] = ruleset.tables,
  counted?: Counted,
  each = false,
): Generator<string, void, void> {
  const count = counted ?? (() => NOTHING)
  for (const table of tables) {
    yield `*${table}`
    const names = ruleset.chainNames(table)
    for (const name of names) {
      if (isBuiltin(table, name)) {
        const { packets, bytes } = count(table, name, -1)
        yield `:${name} ${ruleset.chain(table, name)?.policy ?? 'ACCEPT'} [${packets}:${bytes}]`
      } else yield `:${name} - [0:0]`
    }
    for (const name of names) {
      let index = 0
      for (const rule of ruleset.chain(table, name)?.rules ?? []) {
        const { packets, bytes } = each ? count(table, name, index) : NOTHING
        yield each ? `[${packets}:${bytes}] ${printRule(name, rule)}` : printRule(name, rule)
        index++
      }
    }
    yield 'COMMIT'
  }
}
