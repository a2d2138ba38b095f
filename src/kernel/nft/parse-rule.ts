import type { Among, Bits, Compare, Key, LimitUnit, NftRule, Statement, Value } from './ast.ts'
import { type Cursor, isWord, name, next, peek, Refused, take, wordsOf } from './cursor.ts'
import { type Field, fieldAt, typeOfField } from './fields.ts'
import type { Token } from './lex.ts'
import { readElements, readValues, readVerdict } from './parse-elements.ts'
import { readNat } from './parse-nat.ts'
import { secondsOf, wholeNumber } from './values.ts'

const COMPARE: Readonly<Record<string, Compare>> = {
  '==': '==',
  '!=': '!=',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  eq: '==',
  ne: '!=',
  lt: '<',
  gt: '>',
  le: '<=',
  ge: '>=',
}
const BITS: Readonly<Record<string, Bits['op']>> = { '&': '&', and: '&', '|': '|', or: '|', '^': '^', xor: '^' }

/** Types whose values are bits that a comma may join. */
const isFlags = (type: string): boolean => type === 'ct_state' || type === 'ct_status'

function readKey(c: Cursor): Key | undefined {
  const fields: Field[] = []
  do {
    const found = fieldAt([0, 1, 2].map((i) => peek(c, i)).map((t) => (t.kind === 'word' ? t.text : ' ')))
    if (found === undefined) return undefined
    c.at += found.took
    fields.push(found.field)
  } while (take(c, '.'))
  return fields
}

const typesOf = (key: Key): readonly string[] => key.map(typeOfField)

function readBits(c: Cursor): readonly Bits[] | undefined {
  const bits: Bits[] = []
  for (let op = BITS[peek(c).text]; op !== undefined; op = BITS[peek(c).text]) {
    c.at++
    const value = wholeNumber(next(c).text)
    if (value === undefined) return undefined
    bits.push({ op, value })
  }
  return bits
}

function readMark(c: Cursor, what: 'meta mark' | 'ct mark'): Statement | undefined {
  const key = readKey(c)
  const field = key?.length === 1 ? key[0] : undefined
  const from = field === 'meta mark' || field === 'ct mark' ? field : key === undefined ? wholeNumber(next(c).text) : undefined
  const bits = from === undefined ? undefined : readBits(c)
  return from === undefined || bits === undefined ? undefined : { kind: 'set-mark', what, from, bits }
}

/** @SET or { ELEMENTS }. */
function readAmong(c: Cursor, types: readonly string[], to?: readonly string[]): Among | undefined {
  const token = peek(c)
  if (token.kind === 'word' && token.text.startsWith('@')) {
    c.at++
    return { set: token.text.slice(1) }
  }
  return isWord(token, '{') ? { elements: readElements(c, types, to) } : undefined
}

function readFlagWords(c: Cursor): readonly string[] | undefined {
  const open = take(c, '(')
  const words: string[] = []
  for (;;) {
    const word = next(c).text
    if (!/^(fin|syn|rst|psh|ack|urg|ecn|cwr)$/.test(word)) return undefined
    words.push(word)
    if (!take(c, open ? '|' : ',')) break
  }
  return open && !take(c, ')') ? undefined : words
}

/** `tcp flags syn`, `tcp flags syn / fin,syn,rst,ack`, `tcp flags & (fin|syn|rst|ack) == syn`. */
function readFlags(c: Cursor): Statement | undefined {
  if (take(c, '&')) {
    const mask = readFlagWords(c)
    const op = take(c, '!=') ? '!=' : take(c, '==') ? '==' : undefined
    const value = readFlagWords(c)
    return mask && op && value ? { kind: 'tcp-flags', value, mask, op: op === '==' ? '' : op } : undefined
  }
  const op = take(c, '!=') ? '!=' : take(c, '==') ? '==' : ''
  const value = readFlagWords(c)
  if (value === undefined) return undefined
  if (!take(c, '/')) return { kind: 'tcp-flags', value, op }
  const mask = readFlagWords(c)
  return mask && { kind: 'tcp-flags', value, mask, op }
}

function readMatch(c: Cursor): Statement | undefined {
  if (isWord(peek(c), 'tcp') && isWord(peek(c, 1), 'flags')) {
    c.at += 2
    return readFlags(c)
  }
  const key = readKey(c)
  if (key === undefined) return undefined
  const field = key.length === 1 ? key[0] : undefined
  const types = typesOf(key)
  if (take(c, 'set')) return field === 'meta mark' || field === 'ct mark' ? readMark(c, field) : undefined
  if (take(c, 'vmap')) {
    const among = readAmong(c, types, ['verdict'])
    return among && { kind: 'vmap', key, among }
  }
  const bits = types[0] === 'mark' && field !== undefined ? readBits(c) : []
  if (bits === undefined) return undefined
  const op = COMPARE[peek(c).text]
  if (op !== undefined) c.at++
  const among = bits.length === 0 && (op ?? '==') in { '==': 1, '!=': 1 } ? readAmong(c, types) : undefined
  if (among) return { kind: 'in', key, ...(op === '!=' ? { not: true as const } : {}), among }
  const values: Value[] = [...readValues(c, types)]
  while (isFlags(types[0] ?? '') && take(c, ',')) values.push(...readValues(c, types))
  return { kind: 'match', key, bits, op: op ?? '==', values }
}

