import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml'
import type { Problem } from '../trace/problem.ts'
import { DocumentText, type Placeable } from './document.ts'
import { refOf, type SourceFile } from './object.ts'
import { readManifests } from './read.ts'
import { type Spot, spotOf } from './text/locate.ts'
import { type Path, parsePath } from './text/path.ts'
import { isPlainText } from './text/scalar.ts'
import { splitDocuments } from './text/split.ts'

/** What the page's switches set: everything else is typed by hand. */
export type FieldValue = string | number | boolean

interface Splice {
  readonly from: number
  readonly to: number
  readonly text: string
}

const written = (value: FieldValue): string => (typeof value === 'string' && !isPlainText(value) ? JSON.stringify(value) : String(value))
const key = (step: string | number): string => (typeof step === 'string' && isPlainText(step) ? step : JSON.stringify(step))

/** `{ a: { b: 1 } }` for what is left of a path. */
const flow = (path: Path, value: FieldValue): string =>
  path.reduceRight((inner: string, step) => `{ ${key(step)}: ${inner} }`, written(value))
const pairText = ([step, ...rest]: Path, value: FieldValue): string => `${key(step as string)}: ${flow(rest, value)}`

/** Adds a key to a map: before its first key in a block map (which always starts on a line of its own or behind a `-`), in front in a flow map. */
function insertInto(map: YAMLMap, rest: Path, value: FieldValue, text: string): Splice | undefined {
  const first = map.items[0]?.key as Node | null | undefined
  const start = map.range?.[0]
  if (start === undefined) return undefined
  if (map.flow) {
    const blank = text[start + 1] === ' '
    const added = pairText(rest, value)
    return { from: start + 1, to: start + 1, text: first ? (blank ? ` ${added},` : `${added}, `) : ` ${added} ` }
  }
  const at = first?.range?.[0]
  if (at === undefined) return undefined
  const column = at - (text.lastIndexOf('\n', at - 1) + 1)
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  return { from: at, to: at, text: pairText(rest, value) + newline + ' '.repeat(column) }
}

/** The change of a text that gives the value at a path a new one; undefined where it cannot be done safely. */
function spliceFor(root: Node | null, path: Path, value: FieldValue, text: string): Splice | undefined {
  const spot: Spot = spotOf(root, path)
  const node = spot.value
  const rest = path.slice(spot.depth)
  if (rest.some((step) => typeof step === 'number')) return undefined
  const empty = node === null || !node.range || node.range[0] === node.range[1]
  if (empty) {
    const at = spot.key?.range?.[1]
    const colon = at === undefined ? -1 : text.indexOf(':', at)
    // `spec:` with nothing behind it.
    return colon < 0 ? undefined : { from: colon + 1, to: colon + 1, text: ` ${flow(rest, value)}` }
  }
  if (rest.length > 0) return isMap(node) ? insertInto(node, rest, value, text) : undefined
  if (isMap(node) || isSeq(node) || !isScalar(node) || !node.range) return undefined
  return { from: node.range[0], to: node.range[1] - trailing(text, node.range), text: written(value) }
}

/** A block scalar's range ends behind its last line end, which has to stay. */
const trailing = (text: string, range: readonly number[]): number => (text[(range[1] as number) - 1] === '\n' ? 1 : 0)

function spliceOf(doc: DocumentText, member: Placeable, path: Path, value: FieldValue): Splice | undefined {
  if (!member.textAt) return spliceFor(doc.root, [...member.prefix, ...path], value, doc.text)
  const inner = doc.innerAt(member.textAt)
  if (!inner || inner.text.indent === undefined) return undefined
  const splice = spliceFor(inner.root, path, value, inner.text.text)
  if (!splice) return undefined
  const indented = splice.text.replaceAll('\n', `\n${inner.text.indent}`)
  return { from: inner.text.toOuter(splice.from), to: inner.text.toOuter(splice.to), text: indented }
}

const problem = (code: 'edit-no-object' | 'edit-no-place', object: string, field: string): Problem => ({
  code,
  params: { object, field },
  severity: 'error',
})

const isEdited = (file: SourceFile, ref: string, path: Path, value: FieldValue): boolean => {
  const object = readManifests([file]).objects.find((o) => refOf(o) === ref && o.step === undefined)
  let at: unknown = object?.raw
  for (const step of path) at = (at as Record<string | number, unknown> | null | undefined)?.[step]
  return at === value
}

/**
 * Sets one field of an object (named as refOf names it: "Deployment default/web") in the text and leaves all the rest as it
 * was, comments included. Answers a Problem when the object is in no file, or when the edit would not read back as asked.
 */
export function setField(files: readonly SourceFile[], ref: string, path: string, value: FieldValue): readonly SourceFile[] | Problem {
  const steps = parsePath(path)
  for (const file of files)
    for (const chunk of splitDocuments(file.text)) {
      const doc = new DocumentText(chunk.text)
      const member = doc.members.find((m) => refOf(m.bare) === ref)
      if (!member) continue
      const splice = spliceOf(doc, member, steps, value)
      if (!splice) return problem('edit-no-place', ref, path)
      const text = file.text.slice(0, chunk.offset + splice.from) + splice.text + file.text.slice(chunk.offset + splice.to)
      const edited = { ...file, text }
      if (!isEdited(edited, ref, steps, value)) return problem('edit-no-place', ref, path)
      return files.map((f) => (f === file ? edited : f))
    }
  return problem('edit-no-object', ref, path)
}

/** Puts a document at the end of a file, or into a new file of that name. */
export function addDocument(files: readonly SourceFile[], name: string, document: string): readonly SourceFile[] {
  const file = files.find((f) => f.name === name)
  if (!file) return [...files, { name, text: document }]
  const head = file.text === '' || file.text.endsWith('\n') ? file.text : `${file.text}\n`
  const marker = head.trim() === '' || /(^|\n)---\s*$/.test(head) ? '' : '---\n'
  return files.map((f) => (f === file ? { ...f, text: head + marker + document } : f))
}

/** Takes the document that an object stands in out of its file; one that holds other objects too stays. */
export function removeDocument(files: readonly SourceFile[], ref: string): readonly SourceFile[] {
  return files.map((file) => {
    const chunk = splitDocuments(file.text).find(({ text }) => {
      const { members } = new DocumentText(text)
      return members.length === 1 && members[0] !== undefined && refOf(members[0].bare) === ref
    })
    return chunk ? { ...file, text: file.text.slice(0, chunk.offset) + file.text.slice(chunk.offset + chunk.text.length) } : file
  })
}
