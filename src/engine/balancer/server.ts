import { localReady } from '../../agents/proxy/endpoints.ts'
import { HEALTHZ, healthChecked, healthzProcess } from '../../agents/proxy/healthz.ts'
import { servicePorts } from '../../agents/proxy/serviceport.ts'
import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import { familyOf, type Ip } from '../../net/ip.ts'
import { healthServer } from '../../userspace/http/healthz.ts'
import type { Process } from '../../userspace/process.ts'

/** Set by the cluster autoscaler before it takes a node away. */
const GOING = 'ToBeDeletedByClusterAutoscaler'

/** kube-proxy's HTTP servers on a node: what they say comes from the same slices as its rules. */
export function proxyHealth(cluster: Cluster, node: ClusterNode): Process {
  return healthServer(healthzProcess(node.meta.name), {
    healthz: HEALTHZ,
    nodeEligible: !(node.taints ?? []).some(({ key }) => key === GOING),
    service(port) {
      const found = healthChecked(cluster).find(({ spec }) => spec.healthCheckNodePort === port)
      if (found === undefined) return undefined
      const family = familyOf((found.spec.clusterIPs[0] ?? '') as Ip)
      const one = servicePorts(cluster, family).find(({ service }) => service === found)
      return { namespace: found.meta.namespace, name: found.meta.name, endpoints: one ? localReady(cluster, one, node) : 0 }
    },
  })
}
