import type { Among, Bits, Element, Key, NatTo, NftRule, NftVerdict, Numgen, Statement, Value } from './ast.ts'
import { typeOfField } from './fields.ts'
import { keyText, valueText } from './lookup.ts'
import { inOrder } from './order.ts'
import { durationText, hex8 } from './values.ts'

const isName = (type: string): boolean => type === 'ifname' || type === 'iface_index'

const printValue = (value: Value, type: string): string =>
  isName(type) && value.kind !== 'any' ? `"${valueText(value)}"` : valueText(value)

export const printValues = (values: readonly Value[], types: readonly string[]): string =>
  values.some((_, i) => isName(types[i] ?? '')) ? values.map((v, i) => printValue(v, types[i] ?? '')).join(' . ') : keyText(values)

export const printVerdict = (v: NftVerdict): string => ('chain' in v ? `${v.verdict} ${v.chain}` : v.verdict)

export function printElement(e: Element, types: readonly string[], to: readonly string[] | undefined): string {
  const timeout = e.timeout === undefined ? '' : ` timeout ${durationText(e.timeout)}`
  const expires = e.expires === undefined ? '' : ` expires ${durationText(e.expires)}`
  const comment = e.comment === undefined ? '' : ` comment "${e.comment}"`
  const target = e.to === undefined ? '' : ` : ${'verdict' in e.to ? printVerdict(e.to) : printValues(e.to.values, to ?? [])}`
  return `${printValues(e.key, types)}${timeout}${expires}${comment}${target}`
}

const typesOf = (key: Key | Numgen): readonly string[] => ('mod' in key ? ['integer'] : key.map(typeOfField))

export function printKey(key: Key | Numgen): string {
  if (!('mod' in key)) return key.join(' . ')
  return `numgen ${key.inc ? 'inc' : 'random'} mod ${key.mod}${key.offset === 0 ? '' : ` offset ${key.offset}`}`
}

function printAmong(among: Among, types: readonly string[]): string {
  if ('set' in among) return `@${among.set}`
  const elements = inOrder(among.elements, types).map((e) => printElement(e, types, undefined))
  return `{ ${elements.join(', ')} }`
}

const printBits = (bits: readonly Bits[]): string => bits.map((b) => ` ${b.op} ${hex8(b.value)}`).join('')

function printMatch(s: Extract<Statement, { kind: 'match' }>): string {
  const types = typesOf(s.key)
  const flags = s.key.length === 1 && s.values.length > 1
  const values = flags ? s.values.map((v) => printValue(v, types[0] ?? '')).join(',') : printValues(s.values, types)
  const op = s.op === '==' && s.bits.length === 0 ? '' : ` ${s.op}`
  return `${printKey(s.key)}${printBits(s.bits)}${op} ${values}`
}

function printNat(s: { readonly kind: string } & NatTo): string {
  const address = s.address === undefined ? '' : s.address.includes(':') && s.ports ? `[${s.address}]` : s.address
  const { from, to } = s.ports ?? {}
  const ports = from === undefined ? '' : `:${from}${to === from ? '' : `-${to}`}`
  const where = address + ports
  const family = s.family === undefined ? '' : ` ${s.family}`
  return `${s.kind}${family}${where === '' ? '' : ` to ${where}`}${s.flags.length > 0 ? ` ${s.flags.join(',')}` : ''}`
}

function printFlags({ value, mask, op }: Extract<Statement, { kind: 'tcp-flags' }>): string {
  return `tcp flags ${op === '' ? '' : `${op} `}${value.join(',')}${mask ? ` / ${mask.join(',')}` : ''}`
}

export function printStatement(s: Statement): string {
  switch (s.kind) {
    case 'match':
      return printMatch(s)
    case 'in':
      return `${printKey(s.key)} ${s.not ? '!= ' : ''}${printAmong(s.among, typesOf(s.key))}`
    case 'tcp-flags':
      return printFlags(s)
    case 'vmap':
      return `${printKey(s.key)} vmap ${printAmong(s.among, typesOf(s.key))}`
    case 'verdict':
      return printVerdict(s)
    case 'counter':
      return s.packets === undefined ? 'counter' : `counter packets ${s.packets} bytes ${s.bytes ?? 0}`
    case 'counter-name':
      return `counter name "${s.name}"`
    case 'log':
      return s.words === '' ? 'log' : `log ${s.words}`
    case 'set-mark':
      return `${s.what} set ${typeof s.from === 'number' ? hex8(s.from) : s.from}${printBits(s.bits)}`
    case 'nftrace':
      return `meta nftrace set ${s.value}`
    case 'limit':
      return limitText(s)
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return printNat(s)
    case 'reject':
      return s.with === undefined ? 'reject' : `reject with ${s.with}`
    case 'notrack':
      return 'notrack'
    case 'update':
      return `${s.op} @${s.set} { ${printKey(s.key)}${s.timeout === undefined ? '' : ` timeout ${durationText(s.timeout)}`} }`
    case 'unknown':
      return s.words
  }
}

/** Bytes in the greatest unit that leaves nothing over (get_rate of nft). */
function bytesText(n: number): string {
  const units = ['bytes', 'kbytes', 'mbytes']
  let [left, unit] = [n, 0]
  while (left > 0 && left % 1024 === 0 && unit < 2) [left, unit] = [left / 1024, unit + 1]
  return `${left} ${units[unit]}`
}

function limitText({ over, bytes, rate, unit, burst }: Extract<Statement, { kind: 'limit' }>): string {
  const head = `limit rate ${over ? 'over ' : ''}`
  if (bytes) return `${head}${bytesText(rate)}/${unit}${burst === 0 ? '' : ` burst ${bytesText(burst)}`}`
  return `${head}${rate}/${unit}${burst === 5 ? '' : ` burst ${burst} packets`}`
}

/** A rule as `nft list` prints it, without its indent. */
export const printNftRule = (rule: NftRule): string =>
  [...rule.statements.map(printStatement), ...(rule.comment === undefined ? [] : [`comment "${rule.comment}"`])].join(' ')
