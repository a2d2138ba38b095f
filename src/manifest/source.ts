import type { Where } from '../trace/problem.ts'
import type { DocumentText, Placeable } from './document.ts'
import type { Source } from './object.ts'
import type { Range } from './text/finding.ts'
import { lineAt } from './text/lines.ts'
import { rangeAt, wholeRange } from './text/locate.ts'
import { parsePath } from './text/path.ts'

/** Where a document's text begins: offset in characters, line from 0. */
export interface Place {
  readonly file: string
  readonly document: number
  readonly offset: number
  readonly line: number
}

/** A range of a document's text as a place in its file. */
export function whereOf(doc: DocumentText, place: Place, [from, to]: Range, field: string): Where {
  const line = lineAt(doc.starts, from)
  return {
    file: place.file,
    line: place.line + line + 1,
    column: from - (doc.starts[line] as number) + 1,
    offset: place.offset + from,
    end: place.offset + Math.max(from, to),
    field,
  }
}

function rangeOf(doc: DocumentText, member: Placeable, path: string): Range {
  const steps = parsePath(path)
  if (!member.textAt) {
    const full = [...member.prefix, ...steps]
    return steps.length === 0 ? wholeRange(doc.root, full) : rangeAt(doc.root, full)
  }
  const inner = doc.innerAt(member.textAt)
  if (!inner) return rangeAt(doc.root, member.textAt)
  const [from, to] = steps.length === 0 ? wholeRange(inner.root, []) : rangeAt(inner.root, steps)
  return [inner.text.toOuter(from), inner.text.toOuter(to)]
}

/** A line of the text at a path, without the blanks around it. undefined: there is no text, or it is not written line by line. */
function lineOf(doc: DocumentText, member: Placeable, path: string, line: number): Range | undefined {
  if (member.textAt) return undefined
  const inner = doc.innerAt([...member.prefix, ...parsePath(path)])
  if (inner?.text.indent === undefined) return undefined
  const text = inner.text.text.split('\n')
  const words = text[line - 1]
  if (words === undefined) return undefined
  const from = text.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0) + (words.length - words.trimStart().length)
  return [inner.text.toOuter(from), inner.text.toOuter(from + Math.max(1, words.trim().length))]
}

/** How an object finds its fields again. Nothing is computed before it is asked for, but the object's own offset. */
export function sourceOf(doc: DocumentText, member: Placeable, place: Place): Source {
  let start: number | undefined
  return {
    file: place.file,
    document: place.document,
    get offset() {
      start ??= place.offset + (member.prefix.length === 0 && !member.textAt ? firstContent(doc.text) : rangeOf(doc, member, '')[0])
      return start
    },
    where: (path, line) =>
      whereOf(doc, place, (line === undefined ? undefined : lineOf(doc, member, path, line)) ?? rangeOf(doc, member, path), path),
  }
}

/** Where a document's content begins, behind its marker, comments and blanks. */
function firstContent(text: string): number {
  const head = /^(?:%[^\n]*\n|[ \t]*(?:#[^\n]*)?\r?\n|---(?=\s)[ \t]*)*[ \t]*/.exec(text)
  return head?.[0].length ?? 0
}
