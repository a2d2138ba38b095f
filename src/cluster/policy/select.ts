import type { PolicyPeer, PolicyPort } from '../../manifest/kinds/policyTypes.ts'
import type { Cluster, ClusterPod, ClusterPolicy } from '../cluster.ts'
import { selects } from '../labels.ts'
import { labelsOf } from '../namespaces.ts'

/** What a NetworkPolicy means (API text of networking/v1 types.go), for the programs that enforce it. */

export type Direction = 'ingress' | 'egress'
const TYPE = { ingress: 'Ingress', egress: 'Egress' } as const

/** Pods that policies can tell from others: with an address of their own, not that of their node, and not done. */
export const isPoliced = (pod: ClusterPod): boolean => !pod.spec.hostNetwork && pod.podIPs.length > 0 && pod.phase === 'Running'

const isSelected = (policy: ClusterPolicy, pod: Pick<ClusterPod, 'meta'>): boolean =>
  policy.meta.namespace === pod.meta.namespace && selects(policy.spec.podSelector, pod.meta.labels)

/** Policies that isolate a Pod in one direction; with none of them everything is let through. */
export const policiesOn = (cluster: Cluster, pod: Pick<ClusterPod, 'meta'>, direction: Direction): readonly ClusterPolicy[] =>
  cluster.policies.filter((policy) => policy.spec.policyTypes.includes(TYPE[direction]) && isSelected(policy, pod))

/** Whether a peer of a policy in `namespace` means this Pod. An ipBlock means addresses, whoever has them. */
export function isPeer(cluster: Cluster, namespace: string, peer: PolicyPeer, pod: Pick<ClusterPod, 'meta'>): boolean {
  const { podSelector, namespaceSelector } = peer
  if (podSelector === undefined && namespaceSelector === undefined) return false
  const there =
    namespaceSelector === undefined
      ? pod.meta.namespace === namespace
      : selects(namespaceSelector, labelsOf(cluster.namespaceLabels, pod.meta.namespace))
  return there && (podSelector === undefined || selects(podSelector, pod.meta.labels))
}

/** Pods that a peer with selectors means. Pods of the node's own network have no identity of their own. */
export const podsOfPeer = (cluster: Cluster, namespace: string, peer: PolicyPeer): readonly ClusterPod[] =>
  cluster.pods.filter((pod) => isPoliced(pod) && isPeer(cluster, namespace, peer, pod))

/** Numbers of a Pod's container ports with this name. */
export const namedPorts = (pod: Pick<ClusterPod, 'spec'>, name: string, protocol: PolicyPort['protocol']): readonly number[] => [
  ...new Set(
    pod.spec.containers.flatMap(({ ports }) => ports.filter((p) => p.name === name && p.protocol === protocol).map((p) => p.containerPort)),
  ),
]
