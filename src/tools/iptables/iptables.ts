import type { Chain, Ruleset } from '../../kernel/iptables/ast.ts'
import { printCountedRule, printRule } from '../../kernel/iptables/print.ts'
import { isBuiltin } from '../../kernel/iptables/ruleset.ts'
import type { Family } from '../../net/ip.ts'
import type { TableName } from '../../trace/event.ts'
import { type Count, failed, printed, type Tool, type ToolContext } from '../tool.ts'
import { type Listing, readArgs } from './args.ts'
import { header, row, shortNumber } from './list-rows.ts'

type Counted = (chain: string, index: number) => Count

/** How many rules of the table jump or go to each chain: every chain has to be made for that. */
function references(rules: Ruleset, table: TableName): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const name of rules.chainNames(table)) {
    for (const { target } of rules.chain(table, name)?.rules ?? []) {
      if (target?.kind === 'jump' || target?.kind === 'goto') found.set(target.chain, (found.get(target.chain) ?? 0) + 1)
    }
  }
  return found
}

function title(chain: Chain, table: TableName, how: Listing, counted: Counted, refs: ReadonlyMap<string, number>): string {
  if (!isBuiltin(table, chain.name)) return `Chain ${chain.name} (${refs.get(chain.name) ?? 0} references)`
  const { packets, bytes } = counted(chain.name, -1)
  const shown = (n: number): string => (how.exact ? `${n}` : shortNumber(n, 0))
  const counts = how.verbose ? ` ${shown(packets)} packets, ${shown(bytes)} bytes` : ''
  return `Chain ${chain.name} (policy ${chain.policy ?? 'ACCEPT'}${counts})`
}

/** Lines of -L. With a rule's number only its row. */
function* list(rules: Ruleset, names: readonly string[], how: Listing, counted: Counted, family: Family): Generator<string> {
  const refs = how.rule === undefined ? references(rules, how.table) : new Map<string, number>()
  for (const [i, name] of names.entries()) {
    const chain = rules.chain(how.table, name)
    if (chain === undefined) continue
    if (how.rule === undefined) {
      if (i > 0) yield ''
      yield title(chain, how.table, how, counted, refs)
      yield header(how)
    }
    for (const [index, rule] of chain.rules.entries()) {
      if (how.rule === undefined || how.rule === index + 1) yield row(rule, index + 1, counted(name, index), how, family)
    }
  }
}

/** Lines of -S: all -P, all -N, then the rules. With a rule's number only that rule. */
function* spell(rules: Ruleset, names: readonly string[], how: Listing, counted: Counted): Generator<string> {
  for (const name of how.rule === undefined ? names : []) {
    const { packets, bytes } = counted(name, -1)
    if (!isBuiltin(how.table, name)) yield `-N ${name}`
    else yield `-P ${name} ${rules.chain(how.table, name)?.policy ?? 'ACCEPT'}${how.verbose ? ` -c ${packets} ${bytes}` : ''}`
  }
  for (const name of names) {
    for (const [index, rule] of (rules.chain(how.table, name)?.rules ?? []).entries()) {
      if (how.rule !== undefined && how.rule !== index + 1) continue
      const { packets, bytes } = counted(name, index)
      yield how.verbose ? printCountedRule(name, rule, packets, bytes) : printRule(name, rule)
    }
  }
}

/** iptables 1.8.9 (legacy) as far as it lists rules: `[-t TABLE] -L|-S [CHAIN [N]] [-n] [-v] [-x] [--line-numbers]`. */
function lister(name: string, family: Family): Tool {
  return {
    name,
    run(ctx: ToolContext, argv) {
      const how = readArgs(name, argv)
      if ('code' in how) return how
      const rules = ctx.netns.rules[family]
      const counted: Counted = (chain, index) => ctx.counters({ family, table: how.table, chain, index })
      if (how.chain !== undefined && rules.chain(how.table, how.chain) === undefined)
        return failed(1, `${name}: No chain/target/match by that name.`)
      const names = how.chain === undefined ? rules.chainNames(how.table) : [how.chain]
      return printed(how.what === '-L' ? list(rules, names, how, counted, family) : spell(rules, names, how, counted))
    },
  }
}

export const iptables = lister('iptables', 4)
export const ip6tables = lister('ip6tables', 6)
