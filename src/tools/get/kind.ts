import type { Cluster } from '../../cluster/cluster.ts'
import type { Json, Metadata } from '../../manifest/object.ts'

/** How `kubectl get` shows one kind of object. */
export interface Kind<T extends { readonly meta: Metadata }> {
  /** Plural first, then the other names by which it is asked for. */
  readonly names: readonly [string, ...string[]]
  all(cluster: Cluster): readonly T[]
  readonly columns: readonly string[]
  /** Columns that -o wide adds. */
  readonly wide: readonly string[]
  cells(one: T, wide: boolean): readonly string[]
  wideCells(one: T): readonly string[]
  json(one: T): Json
}
