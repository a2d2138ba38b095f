import type { Problem } from '../trace/problem.ts'

/** One word of a line of calls. */
export interface CallWord {
  readonly text: string
  /** Characters from the start of the text. */
  readonly at: number
}

/** What a word of a call cannot be. Thrown by the reader of one line, caught by `readCalls`; without a word the line's first is meant. */
export class RefusedCall {
  readonly code: string
  readonly params: Problem['params']
  readonly word: CallWord | undefined
  constructor(code: string, params: Problem['params'], word: CallWord | undefined) {
    this.code = code
    this.params = params
    this.word = word
  }
}

/**
 * Reads calls of a tool (ipset, ipvsadm), one a line; blank lines and comments are passed over. `wordsOf` gets a line and where it begins,
 * `one` what it says. A line that is refused is told, with its place, and left out.
 */
export function readCalls<W extends CallWord>(
  text: string,
  file: string,
  wordsOf: (line: string, from: number) => readonly W[],
  one: (words: readonly W[], first: W) => void,
): readonly Problem[] {
  const problems: Problem[] = []
  let start = 0
  for (const [n, raw] of text.split('\n').entries()) {
    const words = wordsOf(raw.replace(/\r$/, ''), start)
    const [first] = words
    try {
      if (first !== undefined && !first.text.startsWith('#')) one(words, first)
    } catch (error) {
      if (!(error instanceof RefusedCall) || first === undefined) throw error
      const word = error.word ?? first
      problems.push({
        code: error.code,
        params: { ...error.params, line: n + 1 },
        severity: 'error',
        where: { file, line: n + 1, column: word.at - start + 1, offset: word.at, end: word.at + word.text.length, field: '' },
      })
    }
    start += raw.length + 1
  }
  return problems
}
