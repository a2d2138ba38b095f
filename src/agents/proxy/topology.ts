import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import { type Endpoint, endpointsOf, isLocal } from './endpoints.ts'
import type { ServicePort } from './serviceport.ts'

/** Which endpoints of a service port a node uses (pkg/proxy/topology.go). */
export interface Used {
  readonly cluster: readonly Endpoint[]
  readonly local: readonly Endpoint[]
  /** Those that get a chain of their own: one list or both merged, in the order of their texts. */
  readonly reachable: readonly Endpoint[]
  /** Somewhere there is one, for whatever policy. */
  readonly any: boolean
}

const fallback = (e: Endpoint): boolean => e.serving && e.terminating

/** The annotation that turns zone hints on; the older name wins when both are there. */
function wantsTopology(port: ServicePort): boolean {
  const a = port.service.meta.annotations
  const value = a['service.kubernetes.io/topology-aware-hints'] ?? a['service.kubernetes.io/topology-mode'] ?? ''
  return value !== '' && value !== 'Disabled' && value !== 'disabled'
}

function usesHints(ready: readonly Endpoint[], port: ServicePort, zone: string | undefined): boolean {
  if (zone === undefined || zone === '' || ready.length === 0 || !wantsTopology(port)) return false
  return ready.every((e) => e.hints.length > 0) && ready.some((e) => e.hints.includes(zone))
}

const orElse = (list: readonly Endpoint[], other: () => readonly Endpoint[]): readonly Endpoint[] => (list.length > 0 ? list : other())

/** Sorts the endpoints of a port into those of policy Cluster and those of policy Local for one node. */
export function usedEndpoints(cluster: Cluster, port: ServicePort, node: ClusterNode): Used {
  const all = endpointsOf(cluster, port, node)
  const ready = all.filter((e) => e.ready)
  const hinted = port.usesCluster && usesHints(ready, port, node.zone)
  const near = hinted ? ready.filter((e) => e.hints.includes(node.zone as string)) : ready
  const forCluster = port.usesCluster ? orElse(near, () => all.filter(fallback)) : []
  if (!port.usesLocal) return { cluster: forCluster, local: [], reachable: forCluster, any: forCluster.length > 0 }
  const here = all.filter((e) => isLocal(e, node))
  const local = orElse(
    here.filter((e) => e.ready),
    () => here.filter(fallback),
  )
  const both = new Set([...forCluster, ...local])
  return {
    cluster: forCluster,
    local,
    reachable: all.filter((e) => both.has(e)),
    any: forCluster.length > 0 || ready.length > 0 || all.some(fallback),
  }
}
