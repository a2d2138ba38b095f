import { type CoreDnsHome, pathFrom } from './home.ts'
import { type Token, tokensOf } from './lexer.ts'
import { beginsLine, type Cursor } from './parser.ts'
import { withEnvironment } from './placeholders.ts'
import { errf } from './refused.ts'

/** caddy's cap on imports in one parse; who imports himself gets there. */
export const MOST_IMPORTS = 1000

/** Files of the container that a pattern with one `*` or `?` fits, in the order of their names (filepath.Glob). */
function filesLike(home: CoreDnsHome, pattern: string): readonly string[] {
  const like = new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace('*', '[^/]*')
      .replace('?', '[^/]')}$`,
  )
  return Object.keys(home.files)
    .filter((path) => like.test(path))
    .sort()
}

function filesOf(c: Cursor, pattern: string, at: Token): readonly Token[] {
  const path = pathFrom(at.file, pattern)
  const many = (sign: string): boolean => path.split(sign).length > 2
  if (many('*') || many('?') || (path.includes('[') && path.includes(']')))
    throw errf(`Glob pattern may only contain one wildcard (*), but has others: ${path}`, at)
  const found = filesLike(c.home, path)
  // A pattern that fits nothing is only a line in the log.
  if (found.length === 0 && !/[*?]/.test(path)) throw errf(`File to import not found: ${pattern}`, at)
  return found.flatMap((file) => tokensOf(c.home.files[file] ?? '', file))
}

/** What the `import` in hand stands for, and how many words it takes itself (caddy parse.go doImport). */
export function imported(c: Cursor): { readonly tokens: readonly Token[]; readonly length: number } {
  const word = c.tokens[c.at] as Token
  const what = c.tokens[c.at + 1]
  if (!what || beginsLine(c.tokens, c.at + 1)) throw errf(`Wrong argument count or unexpected line ending after 'import'`, word)
  const name = withEnvironment(what.text, c.home.env)
  if (name === '') throw errf('Import requires a non-empty filepath', what)
  if (c.tokens[c.at + 2] && !beginsLine(c.tokens, c.at + 2)) throw errf('Import takes only one argument (glob pattern or file)', what)
  const snippet = c.snippets.get(name)
  const kind = snippet ? 'snippet' : 'file'
  if (c.expansions++ >= MOST_IMPORTS) throw errf(`maximum ${kind} import depth (${MOST_IMPORTS}) exceeded`, what)
  return { tokens: snippet ?? filesOf(c, name, what), length: 2 }
}
