import type { Token } from './lexer.ts'

/** Why CoreDNS would not start. */
export interface CorefileError {
  /** The bare words: `Unknown directive 'kubernets'`. */
  readonly error: string
  /** Path of the file, and the line in it, from 1. */
  readonly file: string
  readonly line: number
  /** The line as CoreDNS prints it before it exits. */
  readonly printed: string
}

/** Thrown inside the parser alone and caught at its door (parseCorefile). */
export class Refused extends Error {
  readonly at: CorefileError
  constructor(at: CorefileError) {
    super(at.error)
    this.at = at
  }
}

type At = Pick<Token, 'file' | 'line'>

/** caddy caddyfile/dispenser.go Errf. */
export const errf = (error: string, { file, line }: At): Refused =>
  new Refused({ error, file, line, printed: `${file}:${line} - Error during parsing: ${error}` })

/** caddy caddyfile/dispenser.go SyntaxErr. */
export function syntaxErr(found: string, wanted: string, { file, line }: At): Refused {
  const error = `Unexpected token '${found}', expecting '${wanted}'`
  return new Refused({ error, file, line, printed: `${file}:${line} - Syntax error: ${error}` })
}

/** An error that CoreDNS prints without a place. */
export const plainErr = (error: string, { file, line }: At): Refused => new Refused({ error, file, line, printed: error })
