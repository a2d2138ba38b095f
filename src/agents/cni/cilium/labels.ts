import type { Cluster } from '../../../cluster/cluster.ts'
import { prefixesOf } from './policy.ts'
import { HOST, identityOf, REMOTE_NODE, WORLD } from './site.ts'

/** Names of reserved identities (pkg/identity/numericidentity.go); 0 stands for anybody. */
const RESERVED: Readonly<Record<number, string>> = {
  0: 'reserved:unknown',
  [HOST]: 'reserved:host',
  [WORLD]: 'reserved:world',
  [REMOTE_NODE]: 'reserved:remote-node',
}

/**
 * What an identity stands for, sorted: the labels of its Pods and their namespace, or a prefix. A real agent adds those of the cluster, of the
 * ServiceAccount and of the namespace's own labels.
 */
export function labelsOf(cluster: Cluster, identity: number): readonly string[] {
  const reserved = RESERVED[identity]
  if (reserved !== undefined) return [reserved]
  const prefix = [...prefixesOf(cluster)].find(([, id]) => id === identity)?.[0]
  if (prefix !== undefined) return [`cidr:${prefix}`]
  const pod = cluster.pods.find((p) => identityOf(cluster, p) === identity)
  if (!pod) return []
  const own = Object.entries(pod.meta.labels).map(([key, value]) => `k8s:${key}=${value}`)
  return [...own, `k8s:io.kubernetes.pod.namespace=${pod.meta.namespace}`].sort()
}
