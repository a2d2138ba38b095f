import { readerOf } from '../kinds/list.ts'
import { newerField } from '../newer.ts'
import { fields, type Shape, text } from '../schema/shape.ts'
import type { Path } from '../text/path.ts'
import { type Code, codeUnder, type KubernetesSchema, typeOf } from './kubernetes.ts'
import { type Outline, scalarAt } from './outline.ts'

/** The object around a place: its kind, and where it begins in the document (a member of a List has a path of its own). */
export interface Around {
  readonly kind: string
  readonly apiVersion: string
  readonly name: string
  readonly namespace: string
  /** Steps from the document to the object. */
  readonly prefix: Path
  /** Index of the object's entry; -1 for the document. */
  readonly entry: number
}

/** What stands at a path of an object: our own table says what the engine reads, Kubernetes' types say the rest. */
export interface Meaning {
  readonly own?: Shape
  readonly code?: Code
  readonly schema?: KubernetesSchema
  /** Steps below the object. */
  readonly path: Path
  readonly kind: string
  /** Kubernetes v1.30 does not have this field. */
  readonly newer: boolean
}

/** The object that holds a path. Members of Lists are objects of their own; what a List is called says the kind of items without one. */
export function aroundOf(outline: Outline, path: Path): Around {
  let [entry, depth, listed] = [-1, 0, '']
  for (;;) {
    const kind = scalarAt(outline, entry, 'kind') || listed
    const items = outline.entries.findIndex((e) => e.parent === entry && e.key === 'items')
    const inside = kind.endsWith('List') && path[depth] === 'items' && typeof path[depth + 1] === 'number' && items >= 0
    const member = inside ? outline.entries.findIndex((e) => e.parent === items && e.index === path[depth + 1]) : -1
    if (member < 0) {
      const meta = outline.entries.findIndex((e) => e.parent === entry && e.key === 'metadata')
      return {
        kind,
        apiVersion: scalarAt(outline, entry, 'apiVersion'),
        name: meta < 0 ? '' : scalarAt(outline, meta, 'name'),
        namespace: meta < 0 ? '' : scalarAt(outline, meta, 'namespace'),
        prefix: path.slice(0, depth),
        entry,
      }
    }
    listed = kind.slice(0, -'List'.length)
    entry = member
    depth += 2
  }
}

const IDENTITY = { apiVersion: text, kind: text }

/** The whole object. An apiVersion that is not written yet is taken for the right one. */
export function wholeOf(around: Pick<Around, 'kind' | 'apiVersion'>, schema: KubernetesSchema | undefined): Meaning {
  const reader = readerOf(around.kind)
  const fits = reader !== undefined && (around.apiVersion === '' || reader.apiVersions.includes(around.apiVersion))
  const own = !fits ? undefined : reader.shape.is === 'fields' ? fields({ ...IDENTITY, ...reader.shape.fields }) : reader.shape
  const known = schema?.kinds.find(([kind, version]) => kind === around.kind && (around.apiVersion === '' || version === around.apiVersion))
  return {
    ...(own ? { own } : {}),
    ...(known ? { code: known[2] } : {}),
    ...(schema ? { schema } : {}),
    path: [],
    kind: around.kind,
    newer: known?.[3] === 1,
  }
}

function shapeUnder(shape: Shape, step: string | number): Shape | undefined {
  switch (shape.is) {
    case 'fields':
      return Object.hasOwn(shape.fields, step) ? shape.fields[step] : undefined
    case 'map':
      return shape.of
    case 'list':
      return typeof step === 'number' ? shape.of : undefined
    case 'any':
    case 'text':
    case 'int':
    case 'bool':
    case 'int-or-text':
    case 'not-modelled':
      return undefined
  }
}

/** One step down; undefined when neither table knows it. */
export function meaningUnder(meaning: Meaning, step: string | number): Meaning | undefined {
  const { schema } = meaning
  const own = meaning.own && shapeUnder(meaning.own, step)
  const code = schema && meaning.code !== undefined ? codeUnder(schema, meaning.code, step) : undefined
  if (own === undefined && code === undefined) return undefined
  const path = [...meaning.path, step]
  const names = path.filter((one) => typeof one === 'string')
  const newer = (schema && typeOf(schema, meaning.code)?.newer?.includes(String(step))) || newerField(meaning.kind, names) !== undefined
  return {
    ...(own ? { own } : {}),
    ...(code === undefined ? {} : { code }),
    ...(schema ? { schema } : {}),
    path,
    kind: meaning.kind,
    newer,
  }
}

export function meaningAt(whole: Meaning, path: Path): Meaning | undefined {
  let at: Meaning | undefined = whole
  for (const step of path) at = at && meaningUnder(at, step)
  return at
}

/** What can be written there, in one word. */
export type TypeWord = 'text' | 'number' | 'bool' | 'number-or-name' | 'list' | 'map' | 'object' | 'any'

const ofCode = (code: Code | undefined): TypeWord => {
  if (code === undefined || code === '*') return 'any'
  if (typeof code === 'number') return 'object'
  if (code === 's') return 'text'
  if (code === 'i') return 'number'
  if (code === 'b') return 'bool'
  if (code === 'o') return 'number-or-name'
  return 'e' in code ? 'text' : 'm' in code ? 'map' : 'list'
}

export function typeWord({ own, code }: Meaning): TypeWord {
  if (!own) return ofCode(code)
  switch (own.is) {
    case 'any':
      return ofCode(code)
    case 'not-modelled':
      return 'any'
    case 'text':
      return 'text'
    case 'int':
      return 'number'
    case 'bool':
      return 'bool'
    case 'int-or-text':
      return 'number-or-name'
    case 'list':
      return 'list'
    case 'map':
      return 'map'
    case 'fields':
      return 'object'
  }
}

/** The words that may stand there, when they are few and known. */
export function wordsOf(meaning: Meaning): readonly string[] {
  const { own, code } = meaning
  if (typeWord(meaning) === 'bool') return ['true', 'false']
  if (own?.is === 'text' && (own.oneOf ?? own.known)) return own.oneOf ?? own.known ?? []
  return typeof code === 'object' && 'e' in code ? code.e : []
}

/** Does the engine act on it? */
export const isUsed = ({ own }: Meaning): boolean => own !== undefined && own.is !== 'any' && own.is !== 'not-modelled'

/** The fields of a map and what they mean; required ones are marked. */
export function fieldsOf(meaning: Meaning): readonly { readonly name: string; readonly meaning: Meaning; readonly need: boolean }[] {
  const own = meaning.own?.is === 'fields' ? meaning.own.fields : {}
  const type = meaning.schema && typeOf(meaning.schema, meaning.code)
  const names = new Set([...Object.keys(own), ...Object.keys(type?.f ?? {})])
  return [...names].flatMap((name) => {
    const under = meaningUnder(meaning, name)
    const shape = own[name]
    const need = (shape && 'need' in shape && shape.need !== undefined) || (type?.need?.includes(name) ?? false)
    return under && under.own?.is !== 'not-modelled' ? [{ name, meaning: under, need }] : []
  })
}
