import type { Cluster, ClusterNode, ClusterService } from '../../cluster/cluster.ts'
import type { Op } from '../../kernel/op.ts'
import type { Ip } from '../../net/ip.ts'
import { writtenBy } from '../why.ts'
import { nodePortAddresses } from './nodeportaddresses.ts'
import { isHidden } from './serviceport.ts'

/** kube-proxy's own state (healthzBindAddress 0.0.0.0:10256). */
export const HEALTHZ = 10256
/** Name of the process on a node that answers there, and on every healthCheckNodePort. */
export const healthzProcess = (node: string): string => `kube-proxy healthz on ${node}`

/** Services of a type and policy that have a health check server on every node (pkg/api/v1/service NeedsHealthCheck). */
export const healthChecked = (cluster: Cluster): readonly ClusterService[] =>
  cluster.services.filter(({ spec, meta }) => spec.healthCheckNodePort > 0 && spec.type === 'LoadBalancer' && !isHidden(meta.labels))

/** The HTTP servers of kube-proxy on a node: /healthz everywhere, the health check ports where node ports are. */
export function healthListeners(cluster: Cluster, node: ClusterNode): readonly Op[] {
  if (cluster.proxy.mode === 'none') return []
  const process = healthzProcess(node.meta.name)
  const listen = (port: number, because: number, address?: Ip): Op => ({
    do: 'listen',
    listener: { proto: 'tcp', port, process, because, ...(address === undefined ? {} : { address }) },
  })
  const given = cluster.proxy.config.nodePortAddresses
  const everywhere = given.length === 0 || ([4, 6] as const).some((family) => nodePortAddresses(family, given).all)
  const checks = healthChecked(cluster).flatMap((service) => {
    const because = writtenBy(cluster, 'kube-proxy', 'health-check', [service.causeOf('spec.healthCheckNodePort')])
    const port = service.spec.healthCheckNodePort
    return everywhere ? [listen(port, because)] : node.addresses.map((address) => listen(port, because, address))
  })
  return [listen(HEALTHZ, writtenBy(cluster, 'kube-proxy', 'healthz', [cluster.proxy.because])), ...checks]
}
