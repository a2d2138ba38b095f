import { isPlainText } from '../text/scalar.ts'
import type { Cursor } from './cursor.ts'
import { fieldName } from './field-name.ts'
import { type CompletionItem, escaped } from './item.ts'
import { fieldsOf, isUsed, type Meaning, typeWord, wordsOf } from './meaning.ts'
import type { Outline } from './outline.ts'
import { holdsLabels, labelsFor, once, type Place, written } from './values.ts'

type AtKey = Extract<Cursor, { is: 'key' }>

/** Columns from a key to the dashes of its list, as this document has it. */
function dashStep({ entries }: Outline): number {
  const first = entries.find((e) => e.key === undefined && entries[e.parent]?.key !== undefined)
  return first ? Math.max(0, first.column - (entries[first.parent]?.column ?? 0)) : 2
}

/** What follows a key: nothing where its colon is there, else the start of its value, on the next line for lists and maps. */
function behind(meaning: Meaning, cursor: AtKey, column: number, outline: Outline): string {
  if (cursor.hasColon) return ''
  if (cursor.flow) return ': '
  switch (typeWord(meaning)) {
    case 'object':
    case 'map':
      return `:\n${' '.repeat(column + 2)}`
    case 'list':
      return `:\n${' '.repeat(column + dashStep(outline))}- `
    case 'text':
    case 'number':
    case 'bool':
    case 'number-or-name':
    case 'any':
      return ': '
  }
}

const ORDER = ['apiVersion', 'kind', 'metadata', 'spec', 'name', 'namespace', 'labels']

/** The keys of the map at the cursor that it does not have yet: required ones, then those that the engine reads, then the rest. */
export function keyItems(place: Place, meaning: Meaning, cursor: AtKey): readonly CompletionItem[] {
  // A list without its dash: the dash comes along.
  const list = typeWord(meaning) === 'list'
  const dash = list ? '- ' : ''
  const column = cursor.column + dash.length
  const rank = (item: { readonly name: string; readonly need: boolean; readonly meaning: Meaning }): number => {
    const known = ORDER.indexOf(item.name)
    return (item.need ? 0 : isUsed(item.meaning) ? 100 : 200) + (known < 0 ? 50 : known) + (item.name === 'status' ? 90 : 0)
  }
  const fields = [...fieldsOf(meaning)].filter(({ name }) => !cursor.taken.includes(name)).sort((a, b) => rank(a) - rank(b))
  return [
    ...labelItems(place, cursor, dash),
    ...fields.map(({ name, meaning: field, need }): CompletionItem => {
      const type = typeWord(field)
      const nested = type === 'object' || type === 'map' || type === 'list'
      const text = fieldName(field.kind, field.path)
      return {
        label: name,
        insert: escaped(`${dash}${isPlainText(name) ? name : JSON.stringify(name)}${behind(field, cursor, column, place.outline)}`),
        is: 'key',
        type,
        field: text,
        ...(need ? { need: true } : {}),
        ...(field.newer ? { newer: true } : {}),
        ...(isUsed(field) ? { used: true } : {}),
        ...(!cursor.hasColon && (nested || wordsOf(field).length > 0 || REFERS.test(name)) ? { more: true } : {}),
      }
    }),
  ]
}

/** Fields whose values are names of the lab. */
const REFERS = /^(apiVersion|kind|namespace|nodeName|serviceName|targetPort|image|from|to|cni)$/

/** In a map of labels: whole pairs that others have. */
function labelItems(place: Place, cursor: AtKey, dash: string): readonly CompletionItem[] {
  if (!holdsLabels(place.path)) return []
  return once(
    labelsFor(place, place.path).flatMap(({ labels, of }) =>
      Object.entries(labels).flatMap(([key, value]): CompletionItem[] => {
        if (cursor.taken.includes(key)) return []
        const pair = cursor.hasColon ? written(key) : `${written(key)}: ${written(value)}`
        return [{ label: cursor.hasColon ? key : `${key}: ${value}`, insert: escaped(dash + pair), is: 'name', of }]
      }),
    ),
  )
}
