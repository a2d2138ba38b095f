import type { Cluster, ClusterService, ClusterSlice } from '../../cluster/cluster.ts'
import { subsetsOf } from '../../cluster/endpoints.ts'
import { type Chosen, CONTROLLER, comparison, MANAGED_BY } from '../../cluster/slices/controller.ts'
import { reconcile } from '../../cluster/slices/reconcile.ts'
import type { EndpointAddress } from '../../manifest/kinds.ts'
import type { Json, Metadata } from '../../manifest/object.ts'
import { endpoints as endpointsKind } from './endpoints.ts'
import { endpointslices } from './endpointslices.ts'
import { printTable } from './table.ts'

/** What may happen to one Pod of a Service: its readiness fails, it is deleted, or one more comes. */
export type PodChange = 'not-ready' | 'deleted' | 'new'
const CHANGES: readonly PodChange[] = ['not-ready', 'deleted', 'new']

/** What controllers write when one Pod changes. Bytes: of the objects after it, each as it goes to everyone who watches. */
export interface Rewritten {
  readonly change: PodChange
  readonly slices: number
  readonly sliceBytes: number
  /** 0: not written. */
  readonly endpointsBytes: number
}

/** One Service's Pods and slices, and what each change of one Pod costs. */
export interface Cost {
  readonly namespace: string
  readonly name: string
  readonly endpoints: number
  readonly slices: number
  readonly changes: readonly Rewritten[]
}

const UID = '00000000-0000-0000-0000-000000000000'
const uids = (ref: Json | undefined): Json | undefined => (ref === undefined ? undefined : { ...(ref as object), uid: UID })

/**
 * Length of an object as JSON, as an API server sends it: with uids, versions, times and owner, which a lab does not know and which are as long
 * in every cluster; without managedFields. All characters are ASCII. What programs ask for in protobuf is about half as long.
 */
function bytesOf(object: Json, meta: Metadata, owned: boolean): number {
  const time = '2026-01-01T00:00:00Z'
  const owner = { apiVersion: 'v1', blockOwnerDeletion: true, controller: true, kind: 'Service', name: meta.name, uid: UID }
  const served = {
    ...(object as object),
    metadata: {
      ...((object as { readonly metadata: object }).metadata as object),
      annotations: { ...meta.annotations, 'endpoints.kubernetes.io/last-change-trigger-time': time },
      creationTimestamp: time,
      resourceVersion: '100000',
      uid: UID,
      ...(owned ? { generateName: `${meta.name.slice(0, -5)}`, generation: 1, ownerReferences: [owner] } : {}),
    },
  }
  const text = JSON.stringify(served, (key, value: Json) => (key === 'targetRef' ? uids(value) : value))
  return text.length
}

const sliceBytes = (slice: ClusterSlice): number => bytesOf(endpointslices.json(slice), slice.meta, true)

function endpointsBytes(service: ClusterService, slices: readonly ClusterSlice[]): { readonly text: string; readonly bytes: number } {
  const object = { meta: { ...service.meta, annotations: {} }, subsets: subsetsOf(service, slices) }
  const json = endpointsKind.json(object as Parameters<typeof endpointsKind.json>[0])
  return { text: JSON.stringify(json), bytes: bytesOf(json, object.meta, false) }
}

/** The newcomer: as another endpoint, under a name and an address as long as those. */
const newcomer = (like: EndpointAddress): EndpointAddress => ({
  ...like,
  addresses: [(like.addresses[0] ?? '').replace(/.$/, (last) => (last === '1' ? '2' : '1'))],
  ...(like.targetRef && { targetRef: { ...like.targetRef, name: like.targetRef.name.replace(/.$/, '~') } }),
})

/** What one endpoint is after the change: nothing, itself, or it and one more. */
function after(change: PodChange, e: EndpointAddress, published: boolean): readonly EndpointAddress[] {
  switch (change) {
    case 'not-ready':
      return [{ ...e, ready: published, serving: false }]
    case 'deleted':
      return []
    case 'new':
      return [e, newcomer(e)]
  }
}

/** Whose endpoint it is: a Pod has one in each family. */
const whose = (e: EndpointAddress): string => e.targetRef?.name ?? e.addresses[0] ?? ''

