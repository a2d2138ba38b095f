import type { TableName } from '../../trace/event.ts'
import type { Chain } from './ast.ts'

/** Built-in chains in the order of their hooks, as iptables-save prints them. Tables in the order in which we print them. */
export const BUILTIN: Readonly<Record<TableName, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
}

export const TABLES = Object.keys(BUILTIN) as readonly TableName[]
export const isTable = (name: string): name is TableName => Object.hasOwn(BUILTIN, name)
export const isBuiltin = (table: TableName, chain: string): boolean => BUILTIN[table].includes(chain)

/** The chains of one table. Each is made when it is first asked for and stays the same object. */
export interface Table {
  readonly name: TableName
  /** User chains in no order; may be slow, so a walk does not ask. */
  readonly userChains: () => Iterable<string>
  readonly chain: (name: string) => Chain | undefined
}

/** A table that keeps every chain once made. */
export function table(name: TableName, userChains: () => Iterable<string>, make: (chain: string) => Chain | undefined): Table {
  const made = new Map<string, Chain | undefined>()
  return {
    name,
    userChains,
    chain(wanted) {
      if (!made.has(wanted)) made.set(wanted, make(wanted))
      return made.get(wanted)
    },
  }
}

/** As the kernel module leaves a table when it is loaded: built-in chains that accept. */
export function freshTable(name: TableName): Table {
  return table(
    name,
    () => [],
    (chain) => (isBuiltin(name, chain) ? { name: chain, policy: 'ACCEPT', rules: [] } : undefined),
  )
}

/** `base` with some chains replaced or added, and without those that are `gone`. */
export function overlaid(base: Table, chains: ReadonlyMap<string, Chain>, gone: ReadonlySet<string> = new Set()): Table {
  const names = function* (): Generator<string> {
    for (const name of base.userChains()) if (!chains.has(name) && !gone.has(name)) yield name
    for (const name of chains.keys()) if (!isBuiltin(base.name, name)) yield name
  }
  return table(base.name, names, (name) => chains.get(name) ?? (gone.has(name) ? undefined : base.chain(name)))
}
