import type { Cluster, ClusterNode } from '../cluster/cluster.ts'
import type { Op } from '../kernel/op.ts'

/**
 * A program that writes kernel state: CNI, kube-proxy, kubelet. A pure reducer: what it wrote before, the cluster as it sees it,
 * and its node in; the new state and the changes out. `netns` names the namespace that the ops belong to.
 */
export interface Agent<S = unknown> {
  readonly id: string
  program(was: S | undefined, cluster: Cluster, node: ClusterNode): { readonly state: S; readonly ops: readonly NetnsOps[] }
}

export interface NetnsOps {
  readonly netns: string
  readonly ops: readonly Op[]
}

/** Netns names: nodes by their own name, pods as `NS/POD`, hosts as `host/NAME`. */
export const podNetns = (pod: { readonly meta: { readonly namespace: string; readonly name: string } }): string =>
  `${pod.meta.namespace}/${pod.meta.name}`
export const hostNetns = (host: { readonly meta: { readonly name: string } }): string => `host/${host.meta.name}`
