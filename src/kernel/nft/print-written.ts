import type { Bits, Element, NftRule, NftSet, Statement, Value } from './ast.ts'
import { valueText } from './lookup.ts'
import { typesOfSet } from './parse-block.ts'
import { printElement, printKey, printStatement } from './print-rule.ts'
import { hex8 } from './values.ts'

const OPERATION: Readonly<Record<Bits['op'], string>> = { '&': 'and', '|': 'or', '^': 'xor' }

const bitsText = (bits: readonly Bits[]): string => bits.map((b) => ` ${OPERATION[b.op]} ${hex8(b.value)}`).join('')
const short = (name: string): string => (name === 'meta mark' ? 'mark' : name)
const plain = (value: Value): string => (value.kind === 'one' && /^0x0+$/.test(value.text) ? '0' : valueText(value))
const listed = (elements: readonly Element[]): string => `{ ${elements.map((e) => printElement(e, [], undefined)).join(' , ')} }`

function statementText(s: Statement): string {
  switch (s.kind) {
    case 'match': {
      const key = s.key.map(short).join(' . ')
      const op = s.op === '==' && s.bits.length === 0 ? '' : ` ${s.op}`
      const values = s.values.map(plain).join(s.key.length === 1 ? ',' : ' . ')
      return `${key}${bitsText(s.bits)}${op} ${values}`
    }
    case 'in':
      return 'set' in s.among ? printStatement(s) : `${s.key.join(' . ')} ${s.not ? '!= ' : ''}${listed(s.among.elements)}`
    case 'vmap': {
      if ('set' in s.among) return printStatement(s)
      return `${printKey(s.key)} vmap ${listed(s.among.elements)}`
    }
    case 'set-mark':
      return `${short(s.what)} set ${typeof s.from === 'number' ? hex8(s.from) : short(s.from)}${bitsText(s.bits)}`
    case 'tcp-flags':
    case 'verdict':
    case 'counter':
    case 'counter-name':
    case 'log':
    case 'nftrace':
    case 'limit':
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
    case 'reject':
    case 'notrack':
    case 'update':
    case 'unknown':
      return printStatement(s)
  }
}

/**
 * A rule in the words in which programs write it to `nft -f` (kube-proxy's, as recorded): marks with `and`, `or`, `xor`, device names without
 * quotes, commas between blanks. nft lists it in other words (print-rule.ts).
 */
export const writtenRule = (rule: NftRule): string =>
  [...rule.statements.map(statementText), ...(rule.comment === undefined ? [] : [`comment "${rule.comment}"`])].join(' ')

/** The braces behind `add set` and `add map`. */
export function writtenSet(set: Omit<NftSet, 'elements'>): string {
  const parts = [
    `type ${set.type.join(' . ')}${set.to ? ` : ${set.to.join(' . ')}` : ''}`,
    ...(set.flags.length > 0 ? [`flags ${set.flags.join(',')}`] : []),
    ...(set.timeout === undefined ? [] : [`timeout ${set.timeout}s`]),
    ...(set.comment === undefined ? [] : [`comment "${set.comment}"`]),
  ]
  return `{ ${parts.map((p) => `${p} ; `).join('')}}`
}

/** The braces behind `add element`. */
export const writtenElement = (e: Element, set: NftSet): string => `{ ${printElement(e, typesOfSet(set), set.to)} }`
