import type { EndpointSliceObject, EndpointsObject } from '../../manifest/kinds.ts'
import type { ClusterNode, ClusterPod, ClusterService, ClusterSlice } from '../cluster.ts'
import { labelIndex } from '../labels.ts'
import { keyOf } from '../pod-draft.ts'
import { report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { CONTROLLER, controllerSlices, MANAGED_BY, SERVICE_NAME } from './controller.ts'
import { givenSlice, isMirrored, MIRRORED, mirroredSlices } from './given.ts'
import type { Shares } from './hints.ts'
import { zoneHinting } from './late.ts'

export interface SettledSlices {
  readonly slices: readonly ClusterSlice[]
  /** Those that no Pod of the lab stands behind for certain: their endpoints may need stand-ins. */
  readonly given: readonly ClusterSlice[]
  /** The Pods that each Service's selector matches. */
  readonly selected: ReadonlyMap<ClusterService, readonly ClusterPod[]>
}

function groupBy<T>(list: readonly T[], key: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const out = new Map<string, T[]>()
  for (const one of list) {
    const k = key(one)
    const group = out.get(k)
    if (group) group.push(one)
    else out.set(k, [one])
  }
  return out
}

/** What a slice says, to see whether two sets of slices say the same. */
const said = (slices: readonly { readonly is: ClusterSlice['is'] }[]): string =>
  slices
    .flatMap(({ is }) =>
      is.endpoints.map(
        (one) =>
          `${one.addresses[0]} ${one.ready ?? true} ${is.ports
            .map((p) => `${p.name} ${p.protocol} ${p.port}`)
            .sort()
            .join()}`,
      ),
    )
    .sort()
    .join('\n')

const hasSelector = (service: ClusterService): boolean =>
  service.spec.type !== 'ExternalName' && service.spec.selector !== undefined && Object.keys(service.spec.selector).length > 0

/** All EndpointSlices, in the order of the Services. Slices of a file count, unless the controller manages them and a Pod in the lab matches the selector. */
export function settleSlices(
  s: Settling,
  sorted: Sorted,
  services: readonly ClusterService[],
  pods: readonly ClusterPod[],
  nodes: readonly ClusterNode[],
): SettledSlices {
  const slicesOf = groupBy(sorted.slices, (one) => `${one.metadata.namespace}/${one.metadata.labels[SERVICE_NAME] ?? ''}`)
  const endpointsOf = new Map(sorted.endpoints.map((one) => [keyOf(one.metadata), one]))
  const find = labelIndex(pods)
  const nodeMap = new Map(nodes.map((one) => [one.meta.name, one]))
  const selected = new Map<ClusterService, readonly ClusterPod[]>()
  const used: ClusterSlice[] = []
  const given: ClusterSlice[] = []
  const seen = new Set<EndpointSliceObject>()
  const keep = (...slices: readonly ClusterSlice[]): void => {
    used.push(...slices)
    given.push(...slices)
  }
  let known: { readonly shares: Shares | undefined } | undefined
  const shares = (): Shares | undefined => {
    known ??= { shares: zoneHinting.get().zoneShares(sorted.nodes) }
    return known.shares
  }
  const givenUp = (service: ClusterService, why: string): void => {
    const object = sorted.services.find((one) => keyOf(one.metadata) === keyOf(service.meta))
    const text = `TopologyAwareHintsDisabled: ${why}`
    report(s, 'hint', 'api', { text }, object && { object, path: 'metadata.annotations' })
  }
  const mirror = (object: EndpointsObject | undefined): readonly ClusterSlice[] => (object ? mirroredSlices(s, object) : [])
  for (const service of services) {
    const own = slicesOf.get(keyOf(service.meta)) ?? []
    for (const one of own) seen.add(one)
    const endpoints = endpointsOf.get(keyOf(service.meta))
    if (!hasSelector(service)) {
      keep(...own.map((one) => givenSlice(s, one)))
      const done = own.some((one) => one.metadata.labels[MANAGED_BY] === MIRRORED)
      if (service.spec.type !== 'ExternalName' && endpoints && isMirrored(endpoints) && !done) keep(...mirror(endpoints))
      continue
    }
    const matching = find(service.meta.namespace, service.spec.selector ?? {})
    selected.set(service, matching)
    if (matching.length === 0 && (own.length > 0 || (endpoints?.is.subsets.length ?? 0) > 0)) {
      keep(...(own.length > 0 ? own.map((one) => givenSlice(s, one)) : mirror(endpoints)))
      continue
    }
    const managed = own.filter((one) => one.metadata.labels[MANAGED_BY] === CONTROLLER)
    const around = { nodes: nodeMap, shares, disabled: (why: string) => givenUp(service, why) }
    const fresh = controllerSlices(s, service, matching, around, managed)
    used.push(...fresh)
    const old = managed[0]
    if (old && said(managed) !== said(fresh)) {
      report(s, 'warning', 'slice-recomputed', { slice: old.metadata.name, service: service.meta.name }, { object: old, path: 'endpoints' })
    }
    keep(...own.filter((one) => one.metadata.labels[MANAGED_BY] !== CONTROLLER).map((one) => givenSlice(s, one)))
  }
  for (const one of sorted.slices) {
    if (seen.has(one)) continue
    keep(givenSlice(s, one))
    const params = { slice: one.metadata.name, service: one.metadata.labels[SERVICE_NAME] ?? '' }
    report(s, 'hint', 'slice-without-service', params, { object: one, path: 'metadata.labels' })
  }
  return { slices: used, given, selected }
}
