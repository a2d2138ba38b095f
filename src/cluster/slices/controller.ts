import type { EndpointAddress, SlicePort } from '../../manifest/kinds.ts'
import type { Metadata } from '../../manifest/object.ts'
import { familyOf } from '../../net/ip.ts'
import type { ClusterNode, ClusterPod, ClusterService, ClusterSlice } from '../cluster.ts'
import { made, madeBy, withFields } from '../made.ts'
import { generatedName } from '../names.ts'
import { keyOf } from '../pod-draft.ts'
import type { Settling } from '../settling.ts'
import { slicePorts } from './ports.ts'

/** --max-endpoints-per-slice. */
const PER_SLICE = 100
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
export const isEndpoint = (pod: ClusterPod): boolean => pod.podIPs.length > 0 && pod.nodeName !== '' && pod.phase === 'Running'

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

/**
 * The slices that the EndpointSlice controller writes for a Service with a selector, from nothing: at most 100 endpoints each,
 * sorted by Pod name. `names`: slices of the files that it would update, whose names it keeps.
 */
export function controllerSlices(
  s: Settling,
  service: ClusterService,
  selected: readonly ClusterPod[],
  nodes: ReadonlyMap<string, ClusterNode>,
  names: readonly string[],
): readonly ClusterSlice[] {
  const byName = (a: ClusterPod, b: ClusterPod): number => (a.meta.name < b.meta.name ? -1 : a.meta.name > b.meta.name ? 1 : 0)
  const groups = groupsOf(service, selected.filter(isEndpoint).sort(byName))
  const left = [...names]
  const taken = new Set(names)
  const key = keyOf(service.meta)
  const nameFor = (what: string): string => left.shift() ?? generatedName(`${service.meta.name}-`, `slice ${key} ${what}`, taken)
  const selector = (): number => service.causeOf('spec.selector')
  const by = 'endpointslice-controller'
  const slice = (name: string, family: Family, ports: readonly SlicePort[], pods: readonly ClusterPod[]): ClusterSlice => {
    const one = (pod: ClusterPod): number =>
      s.causes.add({ kind: 'by', by, why: 'selected-pod' }, [selector(), pod.causeOf('metadata.labels')])
    const origin = madeBy(s.causes, by, pods.length > 0 ? 'selected-pods' : 'no-selected-pod', (path) => {
      const i = /^ports\[(\d+)\]/.exec(path)?.[1]
      if (i === undefined) return [selector()]
      const at = service.spec.ports.findIndex((port) => port.name === ports[Number(i)]?.name)
      return [service.causeOf(at < 0 ? 'spec.ports' : `spec.ports[${at}]`)]
    })
    return withFields(made(sliceMeta(service, name), origin, service.madeUp), {
      is: { addressType: family, ports, endpoints: pods.map((pod) => endpointOf(service, pod, family, nodes)) },
      service: service.meta.name,
      endpointCause: (i: number): number => {
        const pod = pods[i]
        return pod ? one(pod) : 0
      },
    })
  }
  const out: ClusterSlice[] = []
  for (const [g, { family, ports, pods }] of groups.entries()) {
    for (let i = 0; i < pods.length; i += PER_SLICE) {
      out.push(slice(nameFor(`${family} ${g} ${i / PER_SLICE}`), family, ports, pods.slice(i, i + PER_SLICE)))
    }
  }
  if (out.length > 0) return out
  return service.spec.ipFamilies.map((family) => slice(nameFor(`${family} placeholder`), family, [], []))
}
