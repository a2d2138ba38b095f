import { l4Of } from '../../net/packet.ts'
import type { Compare, Element, Key, NftTable, Statement, Value } from './ast.ts'
import { typeOfField } from './fields.ts'
import { holds, lookUp } from './lookup.ts'
import { typesOfSet } from './parse-block.ts'
import { type NftSight, read } from './see.ts'
import { numberOf, wholeNumber } from './values.ts'

export const typesOf = (key: Key): readonly string[] => key.map(typeOfField)

/** The packet's values for a key, one for each field; undefined: it lacks one of them. */
export function keyOf(key: Key, sight: NftSight): readonly string[] | undefined {
  const out: string[] = []
  for (const field of key) {
    const [value] = read(field, sight) ?? []
    if (value === undefined) return undefined
    out.push(value)
  }
  return out
}

function ordered(a: string, b: string, type: string, op: Exclude<Compare, '==' | '!='>): boolean {
  const [x, y] = [numberOf(a, type), numberOf(b, type)]
  if (x === undefined || y === undefined) return false
  switch (op) {
    case '<':
      return x < y
    case '>':
      return x > y
    case '<=':
      return x <= y
    case '>=':
      return x >= y
  }
}

/** One field against one value, or against bits of a list. */
function fieldMatches(seen: readonly string[], values: readonly Value[], type: string, op: Compare): boolean {
  const [first] = values
  if (op === '==') return values.some((v) => seen.some((s) => holds(v, s, type)))
  if (op === '!=') return !values.some((v) => seen.some((s) => holds(v, s, type)))
  return first?.kind === 'one' && seen[0] !== undefined && ordered(seen[0], first.text, type, op)
}

/** The mark after `& 0xff | 0x1`. */
export function withBits(mark: number, bits: Extract<Statement, { kind: 'match' }>['bits']): number {
  let now = mark
  for (const { op, value } of bits) now = op === '&' ? now & value : op === '|' ? now | value : now ^ value
  return now >>> 0
}

export function matches(s: Extract<Statement, { kind: 'match' }>, sight: NftSight): boolean {
  if (s.key.length > 1) {
    const key = keyOf(s.key, sight)
    const types = typesOf(s.key)
    return key !== undefined && key.every((k, i) => holds(s.values[i] as Value, k, types[i] ?? '')) !== (s.op === '!=')
  }
  const [field] = s.key
  const seen = field && read(field, sight)
  if (!field || !seen) return false
  const type = typeOfField(field)
  if (s.bits.length === 0) return fieldMatches(seen, s.values, type, s.op)
  const mark = wholeNumber(seen[0] ?? '')
  if (mark === undefined) return false
  return fieldMatches([`0x${withBits(mark, s.bits).toString(16).padStart(8, '0')}`], s.values, type, s.op)
}

const LETTER: Readonly<Record<string, string>> = { syn: 'S', ack: 'A', fin: 'F', rst: 'R', psh: 'P' }

export function flagsMatch({ value, mask, op }: Extract<Statement, { kind: 'tcp-flags' }>, sight: NftSight): boolean {
  const tcp = l4Of(sight.skb.packet)
  if (tcp?.kind !== 'tcp') return false
  const set = (flag: string): boolean => (tcp.flags as readonly string[]).includes(LETTER[flag] ?? '?')
  if (mask) return mask.every((f) => set(f) === value.includes(f)) !== (op === '!=')
  if (op === '') return value.some(set)
  return Object.keys(LETTER).every((f) => set(f) === value.includes(f)) === (op === '==')
}

/** Where a look-up goes: elements of the ruleset, and those that packets added. `unknown`: the set is not there. */
export type Found = { readonly element: Element; readonly key: string; readonly set?: string } | 'no' | { readonly unknown: string }

/** Name of a set that packets add to, in the moment. */
export const setKey = (sight: NftSight, table: NftTable, set: string): string => `${sight.netns.name} ${table.family} ${table.name} ${set}`

/** Looks a key up in a named set or map, or in one that stands in the rule. `types` of the key. */
export function find(
  among: Extract<Statement, { kind: 'in' }>['among'],
  key: readonly string[],
  types: readonly string[],
  table: NftTable,
  sight: NftSight,
): Found {
  const text = key.join(' . ')
  if ('elements' in among) {
    const element = lookUp(among.elements, key, types)
    return element ? { element, key: text } : 'no'
  }
  const set = table.sets.get(among.set)
  if (!set) return { unknown: `nft set ${among.set}` }
  const added = sight.run.moment.nftSets.get(setKey(sight, table, among.set))?.get(text)
  if (added !== undefined && added > sight.run.moment.clock)
    return { element: { key: key.map((k) => ({ kind: 'one', text: k })) }, key: text, set: among.set }
  const element = lookUp(set.elements, key, typesOfSet(set))
  return element ? { element, key: text, set: among.set } : 'no'
}
