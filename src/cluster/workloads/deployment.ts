import type { PodObject, WorkloadObject } from '../../manifest/kinds.ts'
import { selects } from '../labels.ts'
import { safeHash } from '../names.ts'
import { keyOf, ownersOf, type PodDraft } from '../pod-draft.ts'
import type { Settling } from '../settling.ts'
import { replicaSetPods } from './replicaset.ts'

const TEMPLATE_HASH = 'pod-template-hash'

/** ReplicaSets of the files that belong to a Deployment, the one with most replicas first. */
export function setsOf(deployment: WorkloadObject, sets: readonly WorkloadObject[]): readonly WorkloadObject[] {
  const own = sets.filter(
    (set) =>
      set.metadata.namespace === deployment.metadata.namespace &&
      ownersOf(set).some((one) => one.kind === 'Deployment' && one.name === deployment.metadata.name),
  )
  return [...own].sort((a, b) => b.is.replicas - a.is.replicas)
}

/** Pods of the files that a ReplicaSet of this Deployment made: they carry its hash. A bare Pod with the same labels is nobody's. */
function madeBefore(deployment: WorkloadObject, pods: readonly PodObject[]): number {
  return pods.filter(
    (pod) =>
      pod.metadata.namespace === deployment.metadata.namespace &&
      pod.metadata.labels[TEMPLATE_HASH] !== undefined &&
      selects(deployment.is.selector, pod.metadata.labels),
  ).length
}

/**
 * A Deployment's Pods by way of its ReplicaSet. The real hash is that of the template; ours follows from the name,
 * so that an edit of the template keeps the names (a probe may name them).
 */
export function deploymentPods(
  s: Settling,
  deployment: WorkloadObject,
  sets: readonly WorkloadObject[],
  pods: readonly PodObject[],
): readonly PodDraft[] {
  const [active, ...older] = setsOf(deployment, sets)
  const { replicas } = deployment.is
  if (active)
    return [...replicaSetPods(s, active, pods, replicas), ...older.flatMap((set) => replicaSetPods(s, set, pods, set.is.replicas))]
  const hash = safeHash(`template ${keyOf(deployment.metadata)}`, 10)
  const name = `${deployment.metadata.name}-${hash}`
  const have = madeBefore(deployment, pods)
  return replicaSetPods(s, deployment, [], Math.max(0, replicas - have), name, { [TEMPLATE_HASH]: hash })
}
