import { type CoreDnsHome, corefileText } from './home.ts'
import { imported, MOST_IMPORTS } from './imports.ts'
import { type Token, tokensOf } from './lexer.ts'
import { orderOf } from './order.ts'
import { withEnvironment } from './placeholders.ts'
import { errf, syntaxErr } from './refused.ts'

/** A server block as it was written: its addresses, and the words of each of its lines with their sub-blocks. */
export interface RawBlock {
  readonly keys: readonly Token[]
  /** In file order; the first word is the plugin's name. */
  readonly directives: readonly (readonly Token[])[]
}

/** Where the parser stands. `at` is the word in hand; like caddy's dispenser it stays on the last word when there is none left. */
export interface Cursor {
  tokens: readonly Token[]
  at: number
  readonly home: CoreDnsHome
  readonly snippets: Map<string, readonly Token[]>
  expansions: number
}

const here = (c: Cursor): Token => c.tokens[Math.max(0, Math.min(c.at, c.tokens.length - 1))] as Token

function next(c: Cursor): boolean {
  if (c.at >= c.tokens.length - 1) return false
  c.at++
  return true
}

/** Whether the word in hand begins a line. A quoted word may end lines below its own. */
export function beginsLine(tokens: readonly Token[], at: number): boolean {
  const [before, now] = [tokens[at - 1], tokens[at]]
  if (!before || !now) return true
  return before.file !== now.file || before.line + (before.text.split('\n').length - 1) < now.line
}
const newLine = (c: Cursor): boolean => beginsLine(c.tokens, c.at)

/** Puts what `import` names in its place; the next word is then the first of it. */
function splice(c: Cursor): void {
  const { tokens, length } = imported(c)
  c.tokens = [...c.tokens.slice(0, c.at), ...tokens, ...c.tokens.slice(c.at + length)]
  c.at--
}

/** Addresses up to `{` or the end of their line; a comma at the end lets the list go on. `last`: nothing follows. */
function addresses(c: Cursor): { readonly keys: readonly Token[]; readonly last: boolean } {
  const keys: Token[] = []
  for (let another = false; ; ) {
    const token = here(c)
    const text = withEnvironment(token.text, c.home.env)
    if (text === 'import' && newLine(c)) {
      splice(c)
      if (!next(c)) return { keys, last: true }
      continue
    }
    if (text === '{') {
      if (another) throw errf(`Expected another address but had '{' - check for extra comma`, token)
      return { keys, last: false }
    }
    another = text.endsWith(',')
    if (text !== '') keys.push({ ...token, text: another ? text.slice(0, -1) : text })
    if (!next(c)) {
      if (another) throw errf('Unexpected EOF', here(c))
      return { keys, last: true }
    }
    if (!another && newLine(c)) return { keys, last: false }
  }
}

/** One line of a block and, behind `{`, the lines below it. */
function directive(c: Cursor): readonly Token[] {
  const first = here(c)
  const name = withEnvironment(first.text, c.home.env)
  if (orderOf(name) < 0) throw errf(`Unknown directive '${name}'`, first)
  const words: Token[] = [{ ...first, text: name }]
  let nesting = 0
  while (next(c)) {
    const token = here(c)
    if (token.text === '{') nesting++
    else if (newLine(c) && nesting === 0) {
      c.at--
      break
    } else if (token.text === '}' && nesting > 0) nesting--
    else if (token.text === '}') throw errf(`Unexpected '}' because no matching opening brace`, token)
    else if (token.text === 'import' && newLine(c)) {
      splice(c)
      continue
    }
    words.push({ ...token, text: withEnvironment(token.text, c.home.env) })
  }
  if (nesting > 0) throw errf('Unexpected EOF', here(c))
  return words
}

function directives(c: Cursor): readonly (readonly Token[])[] {
  const out: (readonly Token[])[] = []
  while (next(c)) {
    const { text } = here(c)
    if (text === '}') break
    if (text === 'import') splice(c)
    else out.push(directive(c))
  }
  return out
}

/** The words of a snippet up to its closing brace. */
function snippet(c: Cursor, name: string): readonly Token[] {
  if (c.snippets.has(name)) throw errf(`redeclaration of previously declared snippet ${name}`, here(c))
  if (here(c).text !== '{') throw syntaxErr(here(c).text, '{', here(c))
  const out: Token[] = []
  for (let depth = 1; ; ) {
    if (!next(c)) throw syntaxErr(here(c).text, '}', here(c))
    const { text } = here(c)
    if (text === '}' && --depth === 0) break
    if (text === '{') depth++
    out.push(here(c))
  }
  const own = out.some((t, i) => t.text === 'import' && beginsLine(out, i) && withEnvironment(out[i + 1]?.text ?? '', c.home.env) === name)
  if (own) throw errf(`maximum snippet import depth (${MOST_IMPORTS}) exceeded`, here(c))
  return out
}

function block(c: Cursor, keys: readonly Token[]): RawBlock {
  const braced = here(c).text === '{'
  // Without braces the whole file is one block, and the word in hand is its first directive.
  if (!braced) c.at--
  const list = directives(c)
  if (braced && here(c).text !== '}') throw syntaxErr(here(c).text, '}', here(c))
  return { keys, directives: list }
}

/** Takes a Corefile apart as caddy does (caddyfile/parse.go). Throws Refused. */
export function rawBlocks(home: CoreDnsHome): readonly RawBlock[] {
  const tokens = tokensOf(corefileText(home), home.corefile)
  const c: Cursor = { tokens, at: -1, home, snippets: new Map(), expansions: 0 }
  const out: RawBlock[] = []
  while (next(c)) {
    const { keys, last } = addresses(c)
    const name = /^\((.*)\)$/s.exec(keys.length === 1 ? (keys[0]?.text ?? '') : '')?.[1]
    if (last) {
      if (keys.length > 0) out.push({ keys, directives: [] })
    } else if (name === undefined) {
      const made = block(c, keys)
      if (keys.length > 0) out.push(made)
    } else c.snippets.set(name, snippet(c, name))
  }
  return out
}
