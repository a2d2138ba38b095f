import type { Sorted } from './sorted.ts'

/** Every cluster has these four (kube-controller-manager makes them). */
const ALWAYS: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/** The namespaces that exist. Files that list none leave it open: then all do, as far as DNS goes. */
export function settleNamespaces(sorted: Sorted): { readonly namespacesListed: boolean; readonly namespaces: readonly string[] } {
  const listed = sorted.namespaces.map((one) => one.metadata.name)
  if (listed.length > 0) return { namespacesListed: true, namespaces: [...new Set([...listed, ...ALWAYS])].sort() }
  const used = [...sorted.pods, ...sorted.workloads, ...sorted.services, ...sorted.slices, ...sorted.endpoints].map(
    (one) => one.metadata.namespace,
  )
  return { namespacesListed: false, namespaces: [...new Set([...used, ...ALWAYS])].sort() }
}
