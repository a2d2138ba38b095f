import type { Cluster } from './cluster.ts'
import type { Labels } from './labels.ts'
import type { Sorted } from './sorted.ts'

/** Every cluster has these four (kube-controller-manager makes them). */
const ALWAYS: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/** A namespace's labels; the API server sets the one with its name. */
export const labelsOf = (labels: Cluster['namespaceLabels'], namespace: string): Labels => ({
  ...labels.get(namespace),
  'kubernetes.io/metadata.name': namespace,
})

/** The namespaces that exist. Files that list none leave it open: then all do, as far as DNS goes. */
export function settleNamespaces(sorted: Sorted): Pick<Cluster, 'namespacesListed' | 'namespaces' | 'namespaceLabels'> {
  const namespaceLabels = new Map(sorted.namespaces.map(({ metadata }) => [metadata.name, metadata.labels]))
  const listed = [...namespaceLabels.keys()]
  if (listed.length > 0) return { namespacesListed: true, namespaces: [...new Set([...listed, ...ALWAYS])].sort(), namespaceLabels }
  const used = [...sorted.pods, ...sorted.workloads, ...sorted.services, ...sorted.slices, ...sorted.endpoints, ...sorted.policies].map(
    (one) => one.metadata.namespace,
  )
  return { namespacesListed: false, namespaces: [...new Set([...used, ...ALWAYS])].sort(), namespaceLabels }
}
