import { fieldName } from './complete/field-name.ts'
import type { KubernetesSchema } from './complete/kubernetes.ts'
import { aroundOf, isUsed, meaningAt, type TypeWord, typeWord, wholeOf, wordsOf } from './complete/meaning.ts'
import { type Entry, outlineOf, pathTo, valueText } from './complete/outline.ts'
import { documentAt } from './complete.ts'
import { newerField, newerValue } from './newer.ts'
import { refOf } from './object.ts'
import { type Path, pathText } from './text/path.ts'

/** What is known of the field under the pointer, apart from what the engine made of it. */
export interface Hovered {
  /** The key, or the value where the pointer is on it. Characters of the file. */
  readonly from: number
  readonly to: number
  /** "Service default/web", as refOf names it; the kind alone while it has no name. */
  readonly object: string
  readonly kind: string
  /** `spec.ports[0].port` below the object. */
  readonly path: string
  /** Name in words/fields.ts, whether or not there is a sentence. */
  readonly field: string
  readonly type: TypeWord
  readonly words: readonly string[]
  readonly value: string
  readonly used: boolean
  /** The field, or the value, is not in Kubernetes v1.30; the version that has it, '' when only that is known. */
  readonly newer?: string
}

const CLUSTER_WIDE = /^(Node|Namespace|PersistentVolume|ClusterRole|ClusterRoleBinding|StorageClass|IngressClass|PriorityClass)$/
const CONFIG = /^(KubeProxyConfiguration|ClusterConfiguration|Lab)$/

/** The field at an offset of a file; undefined between fields, in comments, and where no table knows the field. */
export function hoverAt(text: string, offset: number, schema?: KubernetesSchema): Hovered | undefined {
  const document = documentAt(text, offset)
  const at = offset - document.from
  if (at < 0 || at > document.text.length) return undefined
  const outline = outlineOf(document.text)
  const index = outline.entries.findIndex((e) => covers(e, at))
  const entry = outline.entries[index]
  if (!entry) return undefined
  const full = pathTo(outline, index)
  const around = aroundOf(outline, full)
  const path: Path = full.slice(around.prefix.length)
  const whole = wholeOf(around, schema)
  const meaning = meaningAt(whole, path)
  if (!meaning || path.length === 0) return undefined
  const names = path.filter((step) => typeof step === 'string')
  const value = valueText(outline, entry)
  const version = newerField(around.kind, names) ?? newerValue(around.kind, names, value) ?? (meaning.newer || whole.newer ? '' : undefined)
  const onKey = entry.from <= at && at <= entry.to
  const namespace = CLUSTER_WIDE.test(around.kind) || CONFIG.test(around.kind) ? '' : around.namespace || 'default'
  const name = around.name || (around.kind === 'Lab' ? 'lab' : around.kind === 'KubeProxyConfiguration' ? 'kube-proxy' : '')
  return {
    from: document.from + (onKey ? entry.from : entry.valueFrom),
    to: document.from + (onKey ? entry.to : entry.valueTo),
    object: name === '' ? around.kind : refOf({ kind: around.kind, metadata: { name, namespace } }),
    kind: around.kind,
    path: pathText(path),
    field: fieldName(around.kind, path),
    type: typeWord(meaning),
    words: typeWord(meaning) === 'bool' ? [] : wordsOf(meaning),
    value,
    used: isUsed(meaning),
    ...(version === undefined ? {} : { newer: version }),
  }
}

const covers = (e: Entry, at: number): boolean =>
  (e.key !== undefined && e.from <= at && at <= e.to) || (e.valueFrom < e.valueTo && e.valueFrom <= at && at <= e.valueTo)