function readNumgen(c: Cursor): Statement | undefined {
  c.at++
  const inc = take(c, 'inc')
  if ((!inc && !take(c, 'random')) || !take(c, 'mod')) return undefined
  const mod = wholeNumber(next(c).text)
  const offset = take(c, 'offset') ? wholeNumber(next(c).text) : 0
  if (mod === undefined || mod === 0 || offset === undefined || !take(c, 'vmap')) return undefined
  const among = readAmong(c, ['integer'], ['verdict'])
  return among && { kind: 'vmap', key: { mod, offset, ...(inc ? { inc } : {}) }, among }
}

function readCounter(c: Cursor): Statement | undefined {
  if (take(c, 'name')) return { kind: 'counter-name', name: name(c) }
  if (!take(c, 'packets')) return { kind: 'counter' }
  const packets = wholeNumber(next(c).text) ?? Number(peek(c, -1).text)
  if (!take(c, 'bytes')) return undefined
  const bytes = Number(next(c).text)
  return Number.isSafeInteger(packets) && Number.isSafeInteger(bytes) ? { kind: 'counter', packets, bytes } : undefined
}

function readReject(c: Cursor): Statement | undefined {
  if (!take(c, 'with')) return { kind: 'reject' }
  const family = next(c).text
  take(c, 'type')
  const what = next(c).text
  const known = family === 'tcp' ? what === 'reset' : ['icmp', 'icmpv6', 'icmpx'].includes(family)
  return known ? { kind: 'reject', with: `${family} ${what}` } : undefined
}

function readUpdate(c: Cursor, op: 'add' | 'update' | 'delete'): Statement | undefined {
  const set = next(c).text
  if (!set.startsWith('@') || !take(c, '{')) return undefined
  const key = readKey(c)
  const timeout = take(c, 'timeout') ? secondsOf(next(c).text) : undefined
  if (key === undefined || !take(c, '}')) return undefined
  return { kind: 'update', op, set: set.slice(1), key, ...(timeout === undefined ? {} : { timeout }) }
}

const LOG = /^(prefix|group|level|snaplen|queue-threshold|flags)$/
function readLog(c: Cursor): Statement {
  const from = c.at
  while (LOG.test(peek(c).text)) c.at += 2
  return { kind: 'log', words: wordsOf(c.source, c.tokens.slice(from, c.at)) }
}

const PER = /^(?:(\d+)|bytes|kbytes|mbytes)\/(second|minute|hour|day|week)$/
const BYTES: Readonly<Record<string, number>> = { bytes: 1, kbytes: 1024, mbytes: 1024 * 1024 }

/** `10/second burst 5 packets`, `2 kbytes/minute burst 1 mbytes`. Without a burst nft writes 5 packets, and no bytes. */
function readLimit(c: Cursor): Statement | undefined {
  if (!take(c, 'rate')) return undefined
  const over = take(c, 'over') ? { over: true as const } : {}
  const first = next(c).text
  const of = wholeNumber(first)
  const per = of === undefined ? first : next(c).text
  const [, packets, unit] = PER.exec(per) ?? []
  if (unit === undefined || (packets === undefined) !== (of !== undefined)) return undefined
  const bytes = of !== undefined
  const rate = bytes ? of * (BYTES[per.split('/')[0] as string] ?? 0) : Number(packets)
  if (rate === 0) return undefined
  const made = { kind: 'limit', ...over, ...(bytes ? { bytes: true as const } : {}), rate, unit: unit as LimitUnit } as const
  if (!take(c, 'burst')) return { ...made, burst: bytes ? 0 : 5 }
  const [burst, what] = [wholeNumber(next(c).text), next(c).text]
  const times = bytes ? BYTES[what] : what === 'packets' && burst !== 0 ? 1 : undefined
  return burst === undefined || times === undefined ? undefined : { ...made, burst: burst * times }
}

/** One statement; undefined: not modelled. */
function readStatement(c: Cursor): Statement | undefined {
  const verdict = readVerdict(c)
  if (verdict) return { kind: 'verdict', ...verdict }
  const { text } = peek(c)
  switch (text) {
    case 'counter':
      c.at++
      return readCounter(c)
    case 'log':
      c.at++
      return readLog(c)
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      c.at++
      return readNat(c, text)
    case 'reject':
      c.at++
      return readReject(c)
    case 'limit':
      c.at++
      return readLimit(c)
    case 'notrack':
      c.at++
      return { kind: 'notrack' }
    case 'add':
    case 'update':
    case 'delete':
      c.at++
      return readUpdate(c, text)
    case 'numgen':
      return readNumgen(c)
    case 'meta': {
      if (!isWord(peek(c, 1), 'nftrace') || !isWord(peek(c, 2), 'set')) return readMatch(c)
      const value = wholeNumber(peek(c, 3).text)
      c.at += 4
      return value === undefined ? undefined : { kind: 'nftrace', value }
    }
    default:
      return readMatch(c)
  }
}

/** A rule from its words: what we do not know is kept from there to the end, word for word. */
export function readRule(source: string, tokens: readonly Token[]): NftRule {
  const last = tokens[tokens.length - 1]
  const commented = last?.kind === 'quoted' && tokens.length > 1 && isWord(tokens[tokens.length - 2] as Token, 'comment')
  const words = commented ? tokens.slice(0, -2) : tokens
  const stop: Token = { kind: 'eof', text: '', at: last?.end ?? 0, end: last?.end ?? 0 }
  const c: Cursor = { source, tokens: [...words, stop], at: 0 }
  const statements: Statement[] = []
  while (peek(c).kind !== 'eof') {
    const from = c.at
    let found: Statement | undefined
    try {
      found = readStatement(c)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
    if (found === undefined) {
      statements.push({ kind: 'unknown', words: wordsOf(source, words.slice(from)) })
      break
    }
    statements.push(found)
  }
  return { statements, ...(commented ? { comment: last.text } : {}) }
}
