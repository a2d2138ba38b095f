import type { NftSet } from '../../../kernel/nft/ast.ts'
import { writtenElement, writtenRule, writtenSet } from '../../../kernel/nft/print-written.ts'
import type { Draft } from './table.ts'

/**
 * The table after a sync as commands that nft takes: chains, sets and maps by name, rules by chain, then elements in the order of service
 * ports. Not the transaction: that is in the order of kube-proxy's work.
 */
export function* tableText(draft: Draft): Generator<string> {
  const { version, table } = draft.sync
  const at = `${table.family} ${version.table}`
  const sets = draft.sets()
  const chains = draft.chains()
  yield `add table ${at} { comment "${version.comment}" ; }`
  for (const { name } of chains) {
    const base = version.bases[name]
    const head = base ? ` { type ${base.type} hook ${base.hook} priority ${base.priority} ; }` : ''
    yield `add chain ${at} ${name}${head}${name === 'reject-chain' ? ` { comment "${version.texts.rejectChain}" ; }` : ''}`
  }
  for (const set of sets) yield `add ${set.kind} ${at} ${set.name} ${writtenSet(set)}`
  for (const { name, rules } of chains) for (const rule of rules()) yield `add rule ${at} ${name} ${writtenRule(rule)}`
  for (const set of sets) yield* elementLines(at, set)
}

function* elementLines(at: string, set: NftSet): Generator<string> {
  for (const element of set.elements) yield `add element ${at} ${set.name} ${writtenElement(element, set)}`
}
