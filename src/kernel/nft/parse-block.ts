import type { Base, NftChain, NftFamily, NftSet } from './ast.ts'
import { atEnd, type Cursor, expect, isWord, name, next, peek, Refused, restOfLine, skipEnds, take, wordsOf } from './cursor.ts'
import { isField, typeOfField } from './fields.ts'
import type { Token } from './lex.ts'
import { readElements } from './parse-elements.ts'
import { priorityOf } from './priority.ts'
import { secondsOf, wholeNumber } from './values.ts'

/** The types behind a set's key: those of its fields where it was written with typeof. */
export const typesOfSet = (set: Pick<NftSet, 'type' | 'typeOf'>): readonly string[] =>
  set.typeOf ? set.type.map((f) => (isField(f) ? typeOfField(f) : f)) : set.type

function needed<T>(value: T | undefined, token: Token): T {
  if (value === undefined) throw new Refused('nft-bad-value', token)
  return value
}

/** `ipv4_addr . inet_proto`: words between dots, up to a colon or the end. */
function readTypes(c: Cursor): readonly string[] {
  const types: string[] = []
  let words: string[] = []
  while (!atEnd(c) && !isWord(peek(c), ':') && !isWord(peek(c), '}')) {
    const { text } = next(c)
    if (text !== '.') words.push(text)
    else {
      types.push(words.join(' '))
      words = []
    }
  }
  return [...types, words.join(' ')]
}

function skipBraces(c: Cursor): void {
  expect(c, '{')
  for (let depth = 1; depth > 0; ) {
    const token = next(c)
    if (token.kind === 'eof') throw new Refused('nft-unexpected', token)
    if (isWord(token, '{')) depth++
    if (isWord(token, '}')) depth--
  }
}

function flagList(c: Cursor): readonly string[] {
  const flags = [name(c)]
  while (take(c, ',')) flags.push(name(c))
  return flags
}

/** What stands between the braces of a set or map. */
export function readSet(c: Cursor, kind: 'set' | 'map', called: string): NftSet {
  let set: NftSet = { name: called, kind, type: [], flags: [], more: [], elements: [] }
  let elements: number | undefined
  expect(c, '{')
  for (skipEnds(c); !take(c, '}'); skipEnds(c)) {
    const token = peek(c)
    if (token.kind === 'eof') throw new Refused('nft-unexpected', token)
    if (take(c, 'type') || take(c, 'typeof')) {
      set = { ...set, type: readTypes(c), ...(token.text === 'typeof' ? { typeOf: true as const } : {}) }
      if (take(c, ':')) set = { ...set, to: readTypes(c) }
    } else if (take(c, 'flags')) set = { ...set, flags: flagList(c) }
    else if (take(c, 'timeout')) set = { ...set, timeout: needed(secondsOf(next(c).text), token) }
    else if (take(c, 'size')) set = { ...set, size: needed(wholeNumber(next(c).text), token) }
    else if (take(c, 'comment')) set = { ...set, comment: next(c).text }
    else if (isWord(token, 'elements') && isWord(peek(c, 1), '=')) {
      // the type may be told after them
      elements = c.at + 2
      c.at += 2
      skipBraces(c)
    } else set = { ...set, more: [...set.more, wordsOf(c.source, restOfLine(c))] }
  }
  if (elements === undefined) return set
  // words that stick together are taken apart on the way, so the place is kept from the end
  const left = c.tokens.length - c.at
  c.at = elements
  const found = readElements(c, typesOfSet(set), set.to)
  c.at = c.tokens.length - left
  return { ...set, elements: found }
}

/** `filter`, `dstnat - 10`, `-110`, `dstnat-10`. */
function readPriority(c: Cursor, family: NftFamily): { readonly priority: number; readonly printed: string } {
  const first = peek(c)
  const words = [next(c).text]
  if (isWord(peek(c), '-') || isWord(peek(c), '+')) words.push(next(c).text, next(c).text)
  const printed = words.join(' ')
  return { priority: needed(priorityOf(printed, family), first), printed }
}

/** `type filter hook input priority filter; policy drop;` from behind `type`. */
function readBase(c: Cursor, family: NftFamily): Base {
  const type = next(c)
  if (type.text !== 'filter' && type.text !== 'nat' && type.text !== 'route') throw new Refused('nft-bad-value', type)
  expect(c, 'hook')
  const hook = name(c)
  const device = take(c, 'device') ? name(c) : undefined
  expect(c, 'priority')
  const { priority, printed } = readPriority(c, family)
  return { type: type.text, hook, priority, printed, policy: 'accept', ...(device === undefined ? {} : { device }) }
}

/** A line of a chain's head. undefined: it is a rule. */
export function readChainLine(c: Cursor, chain: Omit<NftChain, 'rules'>, family: NftFamily): Omit<NftChain, 'rules'> | undefined {
  if (isWord(peek(c), 'type')) {
    c.at++
    return { ...chain, base: readBase(c, family) }
  }
  if (isWord(peek(c), 'policy') && chain.base) {
    c.at++
    const policy = next(c)
    if (policy.text !== 'accept' && policy.text !== 'drop') throw new Refused('nft-bad-value', policy)
    return { ...chain, base: { ...chain.base, policy: policy.text } }
  }
  if (isWord(peek(c), 'comment') && peek(c, 1).kind === 'quoted') {
    c.at++
    return { ...chain, comment: next(c).text }
  }
  if (isWord(peek(c), 'devices') && isWord(peek(c, 1), '='))
    return { ...chain, more: [...(chain.more ?? []), wordsOf(c.source, restOfLine(c))] }
  return undefined
}
