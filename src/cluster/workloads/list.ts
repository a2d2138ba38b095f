import type { ClusterNode } from '../cluster.ts'
import type { PodDraft } from '../pod-draft.ts'
import { report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { barePod } from './bare.ts'
import { daemonSetPods } from './daemonset.ts'
import { deploymentPods, setsOf } from './deployment.ts'
import { replicaSetPods } from './replicaset.ts'
import { statefulSetPods } from './statefulset.ts'

/** A typing slip in `replicas` must not fill the memory. Real clusters hold at most 150,000 Pods (kubernetes.io, large clusters). */
const MOST_PODS = 50_000

/** All Pods there are: those of the files in their order, then those that each workload adds, in file order. */
export function draftPods(s: Settling, sorted: Sorted, nodes: readonly ClusterNode[]): readonly PodDraft[] {
  const { pods, workloads } = sorted
  const sets = workloads.filter((one) => one.kind === 'ReplicaSet')
  const owned = new Set(workloads.filter((one) => one.kind === 'Deployment').flatMap((one) => setsOf(one, sets)))
  const out = pods.map((pod) => barePod(s, pod))
  for (const one of workloads) {
    if (one.kind !== 'DaemonSet' && out.length + one.is.replicas > MOST_PODS) {
      report(s, 'error', 'too-many-pods', { limit: MOST_PODS }, { object: one, path: 'spec.replicas' })
      continue
    }
    switch (one.kind) {
      case 'Deployment':
        out.push(...deploymentPods(s, one, sets, pods))
        break
      case 'ReplicaSet':
        if (!owned.has(one)) out.push(...replicaSetPods(s, one, pods, one.is.replicas))
        break
      case 'StatefulSet':
        out.push(...statefulSetPods(s, one, pods))
        break
      case 'DaemonSet':
        out.push(...daemonSetPods(s, one, pods, nodes))
        break
    }
  }
  return out
}
