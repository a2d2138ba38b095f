import type { Element, NftChain, NftCommand, NftRuleset, NftSet, NftTable } from './ast.ts'
import { asListed } from './intervals.ts'
import { commandAsLoaded } from './load.ts'
import { keyText } from './lookup.ts'

export const emptyNft = (): NftRuleset => ({ generation: 0, tables: [] })

type Draft = { -readonly [K in keyof NftTable]: NftTable[K] } & {
  sets: Map<string, NftSet>
  chains: Map<string, NftChain>
}

const draftOf = (t: NftTable): Draft => ({ ...t, sets: new Map(t.sets), chains: new Map(t.chains) })

/** Elements replace those with the same key. */
function joined(old: readonly Element[], added: readonly Element[]): readonly Element[] {
  const all = new Map(old.map((e) => [keyText(e.key), e]))
  for (const e of added) all.set(keyText(e.key), e)
  return [...all.values()]
}

function without(old: readonly Element[], gone: readonly Element[]): readonly Element[] {
  const keys = new Set(gone.map((e) => keyText(e.key)))
  return old.filter((e) => !keys.has(keyText(e.key)))
}

const sized = (set: Omit<NftSet, 'elements'>): Omit<NftSet, 'elements'> =>
  set.flags.includes('dynamic') && set.size === undefined ? { ...set, size: 65535 } : set

/** A set's elements, one list for all commands that add to it: 10,000 commands of one element each must not copy 10,000 lists. */
type Adding = Map<string, Element[]>

function change(
  draft: Draft,
  command: Extract<NftCommand, { table: string }>,
  adding: Adding,
  rules: Map<string, NftChain['rules'][number][]>,
): void {
  const settle = (name: string): NftSet | undefined => {
    const set = draft.sets.get(name)
    const more = adding.get(name)
    if (!set || !more) return set
    adding.delete(name)
    const whole = { ...set, elements: joined(set.elements, more) }
    draft.sets.set(name, whole)
    return whole
  }
  switch (command.do) {
    case 'table':
      if (command.comment !== undefined) draft.comment = command.comment
      if (command.flags.length > 0) draft.flags = command.flags
      return
    case 'object':
      draft.objects = [...draft.objects, command.object]
      return
    case 'chain': {
      const old = draft.chains.get(command.chain.name)
      draft.chains.set(command.chain.name, { ...old, ...command.chain, rules: old?.rules ?? [] })
      return
    }
    case 'set': {
      const old = settle(command.set.name)
      draft.sets.set(command.set.name, { ...sized(command.set), elements: old?.elements ?? [] })
      return
    }
    case 'rule': {
      const list = rules.get(command.chain) ?? [...(draft.chains.get(command.chain)?.rules ?? [])]
      rules.set(command.chain, list)
      if (command.insert) list.unshift(command.rule)
      else list.push(command.rule)
      return
    }
    case 'elements': {
      const list = adding.get(command.set) ?? []
      adding.set(command.set, list)
      for (const e of command.elements) list.push({ ...e, key: e.key.map(asListed) })
      return
    }
    case 'delete-elements': {
      const set = settle(command.set)
      if (set) draft.sets.set(command.set, { ...set, elements: without(set.elements, command.elements) })
      return
    }
    case 'flush-chain':
      for (const name of command.chain === undefined ? draft.chains.keys() : [command.chain]) rules.set(name, [])
      return
    case 'flush-set': {
      const set = settle(command.set)
      if (set) draft.sets.set(command.set, { ...set, elements: [] })
      return
    }
    case 'delete-table':
      return
    case 'delete-chain':
      draft.chains.delete(command.chain)
      rules.delete(command.chain)
      return
    case 'delete-set':
      adding.delete(command.set)
      draft.sets.delete(command.set)
      return
  }
}

interface Open {
  readonly draft: Draft
  readonly adding: Adding
  readonly rules: Map<string, NftChain['rules'][number][]>
}

function closed({ draft, adding, rules }: Open): NftTable {
  for (const [name, more] of adding) {
    const set = draft.sets.get(name)
    if (set) draft.sets.set(name, { ...set, elements: joined(set.elements, more) })
  }
  for (const [name, list] of rules) {
    const chain = draft.chains.get(name) ?? { name, rules: [] }
    draft.chains.set(name, { ...chain, rules: list })
  }
  return draft
}

/** The ruleset with this table in place of the one of its name and family: a program wrote it anew, as one transaction. */
export function withTable(before: NftRuleset, table: NftTable): NftRuleset {
  const at = before.tables.findIndex((t) => t.family === table.family && t.name === table.name)
  const tables = at < 0 ? [...before.tables, table] : before.tables.map((t, i) => (i === at ? table : t))
  return { generation: before.generation + 1, tables }
}

/**
 * What `nft -f` does with these commands, as one transaction. Tables are made by whoever first names them.
 * `listed`: the commands are a listing, which already has the kernel's form.
 */
export function withNft(before: NftRuleset, commands: readonly NftCommand[], options: { readonly listed?: boolean } = {}): NftRuleset {
  const tables = new Map<string, NftTable>(before.tables.map((t) => [`${t.family} ${t.name}`, t]))
  const open = new Map<string, Open>()
  for (const command of commands) {
    if (command.do === 'flush-ruleset') {
      for (const [key, t] of tables) if (command.family === undefined || t.family === command.family) tables.delete(key)
      for (const [key, o] of open) if (command.family === undefined || o.draft.family === command.family) open.delete(key)
      continue
    }
    const { family, table: name } = command
    const key = `${family} ${name}`
    if (command.do === 'delete-table') {
      tables.delete(key)
      open.delete(key)
      continue
    }
    const fresh: NftTable = { family, name, flags: [], objects: [], sets: new Map(), chains: new Map() }
    const at = open.get(key) ?? { draft: draftOf(tables.get(key) ?? fresh), adding: new Map(), rules: new Map() }
    open.set(key, at)
    if (!tables.has(key)) tables.set(key, fresh)
    change(at.draft, options.listed ? command : commandAsLoaded(command), at.adding, at.rules)
  }
  for (const [key, o] of open) tables.set(key, closed(o))
  return { generation: before.generation + 1, tables: [...tables.values()] }
}