function rewritten(service: ClusterService, slices: readonly ClusterSlice[], pod: string, change: PodChange): Rewritten {
  const chosen = (one: EndpointAddress): Chosen => ({ says: one })
  let [written, bytes] = [0, 0]
  const then: ClusterSlice[] = []
  const groups = new Map<string, ClusterSlice[]>()
  for (const one of slices) {
    const key = `${one.is.addressType} ${JSON.stringify(one.is.ports)}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  for (const group of groups.values()) {
    const standing = group.map(({ meta, is }) => ({ name: meta.name, endpoints: is.endpoints.map(chosen) }))
    const desired = group.flatMap(({ is }) =>
      is.endpoints.flatMap((e) => (whose(e) === pod ? after(change, e, service.spec.publishNotReadyAddresses) : e)),
    )
    const done = reconcile(standing, desired.map(chosen), comparison)
    const like = group[0] as ClusterSlice
    const of = (name: string, endpoints: readonly Chosen[], base: ClusterSlice): ClusterSlice => ({
      ...base,
      meta: { ...base.meta, name },
      is: { ...base.is, endpoints: endpoints.map(({ says }) => says) },
    })
    const gone = new Set(done.removed)
    // The last slice of a Service stays as a placeholder: without endpoints and ports.
    const last = group.length === gone.size ? group.slice(0, 1) : []
    const emptied = last.map((one) => ({ ...one, is: { ...one.is, endpoints: [], ports: [] } }))
    const changed = done.slices.filter((one) => one.written).map(({ name, endpoints }) => of(name, endpoints, like))
    const created = done.created.map((endpoints) => of(like.meta.name, endpoints, like))
    for (const one of [...changed, ...created, ...emptied]) bytes += sliceBytes(one)
    written += changed.length + created.length + Math.max(gone.size, emptied.length)
    then.push(...done.slices.map(({ name, endpoints }) => of(name, endpoints, like)), ...created, ...emptied)
  }
  const [old, now] = [endpointsBytes(service, slices), endpointsBytes(service, then)]
  return { change, slices: written, sliceBytes: bytes, endpointsBytes: old.text === now.text ? 0 : now.bytes }
}

/** What one changed Pod costs a Service; undefined where no controller writes its slices, or no Pod is there. The Pod is the first of the fullest slice. */
export function costOf(cluster: Cluster, service: ClusterService): Cost | undefined {
  const { namespace, name } = service.meta
  const slices = cluster.slices.filter(
    (one) => one.service === name && one.meta.namespace === namespace && one.meta.labels[MANAGED_BY] === CONTROLLER,
  )
  const fullest = [...slices].sort((a, b) => b.is.endpoints.length - a.is.endpoints.length)[0]
  const first = fullest?.is.endpoints[0]
  if (first === undefined) return undefined
  const endpoints = new Set(slices.flatMap(({ is }) => is.endpoints.map(whose))).size
  const changes = CHANGES.map((change) => rewritten(service, slices, whose(first), change))
  return { namespace, name, endpoints, slices: slices.length, changes }
}

/** `get -o changes`: a line for each Service and change. */
export function changesTable(cluster: Cluster, { namespace = 'default', allNamespaces = false }): string {
  const costs = cluster.services
    .filter(({ meta }) => allNamespaces || meta.namespace === namespace)
    .flatMap((service) => costOf(cluster, service) ?? [])
    .sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1))
  if (costs.length === 0) return `No resources found${allNamespaces ? '' : ` in ${namespace} namespace.`}\n`
  const front = allNamespaces ? ['NAMESPACE'] : []
  return printTable({
    columns: [...front, 'SERVICE', 'PODS', 'SLICES', 'ONE-POD', 'SLICES-WRITTEN', 'BYTES', 'ENDPOINTS-BYTES'],
    rows: costs.flatMap((one) =>
      one.changes.map(({ change, slices, sliceBytes: bytes, endpointsBytes: beside }) => [
        ...(allNamespaces ? [one.namespace] : []),
        ...[one.name, `${one.endpoints}`, `${one.slices}`, change, `${slices}`, `${bytes}`, `${beside}`],
      ]),
    ),
  })
}
