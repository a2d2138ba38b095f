import type { Cluster, ClusterNode, ClusterPod } from '../../cluster/cluster.ts'

const known = new WeakMap<Cluster, ReadonlyMap<string, readonly ClusterPod[]>>()

/** Pods of each node, in the order of the cluster. */
function byNode(cluster: Cluster): ReadonlyMap<string, readonly ClusterPod[]> {
  const old = known.get(cluster)
  if (old !== undefined) return old
  const made = new Map<string, ClusterPod[]>()
  for (const pod of cluster.pods) {
    const list = made.get(pod.nodeName)
    if (list === undefined) made.set(pod.nodeName, [pod])
    else list.push(pod)
  }
  known.set(cluster, made)
  return made
}

export const podsOf = (cluster: Cluster, node: ClusterNode): readonly ClusterPod[] => byNode(cluster).get(node.meta.name) ?? []

/** Whether its sandbox runs: bound to a node, and not done. */
export const isRunning = (pod: ClusterPod): boolean => pod.nodeName !== '' && pod.podIPs.length > 0 && pod.phase === 'Running'

/** Whether the pod has a network namespace of its own. */
export const hasOwnNetns = (pod: ClusterPod): boolean => !pod.spec.hostNetwork && isRunning(pod)
