import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import { type Family, familyOf, type Ip } from '../../net/ip.ts'
import { endpointsOf, localReady } from './endpoints.ts'
import { type ServicePort, servicePorts } from './serviceport.ts'

/** `namespace/name port=N localReadyEndpoints=K` for each Service with a health check port; 0 answers 503. */
export function healthChecks(cluster: Cluster, node: ClusterNode, family: Family): readonly string[] {
  const lines = servicePorts(cluster, family)
    .filter((p) => p.healthCheckNodePort !== 0)
    .map(
      (p) =>
        `${p.service.meta.namespace}/${p.service.meta.name} port=${p.healthCheckNodePort} localReadyEndpoints=${localReady(cluster, p, node)}`,
    )
  return [...new Set(lines)].sort()
}

const addressesOf = (port: ServicePort): readonly Ip[] => [
  port.clusterIP,
  ...port.externalIPs.map((e) => e.value),
  ...port.vips.map((v) => v.value),
]

/**
 * Conntrack entries that the first sync deletes: a UDP flow that began before its Service had endpoints would else stay
 * without DNAT for as long as it goes on (pkg/proxy/conntrack/cleanup.go).
 */
export function conntrackCleanup(cluster: Cluster, node: ClusterNode, family: Family): readonly string[] {
  const udp = servicePorts(cluster, family).filter((p) => p.proto === 'udp' && endpointsOf(cluster, p, node).some((e) => e.serving))
  const lines = udp.flatMap((p) => [
    ...addressesOf(p).map((a) => `delete proto=udp orig-dst=${a}`),
    ...(p.nodePort === 0 ? [] : [`delete proto=udp orig-dport=${p.nodePort} ipv6=${familyOf(p.clusterIP) === 6}`]),
  ])
  return [...new Set(lines)].sort()
}
