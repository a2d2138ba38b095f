import type { Problem, Severity, Where } from '../trace/problem.ts'
import type { DumpCode } from './codes.ts'
import { type DumpLine, textOf } from './lines.ts'

/** A word of a line: how far from the line's first character it begins, and how long it is. */
export interface At {
  readonly at: number
  readonly length: number
}

/** More problems of one code than this are counted, not listed: a reader has to read them. */
const MOST = 20

/** What all readers of one text share: the text, its name, and what was found to say. */
export class Reading {
  readonly text: string
  /** Named in problems. */
  readonly file: string
  readonly problems: Problem[] = []
  private readonly told = new Map<string, number>()

  constructor(text: string, file: string) {
    this.text = text
    this.file = file
  }

  lineText(line: DumpLine): string {
    return textOf(this.text, line)
  }

  where(line: DumpLine, word?: At): Where {
    const at = word?.at ?? 0
    return {
      file: this.file,
      line: line.number,
      column: line.indent + at + 1,
      offset: line.from + at,
      end: word === undefined ? line.to : line.from + at + word.length,
      field: '',
    }
  }

  tell(severity: Severity, code: DumpCode, params: Problem['params'], line?: DumpLine, word?: At): void {
    // errors are never counted away: each of them stops the lab
    const key = severity === 'error' ? '' : `${code}`
    const n = (this.told.get(key) ?? 0) + 1
    this.told.set(key, n)
    if (key !== '' && n > MOST) return
    if (key === '' && n > MOST * 5) return
    this.problems.push({ code, params, severity, ...(line === undefined ? {} : { where: this.where(line, word) }) })
  }
}

/** How far a text has been read, in characters. */
export interface Progress {
  readonly done: number
  readonly total: number
}

/** Parts of rules that are not modelled: how many rules have each, and the first of them. */
export type KeptParts = Map<string, { n: number; readonly line: DumpLine }>

export function keep(kept: KeptParts, words: string, line: DumpLine): void {
  const old = kept.get(words)
  if (old === undefined) kept.set(words, { n: 1, line })
  else old.n++
}
