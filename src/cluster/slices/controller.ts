import type { EndpointAddress, EndpointSliceObject, SlicePort } from '../../manifest/kinds.ts'
import type { Metadata } from '../../manifest/object.ts'
import { familyOf } from '../../net/ip.ts'
import type { ClusterNode, ClusterPod, ClusterService, ClusterSlice } from '../cluster.ts'
import { made, madeBy, withFields } from '../made.ts'
import { generatedName } from '../names.ts'
import { keyOf } from '../pod-draft.ts'
import type { Settling } from '../settling.ts'
import type { Shares } from './hints.ts'
import { zoneHinting } from './late.ts'
import { slicePorts } from './ports.ts'
import { type Compare, reconcile } from './reconcile.ts'

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
export const SERVICE_NAME = 'kubernetes.io/service-name'
export const CONTROLLER = 'endpointslice-controller.k8s.io'

type Family = 'IPv4' | 'IPv6'

interface Group {
  readonly family: Family
  readonly ports: readonly SlicePort[]
  readonly pods: ClusterPod[]
}

/** Pods that may be endpoints: with an address, on a node that exists, and not finished. */
const isEndpoint = (pod: ClusterPod): boolean => pod.podIPs.length > 0 && pod.nodeName !== '' && pod.phase === 'Running'

/** One group for each address family and exact set of ports, in order of first use. */
function groupsOf(service: ClusterService, pods: readonly ClusterPod[]): readonly Group[] {
  const groups = new Map<string, Group>()
  const numeric = service.spec.ports.every((one) => typeof one.targetPort === 'number')
  const common = numeric && pods[0] ? slicePorts(service.spec.ports, pods[0].spec) : undefined
  for (const family of service.spec.ipFamilies) {
    for (const pod of pods) {
      if (!addressIn(pod, family)) continue
      const ports = common ?? slicePorts(service.spec.ports, pod.spec)
      const key = common ? family : `${family} ${JSON.stringify(ports)}`
      const group = groups.get(key)
      if (group) group.pods.push(pod)
      else groups.set(key, { family, ports, pods: [pod] })
    }
  }
  return [...groups.values()]
}

const addressIn = (pod: ClusterPod, family: Family) => pod.podIPs.find((one) => (familyOf(one) === 4) === (family === 'IPv4'))

function endpointOf(service: ClusterService, pod: ClusterPod, family: Family, nodes: ReadonlyMap<string, ClusterNode>): EndpointAddress {
  const zone = nodes.get(pod.nodeName)?.zone
  const { hostname, subdomain } = pod.spec
  const { terminating } = pod
  return {
    addresses: [addressIn(pod, family) as string],
    ready: service.spec.publishNotReadyAddresses || (pod.ready && !terminating),
    serving: pod.ready,
    terminating,
    nodeName: pod.nodeName,
    ...(zone !== undefined && { zone }),
    ...(hostname !== undefined && subdomain === service.meta.name && { hostname }),
    targetRef: { kind: 'Pod', namespace: pod.meta.namespace, name: pod.meta.name },
  }
}

export function sliceMeta(service: ClusterService, name: string): Metadata {
  const headless = service.spec.clusterIPs[0] === 'None'
  return {
    name,
    namespace: service.meta.namespace,
    labels: {
      ...service.meta.labels,
      [MANAGED_BY]: CONTROLLER,
      [SERVICE_NAME]: service.meta.name,
      ...(headless && { 'service.kubernetes.io/headless': '' }),
    },
    annotations: {},
  }
}

/** An endpoint, and the Pod that it is; none behind one that a file has and no Pod is. */
export interface Chosen {
  readonly says: EndpointAddress
  readonly pod?: ClusterPod
}

/** By address and Pod; the rest is what an endpoint says. */
export const comparison: Compare<Chosen> = {
  key: ({ says }) => `${says.addresses[0]} ${says.targetRef?.namespace ?? ''}/${says.targetRef?.name ?? ''}`,
  equal: ({ says: a }, { says: b }) =>
    a.ready === b.ready &&
    a.serving === b.serving &&
    a.terminating === b.terminating &&
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.hostname === b.hostname,
}

/** Ports as the controller compares them: as a set. */
const portKey = (ports: readonly SlicePort[]): string =>
  ports
    .map(({ name, protocol, port }) => `${name} ${protocol} ${port}`)
    .sort()
    .join()

/** A slice to be: of a standing one it has the name. */
interface Draft {
  readonly name?: string
  readonly family: Family
  readonly ports: readonly SlicePort[]
  readonly endpoints: readonly Chosen[]
  /** What a new name follows from. */
  readonly seed: string
}

