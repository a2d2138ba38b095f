import type { CoreDnsHome } from './home.ts'
import { type Key, keysOf } from './keys.ts'
import type { Token } from './lexer.ts'
import { beginsLine, type RawBlock, rawBlocks } from './parser.ts'
import { type CorefileError, plainErr, Refused } from './refused.ts'

export type { Key } from './keys.ts'
export type { CorefileError } from './refused.ts'

/** A line of a directive's block: a property and its arguments. */
export interface Property {
  readonly words: readonly string[]
  readonly file: string
  readonly line: number
}

/** What a block says to one plugin: its line, and the lines between its braces. */
export interface Directive {
  readonly name: string
  readonly args: readonly string[]
  readonly block: readonly Property[]
  readonly file: string
  /** Counts from 1. */
  readonly line: number
}

export interface Block {
  readonly keys: readonly Key[]
  /** In file order. */
  readonly directives: readonly Directive[]
}

/** Sorts a directive's words: those of its line, and behind the first brace those of each further line. */
function directiveOf(words: readonly Token[]): Directive {
  const name = words[0] as Token
  const open = words.findIndex((t, i) => i > 0 && t.text === '{')
  const head = open < 0 ? words.slice(1) : words.slice(1, open)
  const inner = open < 0 ? [] : words.slice(open + 1, -1)
  const block: { words: string[]; file: string; line: number }[] = []
  for (const [i, t] of inner.entries()) {
    const last = block[block.length - 1]
    if (last && !beginsLine(inner, i)) last.words.push(t.text)
    else block.push({ words: [t.text], file: t.file, line: t.line })
  }
  return { name: name.text, args: head.map((t) => t.text), block, file: name.file, line: name.line }
}

function withKeys(raws: readonly RawBlock[]): readonly Block[] {
  const taken = new Set<string>()
  return raws.map((raw) => {
    const keys = raw.keys.flatMap((token) => {
      const found = keysOf(token)
      for (const k of found) {
        const name = `${k.transport}://${k.zone}:${k.port}`
        if (taken.has(name)) throw plainErr(`cannot serve ${name} - it is already defined`, token)
        taken.add(name)
      }
      return found
    })
    return { keys, directives: raw.directives.map(directiveOf) }
  })
}

/** Reads a Corefile as CoreDNS does, up to what its plugins make of their lines. */
export function parseCorefile(home: CoreDnsHome): { readonly blocks: readonly Block[] } | CorefileError {
  try {
    return { blocks: withKeys(rawBlocks(home)) }
  } catch (e) {
    if (e instanceof Refused) return e.at
    throw e
  }
}
