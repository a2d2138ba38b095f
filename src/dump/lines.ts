/** One line of a dump: its place, not its text, so that a text of 50 MB is not copied line by line. */
export interface DumpLine {
  /** Offsets in characters; blanks around the line and its end are not part of it. */
  readonly from: number
  readonly to: number
  /** From 1. */
  readonly number: number
  /** How many characters stand before `from` on the line. */
  readonly indent: number
}

const LF = 10
const CR = 13
const blank = (code: number): boolean => code === 32 || code === 9 || code === 0xfeff || code === 0xa0

/** The lines of a text; they may end in LF, CRLF or a bare CR, as pastes from mail and Windows do. */
export function* linesOf(text: string): Generator<DumpLine, void, void> {
  let number = 1
  for (let start = 0; start <= text.length; number++) {
    let end = start
    while (end < text.length && text.charCodeAt(end) !== LF && text.charCodeAt(end) !== CR) end++
    let from = start
    while (from < end && blank(text.charCodeAt(from))) from++
    let to = end
    while (to > from && blank(text.charCodeAt(to - 1))) to--
    yield { from, to, number, indent: from - start }
    if (end >= text.length) return
    start = text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF ? end + 2 : end + 1
  }
}

export const textOf = (text: string, line: DumpLine): string => text.slice(line.from, line.to)
