import type { PodObject, WorkloadObject } from '../../manifest/kinds.ts'
import { selects } from '../labels.ts'
import { generatedName } from '../names.ts'
import { keyOf, ownersOf, type PodDraft } from '../pod-draft.ts'
import type { Settling } from '../settling.ts'
import { templatedPod } from './templated.ts'

/** Pods of the files that a ReplicaSet counts as its own: named owner, or an orphan that its selector matches (it adopts those). */
function adopted(set: WorkloadObject, pods: readonly PodObject[]): readonly PodObject[] {
  return pods.filter((pod) => {
    if (pod.metadata.namespace !== set.metadata.namespace || !selects(set.is.selector, pod.metadata.labels)) return false
    const owners = ownersOf(pod)
    return owners.length === 0 || owners.some((one) => one.kind === 'ReplicaSet' && one.name === set.metadata.name)
  })
}

/**
 * The Pods that a ReplicaSet adds to those that the files already have. Pod i is called NAME- and five characters that follow
 * from the set's name and i alone, so more replicas rename nobody.
 */
export function replicaSetPods(
  s: Settling,
  set: WorkloadObject,
  pods: readonly PodObject[],
  replicas: number,
  name = set.metadata.name,
  labels = {},
): readonly PodDraft[] {
  const have = set.kind === 'ReplicaSet' ? adopted(set, pods).length : 0
  const taken = new Set<string>()
  const out: PodDraft[] = []
  for (let i = have; i < replicas; i++) {
    const podName = generatedName(`${name}-`, `pod ${keyOf(set.metadata)} ${i}`, taken)
    const by = 'replicaset-controller'
    out.push(templatedPod(s, set, { name: podName, index: i, by, why: 'replica', owner: { kind: 'ReplicaSet', name }, labels }))
  }
  return out
}
