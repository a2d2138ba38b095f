import type { Problem } from '../trace/problem.ts'
import type { TextEdit } from './complete/item.ts'
import { aroundOf, meaningAt, wholeOf, wordsOf } from './complete/meaning.ts'
import { type Entry, type Outline, outlineOf, pathTo } from './complete/outline.ts'
import { documentAt } from './complete.ts'
import { convertIngress } from './fix/ingress.ts'
import { readerOf } from './kinds/list.ts'
import { nearest } from './schema/near.ts'
import { parsePath } from './text/path.ts'
import { isPlainText } from './text/scalar.ts'

/** What a fix does, as a code that words/fixes.ts makes a sentence of. */
export type FixCode =
  /** {text} */
  | 'fix-write'
  /** {name}: to another name */
  | 'fix-rename'
  /** {text} */
  | 'fix-add'
  /** {key} */
  | 'fix-remove'
  /** {text} */
  | 'fix-quote'
  /** {text} */
  | 'fix-unquote'
  | 'fix-spaces'
  /** {want}: to another version of the API */
  | 'fix-convert'

/** A change of one file that would end a problem. */
export interface Fix {
  readonly code: FixCode
  readonly params: Readonly<Record<string, string>>
  readonly edits: readonly TextEdit[]
}

/** The text around a problem. Offsets in `problem.where` and in edits are those of the whole file. */
interface Scene {
  readonly text: string
  readonly problem: Problem
  readonly from: number
  readonly to: number
  /** What the problem points at. */
  readonly found: string
}

const written = (value: string): string => (isPlainText(value) ? value : JSON.stringify(value))
const param = ({ problem }: Scene, name: string): string => String(problem.params[name] ?? '')
const put = ({ from, to }: Scene, text: string): readonly TextEdit[] => [{ from, to, text }]
const write = (scene: Scene, text: string): Fix => ({ code: 'fix-write', params: { text }, edits: put(scene, text) })

/** Tabs in front of lines become two blanks each, in the whole file. */
function spaces({ text }: Scene): readonly Fix[] {
  const edits = [...text.matchAll(/^[ \t]*\t[ \t]*/gm)].map((m) => ({
    from: m.index,
    to: m.index + m[0].length,
    text: m[0].replaceAll('\t', '  '),
  }))
  return edits.length > 0 ? [{ code: 'fix-spaces', params: {}, edits }] : []
}

function quote(scene: Scene): readonly Fix[] {
  const text = JSON.stringify(scene.found)
  return scene.found === '' || scene.found.includes('\n') ? [] : [{ code: 'fix-quote', params: { text }, edits: put(scene, text) }]
}