/** All slices after a sync. What goes gives its name to what comes, so that two writes are one (finalize). */
function draftsOf(
  service: ClusterService,
  groups: readonly Group[],
  nodes: ReadonlyMap<string, ClusterNode>,
  managed: readonly EndpointSliceObject[],
): readonly Draft[] {
  const old = managed.map(({ metadata, is }) => ({ name: metadata.name, is, group: `${is.addressType} ${portKey(is.ports)}` }))
  const known = new Set(groups.map(({ family, ports }) => `${family} ${portKey(ports)}`))
  return service.spec.ipFamilies.flatMap((family) => {
    const free = old.filter(({ is, group }) => is.addressType === family && !known.has(group)).map(({ name }) => name)
    const drafts: Draft[] = []
    const created: Draft[] = []
    for (const [g, { family: of, ports, pods }] of groups.entries()) {
      if (of !== family) continue
      const standing = old
        .filter(({ group }) => group === `${family} ${portKey(ports)}`)
        .map(({ name, is }) => ({ name, endpoints: is.endpoints.map((says): Chosen => ({ says })) }))
      const desired = pods.map((pod): Chosen => ({ says: endpointOf(service, pod, family, nodes), pod }))
      const done = reconcile(standing, desired, comparison)
      for (const { name, endpoints } of done.slices) drafts.push({ name, family, ports, endpoints, seed: '' })
      for (const [i, endpoints] of done.created.entries()) created.push({ family, ports, endpoints, seed: `${family} ${g} ${i}` })
      free.push(...done.removed)
    }
    if (drafts.length + created.length === 0) created.push({ family, ports: [], endpoints: [], seed: `${family} placeholder` })
    const named = created.map((one, i): Draft => {
      const name = free[created.length - 1 - i]
      return name === undefined ? one : { ...one, name }
    })
    return [...drafts, ...named]
  })
}

const OLD = 'service.kubernetes.io/topology-aware-hints'
const MODE = 'service.kubernetes.io/topology-mode'

/** Whether the Service asks the controller for hints: the older annotation wins. */
function wantsHints(annotations: Readonly<Record<string, string>>): boolean {
  const value = annotations[OLD] ?? annotations[MODE]
  return value === 'Auto' || value === 'auto'
}

/** What the controller sees beside a Service and its Pods. */
export interface Surroundings {
  readonly nodes: ReadonlyMap<string, ClusterNode>
  /** Asked for where hints are. */
  shares(): Shares | undefined
  /** Hints that were asked for are given up. */
  disabled(why: string): void
}

/** The same with the hints that the Service asks for, family by family. */
function hinted(service: ClusterService, drafts: readonly Draft[], { shares, disabled }: Surroundings): readonly Draft[] {
  if (!wantsHints(service.meta.annotations)) return drafts
  const { zoneHints } = zoneHinting.get()
  return service.spec.ipFamilies.flatMap((family) => {
    const own = drafts.filter((one) => one.family === family)
    const found = zoneHints(
      own.flatMap(({ endpoints }) => endpoints.map(({ says }) => says)),
      shares(),
    )
    if ('why' in found) {
      disabled(`${found.why}, addressType: ${family}`)
      return own
    }
    const hints = [...found.hints]
    return own.map((one) => ({
      ...one,
      endpoints: one.endpoints.map((e): Chosen => {
        const zone = hints.shift()
        return zone === undefined ? e : { ...e, says: { ...e.says, hints: [zone] } }
      }),
    }))
  })
}

/**
 * The slices that the EndpointSlice controller writes for a Service with a selector: Pods in the order of their names, at most 100 in a
 * slice. `managed`: slices of the files that it wrote before, which it changes as little as it can.
 */
export function controllerSlices(
  s: Settling,
  service: ClusterService,
  selected: readonly ClusterPod[],
  around: Surroundings,
  managed: readonly EndpointSliceObject[],
): readonly ClusterSlice[] {
  const byName = (a: ClusterPod, b: ClusterPod): number => (a.meta.name < b.meta.name ? -1 : a.meta.name > b.meta.name ? 1 : 0)
  const groups = groupsOf(service, selected.filter(isEndpoint).sort(byName))
  const taken = new Set(managed.map(({ metadata }) => metadata.name))
  const key = keyOf(service.meta)
  const selector = (): number => service.causeOf('spec.selector')
  const by = 'endpointslice-controller'
  const drafts = hinted(service, draftsOf(service, groups, around.nodes, managed), around)
  return drafts.map(({ name, family, ports, endpoints, seed }) => {
    const origin = madeBy(s.causes, by, endpoints.length > 0 ? 'selected-pods' : 'no-selected-pod', (path) => {
      const i = /^ports\[(\d+)\]/.exec(path)?.[1]
      if (i === undefined) return [selector()]
      const at = service.spec.ports.findIndex((port) => port.name === ports[Number(i)]?.name)
      return [service.causeOf(at < 0 ? 'spec.ports' : `spec.ports[${at}]`)]
    })
    const meta = sliceMeta(service, name ?? generatedName(`${service.meta.name}-`, `slice ${key} ${seed}`, taken))
    return withFields(made(meta, origin, service.madeUp), {
      is: { addressType: family, ports, endpoints: endpoints.map(({ says }) => says) },
      service: service.meta.name,
      endpointCause: (i: number): number => {
        const pod = endpoints[i]?.pod
        return pod ? s.causes.add({ kind: 'by', by, why: 'selected-pod' }, [selector(), pod.causeOf('metadata.labels')]) : 0
      },
    })
  })
}
