import type { Cluster, ClusterService } from '../../cluster/cluster.ts'
import { parseIp } from '../../net/ip.ts'
import type { Target } from '../../userspace/http/router.ts'

export const serviceOf = (cluster: Cluster, namespace: string, name: string): ClusterService | undefined =>
  cluster.services.find((s) => s.meta.namespace === namespace && s.meta.name === name)

/** Endpoints of one port of a Service: addresses that are not said to be unready, each once, by the slice's port of the same name. */
export function endpointsOf(cluster: Cluster, service: ClusterService, portName: string): readonly Target[] {
  const out = new Map<string, Target>()
  for (const slice of cluster.slices) {
    if (slice.service !== service.meta.name || slice.meta.namespace !== service.meta.namespace || slice.is.addressType === 'FQDN') continue
    const port = slice.is.ports.find((p) => p.name === portName && p.protocol === 'TCP')?.port
    if (port === undefined) continue
    slice.is.endpoints.forEach((endpoint, i) => {
      if (endpoint.ready === false) return
      for (const text of endpoint.addresses) {
        const address = parseIp(text)
        if (address === undefined || out.has(`${address} ${port}`)) continue
        const target = {
          address,
          port,
          get because() {
            return slice.endpointCause(i)
          },
        }
        out.set(`${address} ${port}`, target)
      }
    })
  }
  return [...out.values()]
}
