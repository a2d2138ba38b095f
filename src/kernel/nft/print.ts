import type { NftChain, NftRuleset, NftSet, NftTable } from './ast.ts'
import { inOrder } from './order.ts'
import { typesOfSet } from './parse-block.ts'
import { printElement, printNftRule } from './print-rule.ts'
import { priorityText } from './priority.ts'
import { durationText } from './values.ts'

/** Types of which five elements stand on one line; of IPv4 addresses two, of all others one (nft's calculate_delim). */
const FIVE_A_LINE = new Set(['inet_service', 'inet_proto', 'mark', 'integer', 'icmp_type', 'icmpv6_type', 'ct_state', 'ct_status'])

function perLine(types: readonly string[]): number {
  const [only] = types
  if (types.length !== 1 || only === undefined) return 1
  if (only === 'ipv4_addr') return 2
  return FIVE_A_LINE.has(only) ? 5 : 1
}

function* elementLines(set: NftSet): Generator<string, void, void> {
  const types = typesOfSet(set)
  const words = inOrder(set.elements, types).map((e) => printElement(e, types, set.to))
  const many = perLine(types)
  for (let i = 0; i < words.length; i += many) {
    const line = words.slice(i, i + many).join(', ')
    yield `${i === 0 ? '\t\telements = { ' : '\t\t\t     '}${line}${i + many < words.length ? ',' : ' }'}`
  }
}

export function* setLines(set: NftSet): Generator<string, void, void> {
  yield `\t${set.kind} ${set.name} {`
  yield `\t\t${set.typeOf ? 'typeof' : 'type'} ${set.type.join(' . ')}${set.to ? ` : ${set.to.join(' . ')}` : ''}`
  if (set.size !== undefined) yield `\t\tsize ${set.size}`
  if (set.flags.length > 0) yield `\t\tflags ${set.flags.join(',')}`
  if (set.timeout !== undefined) yield `\t\ttimeout ${durationText(set.timeout)}`
  for (const line of set.more) yield `\t\t${line}`
  if (set.comment !== undefined) yield `\t\tcomment "${set.comment}"`
  yield* elementLines(set)
  yield '\t}'
}

export function* chainLines(chain: NftChain, table: Pick<NftTable, 'family'>): Generator<string, void, void> {
  yield `\tchain ${chain.name} {`
  if (chain.comment !== undefined) yield `\t\tcomment "${chain.comment}"`
  if (chain.base) {
    const { type, hook, device, priority, printed, policy } = chain.base
    const where = `${hook}${device === undefined ? '' : ` device "${device}"`}`
    yield `\t\ttype ${type} hook ${where} priority ${printed ?? priorityText(priority, hook, table.family)}; policy ${policy};`
  }
  for (const line of chain.more ?? []) yield `\t\t${line}`
  for (const rule of chain.rules) yield `\t\t${printNftRule(rule)}`
  yield '\t}'
}

/** As `nft list table` of 1.0.6 prints it, line by line. */
export function* tableLines(table: NftTable): Generator<string, void, void> {
  yield `table ${table.family} ${table.name} {`
  if (table.flags.length > 0) yield `\tflags ${table.flags.join(',')}`
  if (table.comment !== undefined) yield `\tcomment "${table.comment}"`
  let first = true
  const apart = (): readonly string[] => {
    const was = first
    first = false
    return was ? [] : ['']
  }
  for (const { kind, name, lines } of table.objects) yield* [...apart(), `\t${kind} ${name} {`, ...lines.map((l) => `\t\t${l}`), '\t}']
  for (const set of table.sets.values()) {
    yield* apart()
    yield* setLines(set)
  }
  for (const chain of table.chains.values()) {
    yield* apart()
    yield* chainLines(chain, table)
  }
  yield '}'
}

/** As `nft list ruleset` prints it. */
export function* nftLines(ruleset: NftRuleset): Generator<string, void, void> {
  for (const table of ruleset.tables) yield* tableLines(table)
}
