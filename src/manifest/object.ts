import type { Where } from '../trace/problem.ts'

/** One text as the user has it. Names end in .yaml or .yml; `-` is standard input. */
export interface SourceFile {
  readonly name: string
  readonly text: string
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Where an object stands, and how its fields are found again in the text. */
export interface Source {
  readonly file: string
  /** Index of the document in the file, from 0; for a member of `kind: List` the List's document. */
  readonly document: number
  /** Characters from the start of the file to the object. */
  readonly offset: number
  /** Place of `spec.ports[0].port` (dots, [n], and ["a.b"] for keys with dots); the nearest parent that exists when the path does not; '' is the object. `line`: of the text that stands there, from 1. */
  where(path: string, line?: number): Where
}

/** metadata with its defaults: names are never empty, namespace is '' for cluster-scoped kinds and 'default' when left out. */
export interface Metadata {
  readonly name: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Only as a file from a running cluster has them. */
  readonly uid?: string
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
}

export interface ObjectOf<K extends string, Fields> {
  readonly kind: K
  readonly apiVersion: string
  readonly metadata: Metadata
  readonly source: Source
  /** The document as it was written, after YAML but before defaults. */
  readonly raw: { readonly [key: string]: Json }
  readonly is: Fields
  /** Not there from the start: the step of its Lab's timeline that applies it. */
  readonly step?: number
}

/** "Service default/web", "Node worker-1": how causes and messages name an object. */
export function refOf(object: {
  readonly kind: string
  readonly metadata: Pick<Metadata, 'name' | 'namespace'>
  readonly is?: object
}): string {
  const { namespace, name } = object.metadata
  // An object of a kind that only a CNI reads goes by the kind that is written.
  const kind = object.kind === 'Other' && object.is !== undefined && 'kind' in object.is ? object.is.kind : object.kind
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`
}