function unquote(scene: Scene): readonly Fix[] {
  const text = scene.found.replace(/^(["'])(.*)\1$/, '$2')
  return text === scene.found ? [] : [{ code: 'fix-unquote', params: { text }, edits: put(scene, text) }]
}

/** The key and all that stands under it, with the line end. Only where it has its lines to itself. */
function remove(scene: Scene): readonly Fix[] {
  const { outline, entry, base } = entryAt(scene)
  if (!entry?.key) return []
  const start = outline.starts[entry.line] as number
  if (outline.text.slice(start, entry.from).trim() !== '') return []
  const next = outline.entries.find((e) => e.line > entry.line && e.column <= entry.column)
  const end = next ? (outline.starts[next.line] as number) : outline.text.length
  return [{ code: 'fix-remove', params: { key: entry.key }, edits: [{ from: base + start, to: base + end, text: '' }] }]
}

function entryAt({ text, from }: Scene): { readonly outline: Outline; readonly entry: Entry | undefined; readonly base: number } {
  const document = documentAt(text, from)
  const outline = outlineOf(document.text)
  const at = from - document.from
  const entry = outline.entries.find((e) => e.key !== undefined && ((e.from <= at && at <= e.to) || (e.valueFrom <= at && at < e.valueTo)))
  return { outline, entry, base: document.from }
}

/** Words that may stand at the place of a problem. */
function wordsAt(scene: Scene): readonly string[] {
  const { outline, entry } = entryAt(scene)
  if (!entry) return []
  const full = pathTo(outline, outline.entries.indexOf(entry))
  const around = aroundOf(outline, full)
  const meaning = meaningAt(wholeOf(around, undefined), parsePath(scene.problem.where?.field ?? ''))
  return meaning ? wordsOf(meaning) : []
}

/** The words that fit, the one that was probably meant first. */
function oneOf(scene: Scene, words: readonly string[]): readonly Fix[] {
  const value = scene.found.replace(/^(["'])(.*)\1$/, '$2')
  if (words.length === 0 || words.includes(value)) return []
  const near = nearest(value, words)
  return [...words]
    .sort((a, b) => Number(b === near) - Number(a === near))
    .slice(0, 4)
    .map((word) => write(scene, word))
}

const name253 = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')

/** A line for the map whose first key stands at the problem. */
function addBefore({ text, from }: Scene, line: string): Fix {
  const column = from - (text.lastIndexOf('\n', from - 1) + 1)
  return { code: 'fix-add', params: { text: line }, edits: [{ from, to: from, text: `${line}\n${' '.repeat(column)}` }] }
}

/** What the API server complains of in its own words: known by the field and its value, not by the words. */
function apiFixes(scene: Scene): readonly Fix[] {
  const field = scene.problem.where?.field ?? ''
  // The server has no default for it: elements of the path are what most people mean.
  if (/\.pathType$/.test(field) && entryAt(scene).entry?.key !== 'pathType')
    return [addBefore({ ...scene, from: lineKey(scene) }, 'pathType: Prefix')]
  const words = oneOf(scene, wordsAt(scene))
  if (words.length > 0) return words
  const value = scene.found.replace(/^(["'])(.*)\1$/, '$2')
  // A port number in quotes is a name to the server.
  if (/[pP]ort$/.test(field) && /^\d+$/.test(value)) {
    const bare = unquote(scene)
    if (bare.length > 0) return bare
  }
  const { outline, entry, base } = entryAt(scene)
  const parent = entry ? entry.parent : -1
  // A second port: all of them need names.
  if (/^spec\.ports\[\d+\]\.name$/.test(field) && entry && entry.key !== 'name') {
    const number = outline.entries.find((e) => e.parent === parent && e.key === 'port')
    const first = outline.entries.find((e) => e.parent === parent)
    if (!number || !first) return []
    return [addBefore({ ...scene, from: base + first.from }, `name: port-${outline.text.slice(number.valueFrom, number.valueTo)}`)]
  }
  if (/^metadata\.(name|namespace)$/.test(field) && entry?.key !== undefined && field.endsWith(entry.key)) {
    const better = name253(value)
    if (better !== '' && better !== value) return [write(scene, written(better))]
  }
  if (/\.nodePort$/.test(field) && entry?.key === 'nodePort') {
    const number = Number(value)
    const fixes = number > 0 && (number < 30000 || number > 32767) ? [write(scene, String(30000 + (number % 2768)))] : []
    return [...fixes, ...serviceType(outline, base), ...remove(scene)]
  }
  return []
}

/** `type: NodePort` for a Service that has none, or another. */
function serviceType(outline: Outline, base: number): readonly Fix[] {
  const spec = outline.entries.findIndex((e) => e.parent === -1 && e.key === 'spec')
  const type = outline.entries.find((e) => e.parent === spec && e.key === 'type')
  const now = type && outline.text.slice(type.valueFrom, type.valueTo)
  if (spec < 0 || now === 'NodePort' || now === 'LoadBalancer') return []
  const first = outline.entries.find((e) => e.parent === spec)
  const text = 'type: NodePort'
  if (type)
    return [{ code: 'fix-write', params: { text }, edits: [{ from: base + type.valueFrom, to: base + type.valueTo, text: 'NodePort' }] }]
  return first ? [addBefore({ text: outline.text, from: first.from, to: first.from } as Scene, text)].map((f) => shifted(f, base)) : []
}
const shifted = (fix: Fix, by: number): Fix => ({ ...fix, edits: fix.edits.map((e) => ({ ...e, from: e.from + by, to: e.to + by })) })

function selectorNear(scene: Scene): readonly Fix[] {
  const { entry, base } = entryAt(scene)
  if (!entry) return []
  const [key = '', value = ''] = param(scene, 'near').split(/: (.*)/s)
  const text = `${written(key)}: ${written(value)}`
  return [{ code: 'fix-write', params: { text }, edits: [{ from: base + entry.from, to: base + Math.max(entry.to, entry.valueTo), text }] }]
}

/** `targetPort` for each port on which somebody listens; added where only `port` stands. */
function listening(scene: Scene): readonly Fix[] {
  const { entry } = entryAt(scene)
  return param(scene, 'ports')
    .split(', ')
    .flatMap((port): readonly Fix[] => {
      const number = port.split('/')[0] ?? ''
      if (!/^\d+$/.test(number)) return []
      return entry?.key === 'targetPort'
        ? [write(scene, number)]
        : entry?.key === 'port'
          ? [addBefore({ ...scene, from: lineKey(scene) }, `targetPort: ${number}`)]
          : []
    })
}

/** Where the key of a problem's value begins. */
function lineKey(scene: Scene): number {
  const { entry, base } = entryAt(scene)
  return entry ? base + entry.from : scene.from
}

/** A name that nobody has: -2, -3 … behind the old one. */
function rename(scene: Scene): readonly Fix[] {
  const value = scene.found.replace(/^(["'])(.*)\1$/, '$2')
  const stem = value.replace(/-\d+$/, '')
  for (let n = 2; n < 100; n++) {
    const name = `${stem}-${n}`
    if (!new RegExp(`(^|\\s)name: ["']?${name}["']?\\s*$`, 'm').test(scene.text))
      return [{ code: 'fix-rename', params: { name }, edits: put(scene, name) }]
  }
  return []
}

function missingVersion(scene: Scene): readonly Fix[] {
  const { outline, base } = entryAt(scene)
  const kind = outline.entries.find((e) => e.parent === -1 && e.key === 'kind')
  const version = kind && readerOf(outline.text.slice(kind.valueFrom, kind.valueTo))?.apiVersions[0]
  return kind && version ? [shifted(addBefore({ ...scene, text: outline.text, from: kind.from }, `apiVersion: ${version}`), base)] : []
}

const RANGE_VALUE = (scene: Scene): readonly Fix[] => {
  const { min, max } = scene.problem.params
  const value = Number(scene.found)
  if (typeof min !== 'number' || typeof max !== 'number' || !Number.isFinite(value)) return []
  return [write(scene, String(value < min ? min : max))]
}

/** Where the end of what a bracket or quote opened is missing: at the end of its line. */
const close = (scene: Scene, text: string): readonly Fix[] => {
  const newline = scene.text.indexOf('\n', scene.from)
  const line = scene.text.slice(scene.from, newline < 0 ? undefined : newline).replace(/\s+#.*$/, '')
  const at = scene.from + line.trimEnd().length
  return [{ code: 'fix-add', params: { text }, edits: [{ from: at, to: at, text }] }]
}

/** One line a code: what can be done about it, the most likely first. */
const FIXES: Readonly<Record<string, (scene: Scene) => readonly Fix[]>> = {
  'yaml-tab': spaces,
  'yaml-quote': (s) => close(s, param(s, 'quote')),
  'yaml-bracket': (s) => close(s, param(s, 'bracket')),
  'yaml-no-colon': (s) =>
    /^[\w./-]+$/.test(s.found.trim())
      ? [
          {
            code: 'fix-add',
            params: { text: ':' },
            edits: [{ from: s.from + s.found.trimEnd().length, to: s.from + s.found.trimEnd().length, text: ':' }],
          },
        ]
      : [],
  'yaml-two-colons': quoteValue,
  'yaml-reserved': quoteValue,
  'yaml-duplicate-key': remove,
  'no-api-version': missingVersion,
  'api-removed': (s) => convertIngress(s.text, s.from),
  'api-version': (s) => [write(s, param(s, 'want'))],
  'kind-misspelt': (s) => [write(s, param(s, 'near'))],
  'duplicate-object': rename,
  'type-quote': quote,
  'type-unquote': unquote,
  'type-bool': (s) => (/^["']?(true|false)["']?$/i.test(s.found) ? [write(s, s.found.replace(/["']/g, '').toLowerCase())] : []),
  'unknown-field-near': (s) => [write(s, written(param(s, 'near'))), ...remove(s)],
  'unknown-field': remove,
  'newer-field': remove,
  'not-modelled': remove,
  'one-of': (s) => oneOf(s, param(s, 'values').split(', ')),
  range: RANGE_VALUE,
  api: apiFixes,
  'selector-near': selectorNear,
  'port-name-near': (s) => [write(s, written(param(s, 'near')))],
  'nobody-listens': listening,
}

/** The rest of the line behind the first colon, in quotes. */
function quoteValue(scene: Scene): readonly Fix[] {
  const start = scene.text.lastIndexOf('\n', scene.from - 1) + 1
  const newline = scene.text.indexOf('\n', scene.from)
  const line = scene.text.slice(start, newline < 0 ? undefined : newline)
  const m = /^(\s*(?:- +)*[\w./-]+:\s+)([^#"']*[^#"'\s])/.exec(line)
  if (!m?.[1] || !m[2]) return []
  const text = JSON.stringify(m[2])
  const from = start + m[1].length
  return [{ code: 'fix-quote', params: { text }, edits: [{ from, to: from + m[2].length, text }] }]
}

/** What can be done about a problem of this text. Nothing is changed; each fix is offered to the writer. */
export function fixesOf(text: string, problem: Problem): readonly Fix[] {
  const { where } = problem
  const make = Object.hasOwn(FIXES, problem.code) ? FIXES[problem.code] : undefined
  if (!where || !make) return []
  return make({ text, problem, from: where.offset, to: where.end, found: text.slice(where.offset, where.end) })
}

/** The text after the edits of a fix. */
export const applyEdits = (text: string, edits: readonly TextEdit[]): string =>
  [...edits].sort((a, b) => b.from - a.from).reduce((t, e) => t.slice(0, e.from) + e.text + t.slice(e.to), text)
