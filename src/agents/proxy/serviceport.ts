import type { Cluster, ClusterService } from '../../cluster/cluster.ts'
import { maskedCidr } from '../../net/cidr.ts'
import { type Cidr, type Family, familyOf, type Ip } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'

/** A value of a Service and where it stands in it. */
export interface Placed<T> {
  readonly value: T
  readonly path: string
}

/** One port of one Service as kube-proxy of one address family sees it (pkg/proxy/serviceport.go). */
export interface ServicePort {
  /** `namespace/name:port`, `namespace/name` for an unnamed port. */
  readonly name: string
  readonly portName: string
  readonly proto: 'tcp' | 'udp' | 'sctp'
  readonly service: ClusterService
  readonly clusterIP: Ip
  readonly port: number
  /** 0: none. */
  readonly nodePort: number
  readonly externalIPs: readonly Placed<Ip>[]
  readonly vips: readonly Placed<Ip>[]
  readonly ranges: readonly Placed<Cidr>[]
  /** Seconds; undefined without session affinity. */
  readonly affinity?: number
  readonly internalLocal: boolean
  readonly externalLocal: boolean
  readonly externallyAccessible: boolean
  readonly usesCluster: boolean
  readonly usesLocal: boolean
  /** 0: none. */
  readonly healthCheckNodePort: number
  /** Cause of a field of this port: `port`, `targetPort`, `nodePort`. */
  portCause(field: string): CauseId
}

/** kube-proxy's own selector: objects with these labels belong to another program. */
const HIDING = ['service.kubernetes.io/service-proxy-name', 'service.kubernetes.io/headless']
export const isHidden = (labels: Readonly<Record<string, string>>): boolean => HIDING.some((l) => labels[l] !== undefined)

const NONE: readonly never[] = []
const placed = <T extends Ip | Cidr>(
  list: readonly (T | undefined)[],
  family: Family,
  path: (i: number) => string,
): readonly Placed<T>[] =>
  list.length === 0
    ? NONE
    : list.flatMap((value, i) => (value !== undefined && familyOf(value) === family ? [{ value, path: path(i) }] : []))

function portsOf(service: ClusterService, family: Family): readonly ServicePort[] {
  const { spec, meta } = service
  const clusterIP = spec.clusterIPs.find((a): a is Ip => a !== 'None' && familyOf(a) === family)
  if (clusterIP === undefined || spec.type === 'ExternalName' || isHidden(meta.labels)) return []
  const externalIPs = placed(spec.externalIPs, family, (i) => `spec.externalIPs[${i}]`)
  const vips = placed(
    service.ingress.map((g) => (g.ipMode === 'Proxy' ? undefined : g.ip)),
    family,
    (i) => `status.loadBalancer.ingress[${i}]`,
  )
  const ranges = placed(spec.loadBalancerSourceRanges, family, (i) => `spec.loadBalancerSourceRanges[${i}]`).map((r) => ({
    ...r,
    value: maskedCidr(r.value),
  }))
  const hasNodePorts = spec.type === 'NodePort' || spec.type === 'LoadBalancer'
  const internalLocal = spec.internalTrafficPolicy === 'Local'
  const externalLocal = spec.externalTrafficPolicy === 'Local' && (hasNodePorts || spec.externalIPs.length > 0)
  const full = `${meta.namespace}/${meta.name}`
  return spec.ports.map((p, i): ServicePort => {
    const nodePort = hasNodePorts ? p.nodePort : 0
    const externallyAccessible = nodePort !== 0 || vips.length > 0 || externalIPs.length > 0
    return {
      name: p.name === '' ? full : `${full}:${p.name}`,
      portName: p.name,
      proto: p.protocol.toLowerCase() as ServicePort['proto'],
      service,
      clusterIP,
      port: p.port,
      nodePort,
      externalIPs,
      vips,
      ranges,
      ...(spec.sessionAffinity === 'ClientIP' ? { affinity: spec.affinityTimeout } : {}),
      internalLocal,
      externalLocal,
      externallyAccessible,
      usesCluster: !internalLocal || externallyAccessible,
      usesLocal: internalLocal || (externalLocal && externallyAccessible),
      healthCheckNodePort: spec.type === 'LoadBalancer' && externalLocal ? spec.healthCheckNodePort : 0,
      portCause: (field) => service.causeOf(`spec.ports[${i}].${field}`),
    }
  })
}

const known = new WeakMap<Cluster, Map<Family, readonly ServicePort[]>>()

/**
 * All service ports of one family in the order of the text of their names. A real kube-proxy walks a hash map: any order
 * is as good, this one is stable.
 */
export function servicePorts(cluster: Cluster, family: Family): readonly ServicePort[] {
  const of = known.get(cluster) ?? new Map<Family, readonly ServicePort[]>()
  known.set(cluster, of)
  const old = of.get(family)
  if (old !== undefined) return old
  const all = cluster.services.flatMap((s) => portsOf(s, family))
  all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.proto < b.proto ? -1 : a.proto > b.proto ? 1 : 0))
  of.set(family, all)
  return all
}
