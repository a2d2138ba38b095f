import type { Where } from '../../trace/problem.ts'

/** `word` also stands for punctuation; `text` is without the quotes it had. `end` of a line is a token of its own. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'end' | 'eof'
  readonly text: string
  /** Characters from the start of the text. */
  readonly at: number
  readonly end: number
}

const PUNCTUATION = /^(==|!=|<=|>=|<<|>>|[{}();,=<>&|^])/
const WORD = /^[^\s{}();,=<>&|^"!]+/

/** Splits a text as nft's scanner does, as far as rulesets need it. A `#` begins a comment; a backslash joins two lines. */
export function tokensOf(text: string): { readonly tokens: readonly Token[]; readonly open?: Token } {
  const tokens: Token[] = []
  let i = 0
  while (i < text.length) {
    const c = text.charAt(i)
    const rest = c === '\\' ? /^\\\r?\n/.exec(text.slice(i, i + 3))?.[0] : undefined
    if (rest !== undefined) i += rest.length
    else if (c === '\n' || c === '\r') {
      tokens.push({ kind: 'end', text: '\n', at: i, end: i + 1 })
      i++
    } else if (/\s/.test(c)) i++
    else if (c === '#') while (i < text.length && text.charAt(i) !== '\n') i++
    else if (c === '"') {
      const close = text.indexOf('"', i + 1)
      const line = text.indexOf('\n', i)
      const token: Token = { kind: 'quoted', text: text.slice(i + 1, close), at: i, end: close + 1 }
      if (close < 0 || (line >= 0 && line < close)) return { tokens, open: { ...token, text: '"', end: i + 1 } }
      tokens.push(token)
      i = close + 1
    } else {
      const slice = text.slice(i, i + 400)
      const found = PUNCTUATION.exec(slice)?.[0] ?? WORD.exec(slice)?.[0] ?? c
      const punctuation = found === ';'
      tokens.push({ kind: punctuation ? 'end' : 'word', text: found, at: i, end: i + found.length })
      i += found.length
    }
  }
  tokens.push({ kind: 'eof', text: 'end of file', at: text.length, end: text.length })
  return { tokens }
}

/** Where a token stands. */
export function whereOf(text: string, token: Token, file: string): Where {
  const before = text.slice(0, token.at)
  const line = before.split(/\r\n|\r|\n/).length
  const column = token.at - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'))
  return { file, line, column, offset: token.at, end: token.end, field: '' }
}
