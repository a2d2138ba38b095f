import { textWidth } from '../scene/measure.ts'

/** How a stretch of a rule is drawn: asked and matched, asked and missed, not asked, the target. */
export type PieceTone = 'hit' | 'miss' | 'plain' | 'target'

export interface Piece {
  readonly text: string
  readonly tone: PieceTone
}

export type Line = readonly Piece[]

/** Where a word that is too long may be cut: behind these, else anywhere. */
const SEAMS = /[-/,:.=]/

function cut(word: string, max: number): readonly string[] {
  const pieces: string[] = []
  let rest = word
  while (rest.length > max) {
    let at = max
    for (let i = max; i > max / 3; i--)
      if (SEAMS.test(rest[i - 1] ?? '')) {
        at = i
        break
      }
    pieces.push(rest.slice(0, at))
    rest = rest.slice(at)
  }
  return [...pieces, rest]
}

/** Breaks pieces into lines of at most `max` characters. A piece stays whole while it fits on a line; then its words do. */
export function wrapMono(pieces: readonly Piece[], max: number): readonly Line[] {
  const room = Math.max(8, max)
  const lines: Piece[][] = [[]]
  let used = 0
  const put = (text: string, tone: PieceTone): void => {
    const line = lines.at(-1)
    const blank = used === 0 ? 0 : 1
    if (line !== undefined && used + blank + text.length <= room) {
      const last = line.at(-1)
      if (last?.tone === tone) line[line.length - 1] = { tone, text: `${last.text} ${text}` }
      else line.push({ tone, text: blank === 0 ? text : ` ${text}` })
      used += blank + text.length
      return
    }
    lines.push([{ text, tone }])
    used = text.length
  }
  for (const { text, tone } of pieces) {
    if (text.length <= room) put(text, tone)
    else for (const word of text.split(' ')) for (const bit of cut(word, room)) put(bit, tone)
  }
  return lines.filter((line) => line.length > 0)
}

/** A name without blanks over as many lines as it needs. */
export const wrapName = (name: string, max: number): readonly string[] => cut(name, Math.max(8, max))

/** CJK breaks anywhere but before closing marks; other scripts between words, and inside a word only when it is longer than a line. */
const TOKENS = /[\u2e80-\u9fff\uff00-\uffef][，。：；！？、）”’]*|[^\s\u2e80-\u9fff\uff00-\uffef]+[，。：；！？、）”’]*|\s+/g

/** Breaks a sentence into lines of at most `width` px. */
export function wrapSans(text: string, width: number, size: number, weight = 400): readonly string[] {
  const fits = (line: string): boolean => textWidth(line, size, 'sans', weight) * 1.02 <= width
  const lines: string[] = []
  let line = ''
  for (const token of text.match(TOKENS) ?? []) {
    if (fits(line + token.trimEnd())) {
      line += line === '' ? token.trimStart() : token
      continue
    }
    if (line.trim() !== '') lines.push(line.trimEnd())
    line = token.trim()
    while (!fits(line) && line.length > 1) {
      let keep = line.length - 1
      while (keep > 1 && !fits(line.slice(0, keep))) keep--
      lines.push(line.slice(0, keep))
      line = line.slice(keep)
    }
  }
  if (line.trim() !== '') lines.push(line.trimEnd())
  return lines
}
