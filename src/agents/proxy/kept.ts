import type { ClusterSlice } from '../../cluster/cluster.ts'
import { slicesOf } from './endpoints.ts'
import type { ServicePort } from './serviceport.ts'
import type { ProxyView } from './view.ts'

/** Equal as data. Objects that are the very same are not looked into: what an edit did not touch costs nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((one, i) => same(one, b[i]))
  }
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}

/** What a service port's text is made of beside the node and the configuration: its Service, and the slices behind it. */
interface Entry<T> {
  readonly spec: unknown
  readonly ingress: unknown
  readonly annotations: unknown
  readonly slices: readonly unknown[]
  readonly made: T
}

const isSame = (old: Entry<unknown>, { spec, ingress, meta }: ServicePort['service'], slices: readonly ClusterSlice[]): boolean =>
  same(old.spec, spec) &&
  same(old.ingress, ingress) &&
  same(old.annotations, meta.annotations) &&
  old.slices.length === slices.length &&
  old.slices.every((one, i) => same(one, slices[i]?.is))

function entryOf<T>({ spec, ingress, meta }: ServicePort['service'], slices: readonly ClusterSlice[], made: T): Entry<T> {
  return { spec, ingress, annotations: meta.annotations, slices: slices.map((one) => one.is), made }
}

/** What the same parts came to. */
interface Join {
  readonly parts: readonly unknown[]
  readonly made: unknown
}

/** What one sync leaves: by service port, and what was joined of that, by the name it was given. */
interface Sync {
  readonly ports: ReadonlyMap<string, Entry<unknown>>
  readonly joins: ReadonlyMap<string, Join>
}

/** The last sync of each of a few kube-proxies. */
const syncs = new Map<string, Sync>()
const MOST_SYNCS = 4

export interface Keeping<T> {
  /** What `make` makes of the port, or what the last sync made of the same. */
  of(port: ServicePort, make: () => T): T
  /** What `make` makes of these parts, or made of the very same in the last sync. */
  joined<P, J>(name: string, parts: readonly P[], make: (parts: readonly P[]) => J): J
  /** Ends the sync: what it did not ask for is forgotten. */
  done(): void
}

/**
 * What one sync leaves to the next, as the real kube-proxy's partial sync does: texts of Services that are the same in every part the text is
 * made of. `what` names all else that it depends on: the mode, and what it takes from the configuration.
 */
export function keeping<T>({ cluster, node, family, detector, nodeIP }: ProxyView, ...what: readonly unknown[]): Keeping<T> {
  const signature = JSON.stringify([family, node.meta.name, node.zone, detector, nodeIP, ...what])
  const last = syncs.get(signature)
  const before = last?.ports as ReadonlyMap<string, Entry<T>> | undefined
  const now = new Map<string, Entry<T>>()
  const joins = new Map<string, Join>()
  return {
    of(port, make) {
      const key = port.proto === 'tcp' ? port.name : `${port.name} ${port.proto}`
      const slices = slicesOf(cluster, port)
      const old = before?.get(key)
      const entry = old !== undefined && isSame(old, port.service, slices) ? old : entryOf(port.service, slices, make())
      now.set(key, entry)
      return entry.made
    },
    joined<P, J>(name: string, parts: readonly P[], make: (parts: readonly P[]) => J) {
      const old = last?.joins.get(name)
      const isOld = old !== undefined && old.parts.length === parts.length && parts.every((one, i) => one === old.parts[i])
      const join = isOld ? old : { parts, made: make(parts) }
      joins.set(name, join)
      return join.made as J
    },
    done() {
      syncs.delete(signature)
      if (syncs.size >= MOST_SYNCS) syncs.delete(syncs.keys().next().value as string)
      syncs.set(signature, { ports: now, joins })
    },
  }
}
