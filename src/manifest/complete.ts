import { cursorAt } from './complete/cursor.ts'
import type { Completion, CompletionItem, TextEdit } from './complete/item.ts'
import { keyItems } from './complete/keys.ts'
import { identityItems } from './complete/kinds.ts'
import type { KubernetesSchema } from './complete/kubernetes.ts'
import { type LabNames, NO_NAMES } from './complete/lab-names.ts'
import { aroundOf, meaningAt, typeWord, wholeOf } from './complete/meaning.ts'
import { type Outline, outlineOf } from './complete/outline.ts'
import { documentItems } from './complete/snippets.ts'
import { type Place, valueItems } from './complete/values.ts'

/** More than these nobody reads; typing narrows them. */
const MOST = 300

/** The document around an offset, also one that is still empty. Its first character is behind the `---` line. */
export function documentAt(text: string, offset: number): { readonly from: number; readonly text: string } {
  const marker = /^(?:---|\.\.\.)(?=\s|$).*(?:\n|$)/gm
  let [from, to] = [text.charCodeAt(0) === 0xfeff ? 1 : 0, text.length]
  for (let m = marker.exec(text); m; m = marker.exec(text)) {
    if (m.index + m[0].length <= offset) from = m.index + m[0].length
    else if (m.index >= from) {
      to = m.index
      break
    }
    if (m[0] === '') marker.lastIndex++
  }
  // On the marker's own line there is nothing to complete.
  return { from, text: text.slice(from, Math.max(from, to)) }
}

/**
 * What can be written at an offset of a file: keys of the object at hand, values, names of the lab, whole documents. The text
 * may be broken anywhere, and mostly is. Without `schema` only kinds that the engine reads are known.
 */
export function completeAt(text: string, offset: number, schema?: KubernetesSchema, names: LabNames = NO_NAMES): Completion | undefined {
  const document = documentAt(text, offset)
  const at = offset - document.from
  if (at < 0 || at > document.text.length) return undefined
  const outline = outlineOf(document.text)
  const found = itemsAt(outline, at, schema, names)
  if (!found || found.items.length === 0) return undefined
  const shift = (edit: TextEdit): TextEdit => ({ ...edit, from: edit.from + document.from, to: edit.to + document.from })
  const items = found.items.slice(0, MOST).map((item) => (item.edits ? { ...item, edits: item.edits.map(shift) } : item))
  return { from: found.from + document.from, to: found.to + document.from, items }
}

function itemsAt(outline: Outline, at: number, schema: KubernetesSchema | undefined, names: LabNames): Completion | undefined {
  const cursor = cursorAt(outline, at)
  if (cursor.is === 'nothing') return undefined
  const range = { from: cursor.from, to: cursor.to }
  const around = aroundOf(outline, cursor.path)
  const path = cursor.path.slice(around.prefix.length)
  const place: Place = { around, outline, names, path }
  const meaning = meaningAt(wholeOf(around, schema), path)
  const lead = (items: readonly CompletionItem[], text: string): readonly CompletionItem[] =>
    text === '' ? items : items.map((item) => ({ ...item, insert: text + item.insert }))
  if (cursor.is === 'value') {
    const identity = path.length === 1 && (path[0] === 'kind' || path[0] === 'apiVersion')
    const items = identity ? identityItems(cursor, outline, around, schema) : valueItems(place, meaning)
    return { ...range, items: lead(items, cursor.lead) }
  }
  if (path.length === 0 && around.kind === '') {
    const keys = keyItems(place, wholeOf({ kind: 'Pod', apiVersion: '' }, undefined), cursor).filter((i) =>
      /^(apiVersion|kind)$/.test(i.label),
    )
    const empty = outline.entries.length === 0 && cursor.column === 0
    return { ...range, items: [...(empty ? documentItems(schema) : []), ...keys] }
  }
  if (!meaning) return undefined
  const type = typeWord(meaning)
  if (type === 'object' || type === 'map') return { ...range, items: keyItems(place, meaning, cursor) }
  if (type !== 'list') return { ...range, items: cursor.item ? valueItems(place, meaning) : [] }
  const item = meaningAt(wholeOf(around, schema), [...path, 0])
  if (!item) return undefined
  const inner: Place = { ...place, path: [...path, 0] }
  if (typeWord(item) !== 'object') return { ...range, items: lead(valueItems(inner, item), '- ') }
  return { ...range, items: lead(keyItems(inner, item, { ...cursor, column: cursor.column + 2 }), '- ') }
}
