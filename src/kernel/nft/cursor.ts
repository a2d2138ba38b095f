import type { NftCode } from './codes.ts'
import type { Token } from './lex.ts'

/** Reads tokens one after the other. */
export interface Cursor {
  readonly source: string
  tokens: readonly Token[]
  at: number
}

/** A text that nft would refuse, at this token. Caught where the text is read; never leaves the folder. */
export class Refused extends Error {
  readonly code: NftCode
  readonly token: Token
  constructor(code: NftCode, token: Token) {
    super(code)
    this.code = code
    this.token = token
  }
}

export const peek = (c: Cursor, ahead = 0): Token => c.tokens[Math.min(c.at + ahead, c.tokens.length - 1)] as Token
export const isWord = (token: Token, text: string): boolean => token.kind === 'word' && token.text === text

export function next(c: Cursor): Token {
  const token = peek(c)
  if (c.at < c.tokens.length - 1) c.at++
  return token
}

/** Takes the word if it stands here. */
export function take(c: Cursor, text: string): boolean {
  if (!isWord(peek(c), text)) return false
  c.at++
  return true
}

export function expect(c: Cursor, text: string): void {
  if (!take(c, text)) throw new Refused('nft-unexpected', peek(c))
}

/** A name: of a table, chain, set or device. */
export function name(c: Cursor): string {
  const token = peek(c)
  if ((token.kind !== 'word' && token.kind !== 'quoted') || /^[{}();,=<>&|^]$/.test(token.text)) throw new Refused('nft-unexpected', token)
  c.at++
  return token.text
}

export function skipEnds(c: Cursor): void {
  while (peek(c).kind === 'end') c.at++
}

export const atEnd = (c: Cursor): boolean => peek(c).kind === 'end' || peek(c).kind === 'eof'

/** The tokens up to the end of the line or the closing brace around it; line ends inside braces do not count. */
export function restOfLine(c: Cursor): readonly Token[] {
  const out: Token[] = []
  let depth = 0
  for (;;) {
    const token = peek(c)
    if (token.kind === 'eof' || (token.kind === 'end' && depth === 0)) return out
    if (isWord(token, '}') && depth === 0) return out
    if (isWord(token, '{')) depth++
    if (isWord(token, '}')) depth--
    c.at++
    if (token.kind !== 'end') out.push(token)
  }
}

/** The text of some tokens as it was written, on one line. */
export function wordsOf(source: string, tokens: readonly Token[]): string {
  const [first, last] = [tokens[0], tokens[tokens.length - 1]]
  return first && last ? source.slice(first.at, last.end).replace(/\s*[\r\n]\s*/g, ' ') : ''
}
