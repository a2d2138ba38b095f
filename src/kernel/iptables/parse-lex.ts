/** One word of a line. `raw` is its text with the quotes it had. */
export interface Word {
  readonly text: string
  readonly raw: string
  /** Characters from the start of the line. */
  readonly at: number
  readonly quoted: boolean
}

/** A line without blanks around it. `number` counts from 1; `offset` is where `text` begins, `indent` how many blanks were before it. */
export interface Line {
  readonly text: string
  readonly number: number
  readonly offset: number
  readonly indent: number
}

/** The lines of a text; they may end in LF, CRLF or a bare CR. */
export function* lines(text: string): Generator<Line, void, void> {
  let number = 1
  let offset = 0
  for (const m of text.matchAll(/\r\n|\r|\n|$/g)) {
    const whole = text.slice(offset, m.index)
    const indent = whole.length - whole.trimStart().length
    yield { text: whole.trim(), number, offset: offset + indent, indent }
    number++
    offset = m.index + m[0].length
  }
}

/**
 * Splits as iptables-restore does: at blanks, except inside double quotes, where a backslash takes the next character as it is.
 * `open` is the place of a quote that never ends.
 */
export function wordsOf(line: string): { readonly words: readonly Word[]; readonly open?: number } {
  const words: Word[] = []
  let i = 0
  while (i < line.length) {
    if (/\s/.test(line.charAt(i))) {
      i++
      continue
    }
    const at = i
    let text = ''
    let quote = -1
    let quoted = false
    while (i < line.length && (quote >= 0 || !/\s/.test(line.charAt(i)))) {
      const c = line.charAt(i)
      if (c === '"') {
        quote = quote >= 0 ? -1 : i
        quoted = true
      } else if (quote >= 0 && c === '\\' && i + 1 < line.length) {
        i++
        text += line.charAt(i)
      } else text += c
      i++
    }
    words.push({ text, raw: line.slice(at, i), at, quoted })
    if (quote >= 0) return { words, open: quote }
  }
  return { words }
}
