import { isScalar, type Node } from 'yaml'
import type { Severity } from '../trace/problem.ts'
import { identify } from './identify.ts'
import type { KindReader } from './kinds/reader.ts'
import type { ManifestObject } from './kinds.ts'
import { newerIn } from './newer.ts'
import type { Json, Metadata } from './object.ts'
import { check, type Found } from './schema/check.ts'
import { type Fault, invalid, type Report, required, shown } from './schema/fault.ts'
import { metaRules } from './schema/meta.ts'
import { fields, type Shape, text } from './schema/shape.ts'
import { mapIn, maybeText, optional, textIn, textMapIn, type View } from './schema/view.ts'
import type { Finding } from './text/finding.ts'
import { rangeAt, spotOf } from './text/locate.ts'
import { type Path, parsePath } from './text/path.ts'

/** An object before it has a place. */
export type Bare = Omit<ManifestObject, 'source'>

/** What one object's text came to: the object, unless something is wrong with it. */
export interface Member {
  readonly bare?: Bare
  readonly findings: readonly Finding[]
}

const shapes = new Map<KindReader, Shape>()
/** The shape of a kind, with the two fields that all have. */
function shapeOf(reader: KindReader): Shape {
  let shape = shapes.get(reader)
  if (!shape) {
    shape = reader.shape.is === 'fields' ? fields({ apiVersion: text, kind: text, ...reader.shape.fields }) : reader.shape
    shapes.set(reader, shape)
  }
  return shape
}

/** Reads one object out of a document: `json` stands at `prefix` under `root`. `seed` makes a generateName into a name. */
export function readMember(json: Json, root: Node | null, prefix: Path, seed: string): Member {
  const findings: Finding[] = []
  const add = (fault: Fault, severity: Severity, field: string, at = field, of: 'key' | 'value' = 'value'): void => {
    const path = [...prefix, ...parsePath(at)]
    // The number 1.0 was read as 1: what the user should quote is the text.
    const written = fault.code === 'type-quote' ? spotOf(root, path).value : undefined
    const told = isScalar(written) ? { code: fault.code, params: { found: String(written.value) } } : fault
    findings.push({ ...told, severity, field, range: rangeAt(root, path, of) })
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) {
    add({ code: 'not-object', params: { found: shown(json) } }, 'error', '')
    return { findings }
  }
  const object = json as View
  const identity = identify(object)
  if (identity.fault) add(identity.fault, identity.severity ?? 'error', identity.field ?? '')
  if (identity.severity === 'error') return { findings }
  const { reader } = identity
  if (!reader) return { bare: otherOf(object), findings }

  const checked = check(object, shapeOf(reader))
  const addAll = (list: readonly Found[]): void => {
    for (const f of list) add(f.fault, f.severity, f.field, f.field, f.ofKey ? 'key' : 'value')
  }
  addAll(checked.warnings)
  addAll(checked.types)
  // As the server: what cannot be decoded is not validated.
  if (checked.types.length > 0) return { findings }
  addAll(checked.faults)
  for (const { field, version, value } of newerIn(reader.kind, object))
    if (value === undefined) add({ code: 'newer-field', params: { field, version } }, 'hint', field, field, 'key')
    else add({ code: 'newer-value', params: { value, version } }, 'hint', field)
  const report: Report = (field, fault, at) => add(fault, 'error', field, at)
  if (reader.scope !== 'config') {
    nameRules(object, reader, report)
    metaRules(object, report)
  }
  reader.rules?.(object, report)
  if (findings.some((f) => f.severity === 'error')) return { findings }
  // As the server: warnings come with what was taken.
  reader.warnings?.(object, (field, fault, at) => add(fault, 'warning', field, at))
  const bare = {
    kind: reader.kind,
    apiVersion: textIn(object, 'apiVersion'),
    metadata: metadataOf(object, reader, seed),
    raw: object,
    is: reader.decode(object),
  }
  return { bare: bare as Bare, findings }
}

function nameRules(object: View, reader: KindReader, report: Report): void {
  const meta = mapIn(object, 'metadata')
  const name = textIn(meta, 'name')
  if (name !== '') for (const words of reader.nameForm(name)) report('metadata.name', invalid(name, words))
  else if (textIn(meta, 'generateName') === '') report('metadata.name', required('name or generateName is required'))
}

/** The letters of k8s.io/apimachinery/pkg/util/rand: no vowels, nothing that looks like another. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

/** Five letters that depend on the seed alone (FNV-1a), where the server takes random ones. */
function suffix(seed: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193) >>> 0
  let word = ''
  for (let i = 0; i < 5; i++) {
    word += LETTERS[hash % LETTERS.length]
    hash = Math.floor(hash / LETTERS.length)
  }
  return word
}

function metadataOf(object: View, reader: KindReader, seed: string): Metadata {
  const meta = mapIn(object, 'metadata')
  const generated = textIn(meta, 'generateName')
  return {
    name: textIn(meta, 'name') || (generated === '' ? (reader.name as string) : generated + suffix(seed)),
    namespace: reader.scope === 'namespaced' ? textIn(meta, 'namespace', 'default') : '',
    labels: textMapIn(meta, 'labels'),
    annotations: textMapIn(meta, 'annotations'),
    ...optional('uid', maybeText(meta, 'uid')),
    ...optional('creationTimestamp', maybeText(meta, 'creationTimestamp')),
    ...optional('deletionTimestamp', maybeText(meta, 'deletionTimestamp')),
  }
}

function otherOf(object: View): Bare {
  const meta = mapIn(object, 'metadata')
  const kind = textIn(object, 'kind')
  return {
    kind: 'Other',
    apiVersion: textIn(object, 'apiVersion'),
    metadata: {
      name: textIn(meta, 'name') || textIn(meta, 'generateName') || kind.toLowerCase(),
      namespace: textIn(meta, 'namespace'),
      labels: textMapIn(meta, 'labels'),
      annotations: textMapIn(meta, 'annotations'),
    },
    raw: object,
    is: { kind, json: object },
  } as Bare
}
