import { isScalar } from 'yaml'
import { lineAt, lineStarts } from './lines.ts'
import { spotOf } from './locate.ts'
import type { Parsed } from './parse.ts'
import type { Path } from './path.ts'

/**
 * How positions in a text that stands inside another one (a file in a ConfigMap) are found in the outer text.
 * A literal block scalar (`|`) keeps its lines, so each has its own place; of any other style only the start is told.
 */
export interface InnerText {
  readonly text: string
  /** Offset in the outer text of an offset in the inner one. */
  toOuter(at: number): number
  /** The blanks before each line in the outer text; undefined when the text cannot be edited line by line. */
  readonly indent?: string
}

/** The text at a path, when it is a scalar. `outer` is the text that `parsed` came from. */
export function innerText(outer: string, parsed: Parsed, path: Path): InnerText | undefined {
  const spot = spotOf(parsed.root, path)
  if (spot.depth !== path.length || !isScalar(spot.value) || !spot.value.range) return undefined
  const text = String(spot.value.value ?? '')
  const [from, to] = spot.value.range
  if (spot.value.type !== 'BLOCK_LITERAL') return { text, toOuter: () => from }
  const header = outer.indexOf('\n', from)
  const body = outer.slice(header + 1, to)
  const indent = /^(?:[ \t]*\r?\n)*( *)/.exec(body)?.[1] ?? ''
  const starts = lineStarts(text)
  const outerStarts = lineStarts(body)
  return {
    text,
    indent,
    toOuter: (at) => {
      const line = lineAt(starts, at)
      const start = outerStarts[Math.min(line, outerStarts.length - 1)] as number
      return Math.min(header + 1 + start + indent.length + at - (starts[line] as number), to)
    },
  }
}
