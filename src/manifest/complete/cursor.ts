import { isMap, isPair, isScalar, isSeq, type Node, parseDocument } from 'yaml'
import { lineAt } from '../text/lines.ts'
import type { Path } from '../text/path.ts'
import { childrenOf, type Entry, type Outline, pathTo } from './outline.ts'

/** What may be written at an offset of a document. */
export type Cursor =
  | { readonly is: 'nothing' }
  | {
      readonly is: 'key'
      /** Path of the map or list that the key would stand in. */
      readonly path: Path
      /** What is replaced: the word, or nothing. Offsets in the document. */
      readonly from: number
      readonly to: number
      /** Column at which the key begins. */
      readonly column: number
      /** Keys that the map has already. */
      readonly taken: readonly string[]
      /** The colon is there: only the word changes. */
      readonly hasColon: boolean
      /** In brackets on one line. */
      readonly flow: boolean
      /** The map is a list's item, begun by a dash. */
      readonly item: boolean
    }
  | {
      readonly is: 'value'
      /** Path of the value itself. */
      readonly path: Path
      readonly from: number
      readonly to: number
      /** What is there, up to the cursor. */
      readonly typed: string
      /** To be put in front: the blank behind a colon. */
      readonly lead: string
      /** Column of the key that has the value. */
      readonly column: number
      readonly flow: boolean
    }

const NOTHING: Cursor = { is: 'nothing' }
const WORD = /["']?[\w./$-]*$/
const KEY_AND_VALUE = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'{}[\],&*!|>%@`:-](?:[^#:]|:(?=\S))*?)\s*:(\s+|$)/

export function cursorAt(outline: Outline, offset: number): Cursor {
  const { text, starts } = outline
  const line = lineAt(starts, offset)
  const start = starts[line] as number
  const end = (starts[line + 1] ?? text.length + 1) - 1
  const before = text.slice(start, offset)
  const after = text.slice(offset, Math.max(offset, end)).replace(/\r$/, '')
  const flow = outline.entries.findIndex((e) => e.valueFrom < offset && offset <= e.valueTo && /[{[]/.test(text[e.valueFrom] ?? ''))
  if (flow >= 0) return inFlow(outline, flow, offset)
  if (outline.opaque.has(line) || /(^|\s)#/.test(before) || /^(---|\.\.\.)/.test(before)) return NOTHING
  const lead = /^(\s*)((?:-\s+)*)/.exec(before) as RegExpExecArray
  const content = before.slice(lead[0].length)
  const column = lead[0].length
  const own = outline.entries.map((e, i) => [e, i] as const).filter(([e]) => e.line === line)
  const pair = KEY_AND_VALUE.exec(content)
  if (pair) {
    const found = own.filter(([e]) => e.key !== undefined).at(-1)
    return found ? atValue(outline, found[1], offset, pair[2] === '' ? ' ' : '') : NOTHING
  }
  if (!/^["']?[\w./-]*["']?$/.test(content) || /^-/.test(content)) return NOTHING
  const dash = lead[2] === '' ? undefined : own.filter(([e]) => e.key === undefined).at(-1)
  const parent = dash ? dash[1] : holderOf(outline, line, column)
  const holder = outline.entries[parent]
  // Under a key that has its value on its own line nothing can stand.
  if (!dash && holder && holder.valueFrom < holder.valueTo && holder.line < line) return NOTHING
  const rest = /^[\w./-]*["']?/.exec(after)?.[0] ?? ''
  return {
    is: 'key',
    path: pathTo(outline, parent),
    from: start + column,
    to: offset + rest.length,
    column,
    taken: childrenOf(outline, parent).flatMap((e) => (e.key === undefined || (e.line === line && e.column === column) ? [] : [e.key])),
    hasColon: /^\s*:(\s|$)/.test(after.slice(rest.length)),
    flow: false,
    item: dash !== undefined,
  }
}

/** The entry that would hold a key at this column of this line. */
function holderOf(outline: Outline, line: number, column: number): number {
  let at = outline.entries.length - 1
  while (at >= 0 && (outline.entries[at] as Entry).line >= line) at--
  while (at >= 0 && (outline.entries[at] as Entry).column >= column) at = (outline.entries[at] as Entry).parent
  return at
}

function atValue(outline: Outline, index: number, offset: number, lead: string): Cursor {
  const { valueFrom, valueTo, column } = outline.entries[index] as Entry
  const from = Math.min(valueFrom, offset)
  const inside = lead === '' && offset <= valueTo
  return {
    is: 'value',
    path: pathTo(outline, index),
    from: inside ? from : offset,
    to: inside ? Math.max(valueTo, offset) : offset,
    typed: inside ? outline.text.slice(from, offset) : '',
    lead,
    column,
    flow: false,
  }
}

const MARK = 'packetwalk-cursor'

/** In brackets: the piece is parsed with a word of ours in the place of the cursor's, and that word is looked for. */
function inFlow(outline: Outline, index: number, offset: number): Cursor {
  const entry = outline.entries[index] as Entry
  const { text } = outline
  const word = WORD.exec(text.slice(entry.valueFrom, offset))?.[0] ?? ''
  const rest = /^[\w./-]*["']?/.exec(text.slice(offset))?.[0] ?? ''
  const [from, to] = [offset - word.length, offset + rest.length]
  const blank = /[:,]$/.test(text.slice(0, from)) ? ' ' : ''
  const piece = `${text.slice(entry.valueFrom, from)}${blank}${MARK}${text.slice(to, entry.valueTo)}`
  const doc = parseDocument(piece, { schema: 'failsafe', prettyErrors: false, logLevel: 'silent', uniqueKeys: false })
  const found = find(doc.contents, [])
  if (!found) return NOTHING
  const base = pathTo(outline, index)
  if (found.taken === undefined)
    return { is: 'value', path: [...base, ...found.path], from, to, typed: word, lead: blank, column: entry.column, flow: true }
  return {
    is: 'key',
    path: [...base, ...found.path],
    from,
    to,
    column: entry.column,
    taken: found.taken,
    hasColon: /^\s*:/.test(text.slice(to)),
    flow: true,
    item: false,
  }
}

/** `taken` is there when the word is a key. */
function find(node: unknown, path: Path): { readonly path: Path; readonly taken?: readonly string[] } | undefined {
  if (isScalar(node)) return String(node.value) === MARK ? { path } : undefined
  if (isSeq(node)) {
    for (const [i, item] of node.items.entries()) {
      const found = find(item as Node, [...path, i])
      if (found) return found
    }
    return undefined
  }
  if (!isMap(node)) return undefined
  const keys = node.items.flatMap((p) => (isPair(p) && isScalar(p.key) ? [String(p.key.value)] : []))
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : ''
    if (key === MARK) return { path, taken: keys.filter((k) => k !== MARK) }
    const found = find(pair.value, [...path, key])
    if (found) return found
  }
  return undefined
}
