import type { Cluster } from '../cluster/cluster.ts'
import type { CauseId } from '../trace/cause.ts'

/** Why a program wrote something; words/ has a sentence for each. */
export type Why =
  | 'address'
  | 'default-route'
  | 'forwarding'
  | 'listen'
  | 'resolv-conf'
  | 'pod-link'
  | 'pod-route'
  | 'bridge'
  | 'vtep'
  | 'vtep-peer'
  | 'masquerade-pods'
  | 'forward-pods'
  | 'service-jump'
  | 'localhost-node-ports'
  | 'fixed-rule'
  | 'cluster-ip'
  | 'external-ip'
  | 'load-balancer-ip'
  | 'node-port'
  | 'health-check'
  | 'no-endpoints'
  | 'no-local-endpoints'
  | 'masquerade-cluster-ip'
  | 'external-traffic'
  | 'source-ranges'
  | 'choose-endpoint'
  | 'affinity'
  | 'hairpin'
  | 'endpoint'
export type Program = 'linux' | 'kubelet' | 'kube-proxy' | 'flanneld' | 'bridge plugin'

/** A cause "by PROGRAM, because of …". */
export const writtenBy = (cluster: Cluster, by: Program, why: Why, from: readonly CauseId[]): CauseId =>
  cluster.causes.add({ kind: 'by', by, why }, from)
