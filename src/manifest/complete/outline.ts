import { lineStarts } from '../text/lines.ts'
import type { Path } from '../text/path.ts'

/**
 * A key or a list's `-` of a document, as its line says. A line that is not finished yet makes no entry and spoils no other:
 * that is why completion reads lines, and not the tree of a text that mostly does not parse while somebody types.
 */
export interface Entry {
  /** Line from 0 and column from 0, both of the document. */
  readonly line: number
  readonly column: number
  /** undefined: an item of a list. */
  readonly key: string | undefined
  /** Offsets in the document: of the key or dash, and of the value behind it without blanks and comment. */
  readonly from: number
  readonly to: number
  readonly valueFrom: number
  readonly valueTo: number
  /** Index of the key or item that holds it, -1 for the document itself. */
  readonly parent: number
  /** Place in its list, for items. */
  readonly index: number
}

export interface Outline {
  readonly text: string
  readonly starts: readonly number[]
  readonly entries: readonly Entry[]
  /** Lines inside a block scalar, a comment or brackets of several lines: nothing is completed there by lines. */
  readonly opaque: ReadonlySet<number>
}

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'{}[\],&*!|>%@`:-](?:[^#:]|:(?=\S)|(?<=\S)#)*?|-(?=\S)[^#:\s]*)\s*:(?=\s|$)/
/** Most keys: tried first, since it looks at each character once. */
const PLAIN_KEY = /^([A-Za-z_][\w./-]*):(?=\s|$)/
const keyOf = (text: string): RegExpExecArray | null => PLAIN_KEY.exec(text) ?? KEY.exec(text)
const BLOCK = /^(?:[!&]\S+\s+)*[|>][-+0-9]*$/

/** Without quotes; escapes stay as they are. */
export const bare = (key: string): string => (/^(".*"|'.*')$/s.test(key) ? key.slice(1, -1) : key)

