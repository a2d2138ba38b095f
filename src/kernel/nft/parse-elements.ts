import type { Element, NftVerdict, Value } from './ast.ts'
import { type Cursor, expect, isWord, name, next, peek, Refused, skipEnds, take } from './cursor.ts'
import { bytesOf, secondsOf, valueFrom, WORDS } from './values.ts'

const VERDICTS = ['accept', 'drop', 'return', 'continue'] as const

/** accept, drop, return, continue, jump CHAIN, goto CHAIN; undefined: none stands here. */
export function readVerdict(c: Cursor): NftVerdict | undefined {
  const plain = VERDICTS.find((v) => isWord(peek(c), v))
  if (plain !== undefined) {
    c.at++
    return { verdict: plain }
  }
  for (const verdict of ['jump', 'goto'] as const) if (take(c, verdict)) return { verdict, chain: name(c) }
  return undefined
}

/** Types that we read; values of others are kept as they are written. */
const isKnown = (type: string): boolean =>
  bytesOf(type) !== undefined || Object.hasOwn(WORDS, type) || type === 'ifname' || type === 'integer'

/** One value of a type. Throws when the word is none. */
export function readValue(c: Cursor, type: string): Value {
  const token = next(c)
  if (token.kind !== 'word' && token.kind !== 'quoted') throw new Refused('nft-unexpected', token)
  const value = valueFrom(token.text, type, token.kind === 'quoted')
  if (value !== undefined) return value
  if (isKnown(type)) throw new Refused('nft-bad-value', token)
  return { kind: 'one', text: token.kind === 'quoted' ? `"${token.text}"` : token.text }
}

/** `10.96.0.10 . tcp . 53`: one value for each type. */
export function readValues(c: Cursor, types: readonly string[]): readonly Value[] {
  const first = types[0] ?? ''
  if (isWord(peek(c), '*')) {
    c.at++
    return [{ kind: 'any' }]
  }
  if (types.length === 1) loosen(c, first)
  const values = [readValue(c, first)]
  for (const [i, type] of types.slice(1).entries()) {
    expect(c, '.')
    if (i === types.length - 2) loosen(c, type)
    values.push(readValue(c, type))
  }
  return values
}

function readSeconds(c: Cursor): number {
  const token = next(c)
  const seconds = secondsOf(token.text)
  if (seconds === undefined) throw new Refused('nft-bad-value', token)
  return seconds
}

/** `1.2.3.4: accept` and `80:accept`: a colon that sticks to a value becomes a word of its own. */
function loosen(c: Cursor, type: string): void {
  const token = peek(c)
  const at = token.text.lastIndexOf(':') === token.text.length - 1 ? token.text.length - 1 : token.text.indexOf(':')
  if (
    token.kind !== 'word' ||
    at <= 0 ||
    valueFrom(token.text, type) !== undefined ||
    valueFrom(token.text.slice(0, at), type) === undefined
  )
    return
  const piece = (from: number, to: number) => ({
    kind: 'word' as const,
    text: token.text.slice(from, to),
    at: token.at + from,
    end: token.at + to,
  })
  const last = token.text.length
  const parts = [piece(0, at), piece(at, at + 1), ...(at + 1 < last ? [piece(at + 1, last)] : [])]
  c.tokens = [...c.tokens.slice(0, c.at), ...parts, ...c.tokens.slice(c.at + 1)]
}

function readElement(c: Cursor, types: readonly string[], to: readonly string[] | undefined): Element {
  const key = readValues(c, types)
  let timeout: number | undefined
  let expires: number | undefined
  let comment: string | undefined
  for (;;) {
    if (take(c, 'timeout')) timeout = readSeconds(c)
    else if (take(c, 'expires')) expires = readSeconds(c)
    else if (take(c, 'comment')) comment = next(c).text
    else if (take(c, 'counter')) {
      if (take(c, 'packets')) next(c)
      if (take(c, 'bytes')) next(c)
    } else break
  }
  const more = {
    ...(timeout === undefined ? {} : { timeout }),
    ...(expires === undefined ? {} : { expires }),
    ...(comment === undefined ? {} : { comment }),
  }
  if (to === undefined) return { key, ...more }
  expect(c, ':')
  const verdict = to[0] === 'verdict' ? readVerdict(c) : undefined
  if (to[0] === 'verdict' && verdict === undefined) throw new Refused('nft-unexpected', peek(c))
  return { key, ...more, to: verdict ?? { values: readValues(c, to) } }
}

/** `{ ELEMENT, ELEMENT }`; `to`: the type that a map leads to. */
export function readElements(c: Cursor, types: readonly string[], to?: readonly string[]): readonly Element[] {
  const elements: Element[] = []
  expect(c, '{')
  skipEnds(c)
  while (!take(c, '}')) {
    elements.push(readElement(c, types, to))
    skipEnds(c)
    if (!take(c, ',') && !isWord(peek(c), '}')) throw new Refused('nft-unexpected', peek(c))
    skipEnds(c)
  }
  return elements
}
