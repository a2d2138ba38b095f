/** One YAML document of a file, as text. `offset` and `line` (from 0) say where its first character stands. */
export interface Chunk {
  readonly text: string
  readonly offset: number
  readonly line: number
}

const DASH = 45
const DOT = 46
const PERCENT = 37
const HASH = 35

/** A marker is three characters at the start of a line, then a blank or the end (YAML 1.2, 9.1.2: forbidden as content everywhere). */
function markerAt(text: string, at: number): '---' | '...' | undefined {
  const first = text.charCodeAt(at)
  if (first !== DASH && first !== DOT) return undefined
  if (text.charCodeAt(at + 1) !== first || text.charCodeAt(at + 2) !== first) return undefined
  const next = text.charCodeAt(at + 3)
  if (!Number.isNaN(next) && next !== 10 && next !== 13 && next !== 32 && next !== 9) return undefined
  return first === DASH ? '---' : '...'
}

const isBlank = (text: string, at: number, end: number): boolean => text.slice(at, end).trim() === ''

/**
 * Cuts a file into its documents without parsing it. A chunk holds its own `---` and `...` lines;
 * chunks of blanks and comments alone are left out, and directives (`%YAML 1.2`) stay with the document that they precede.
 */
export function splitDocuments(text: string): readonly Chunk[] {
  const chunks: Chunk[] = []
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let line = 0
  let start = at
  let startLine = 0
  let content = false
  let directives = false

  const close = (end: number): void => {
    if (content) chunks.push({ text: text.slice(start, end), offset: start, line: startLine })
    content = false
    directives = false
  }

  while (at < text.length) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline + 1
    const marker = markerAt(text, at)
    if (marker === '---') {
      // Directives and comments alone before `---` are the head of this very document.
      if (content || !directives) {
        close(at)
        start = at
        startLine = line
      }
      directives = false
      content = !isCommentOrBlank(text, at + 3, end)
    } else if (marker === '...') {
      close(end)
      start = end
      startLine = line + 1
    } else if (!content) {
      if (text.charCodeAt(at) === PERCENT) directives = true
      else content = !isCommentOrBlank(text, at, end)
    }
    at = end
    line++
  }
  close(text.length)
  return chunks
}

function isCommentOrBlank(text: string, at: number, end: number): boolean {
  let i = at
  while (i < end && (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9)) i++
  return text.charCodeAt(i) === HASH || isBlank(text, i, end)
}