/** Behind the value: before a comment and the blanks in front of it. Quotes and brackets are counted, so that a # in them is none. */
function endOfValue(text: string): { readonly length: number; readonly depth: number } {
  if (!/["'#{}[\]]/.test(text)) return { length: text.trimEnd().length, depth: 0 }
  let quote = ''
  let depth = 0
  let end = text.length
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string
    if (quote !== '') {
      if (c === '\\' && quote === '"') i++
      else if (c === quote) quote = ''
    } else if ((c === '"' || c === "'") && /^$|[\s,:{[]/.test(text[i - 1] ?? '')) quote = c
    else if (c === '{' || c === '[') depth++
    else if (c === '}' || c === ']') depth--
    else if (c === '#' && /\s/.test(text[i - 1] ?? ' ')) {
      end = i
      break
    }
  }
  return { length: text.slice(0, end).trimEnd().length, depth: /^[{[]/.test(text) ? depth : 0 }
}

/** A class, because the scan of one document shares its stack. */
class Scanner {
  readonly entries: Entry[] = []
  readonly opaque = new Set<number>()
  private readonly stack: number[] = []
  private readonly counts = new Map<number, number>()
  /** Lines indented deeper than this are inside a block scalar. */
  private block: number | undefined
  private open: { readonly index: number; depth: number } | undefined

  line(text: string, line: number, start: number): void {
    const indent = /^ */.exec(text)?.[0].length ?? 0
    const blank = text.trim() === ''
    if (this.block !== undefined) {
      if (blank || indent > this.block) {
        this.opaque.add(line)
        return
      }
      this.block = undefined
    }
    if (this.open && this.flow(text, line, start, indent)) return
    if (blank || /^\s*#/.test(text) || /^(---|\.\.\.)(\s|$)/.test(text)) {
      if (!blank) this.opaque.add(line)
      return
    }
    this.structure(text, line, start, indent)
  }

  /** Brackets that go on over lines. A line that looks like a key of an outer map ends what was never closed. */
  private flow(text: string, line: number, start: number, indent: number): boolean {
    const open = this.open as { readonly index: number; depth: number }
    const holder = this.entries[open.index] as Entry
    if (indent <= holder.column && keyOf(text.trimStart()) !== null) {
      this.open = undefined
      return false
    }
    const { length, depth } = endOfValue(`[${text}`)
    open.depth += depth - 1
    this.entries[open.index] = { ...holder, valueTo: start + Math.max(0, length - 1) }
    this.opaque.add(line)
    if (open.depth <= 0) this.open = undefined
    return true
  }

  private structure(text: string, line: number, start: number, indent: number): void {
    let at = indent
    while (text[at] === '-' && (at + 1 === text.length || text[at + 1] === ' ' || text[at + 1] === '\t')) {
      this.add({ line, column: at, key: undefined, from: start + at, to: start + at + 1 }, start + at + 1, start + at + 1)
      at += 1 + (/^ */.exec(text.slice(at + 1))?.[0].length ?? 0)
    }
    const rest = text.slice(at)
    const found = keyOf(rest)
    const key = found?.[1]
    const behind = at + (found?.[0].length ?? 0)
    const valueAt = behind + (/^\s*/.exec(text.slice(behind))?.[0].length ?? 0)
    const { length: shown, depth } = endOfValue(text.slice(valueAt))
    // What is not closed goes on, blanks and all.
    const length = depth > 0 ? text.length - valueAt : shown
    const value = text.slice(valueAt, valueAt + length)
    if (key === undefined) {
      // A value of its own: that of the dash before it, if there is one on this line.
      const last = this.entries.at(-1)
      if (at > indent && last?.line === line)
        this.entries[this.entries.length - 1] = { ...last, valueFrom: start + valueAt, valueTo: start + valueAt + length }
      else return
    } else
      this.add(
        { line, column: at, key: bare(key), from: start + at, to: start + at + key.length },
        start + valueAt,
        start + valueAt + length,
      )
    if (BLOCK.test(value)) this.block = at > indent && key === undefined ? indent : at
    else if (depth > 0) this.open = { index: this.entries.length - 1, depth }
  }

  private add(entry: Pick<Entry, 'line' | 'column' | 'key' | 'from' | 'to'>, valueFrom: number, valueTo: number): void {
    while (this.stack.length > 0) {
      const top = this.entries[this.stack.at(-1) as number] as Entry
      // A list may begin in the column of its key.
      const holds = entry.key === undefined && top.key !== undefined ? top.column <= entry.column : top.column < entry.column
      if (holds) break
      this.stack.pop()
    }
    const parent = this.stack.at(-1) ?? -1
    const index = this.counts.get(parent) ?? 0
    this.counts.set(parent, index + 1)
    this.entries.push({ ...entry, valueFrom, valueTo, parent, index })
    this.stack.push(this.entries.length - 1)
  }
}

/** Reads a document line by line. Never fails, whatever the text is. */
export function outlineOf(text: string): Outline {
  const scanner = new Scanner()
  const starts = lineStarts(text)
  starts.forEach((start, line) => {
    const end = starts[line + 1] ?? text.length + 1
    scanner.line(text.slice(start, end - 1).replace(/\r$/, ''), line, start)
  })
  return { text, starts, entries: scanner.entries, opaque: scanner.opaque }
}

/** Keys and indices from the document to an entry. */
export function pathTo(outline: Outline, entry: number): Path {
  const path: (string | number)[] = []
  for (let at = entry; at >= 0; ) {
    const { key, index, parent } = outline.entries[at] as Entry
    path.unshift(key ?? index)
    at = parent
  }
  return path
}

export const childrenOf = (outline: Outline, parent: number): readonly Entry[] => outline.entries.filter((e) => e.parent === parent)

export const valueText = (outline: Outline, entry: Entry): string => bare(outline.text.slice(entry.valueFrom, entry.valueTo))

/** The scalar behind a key, without quotes; '' when there is none. */
export function scalarAt(outline: Outline, parent: number, key: string): string {
  const entry = outline.entries.find((e) => e.parent === parent && e.key === key)
  return entry ? valueText(outline, entry) : ''
}
