import type { PodObject, WorkloadObject } from '../../manifest/kinds.ts'
import type { PodDraft } from '../pod-draft.ts'
import type { Settling } from '../settling.ts'
import { templatedPod } from './templated.ts'

/** NAME-0, NAME-1 …, each with its own host name below the governing Service (pkg/controller/statefulset). */
export function statefulSetPods(s: Settling, set: WorkloadObject, pods: readonly PodObject[]): readonly PodDraft[] {
  const { name, namespace } = set.metadata
  const have = new Set(pods.filter((pod) => pod.metadata.namespace === namespace).map((pod) => pod.metadata.name))
  const out: PodDraft[] = []
  for (let index = 0; index < set.is.replicas; index++) {
    const podName = `${name}-${index}`
    if (have.has(podName)) continue
    out.push(
      templatedPod(s, set, {
        name: podName,
        index,
        by: 'statefulset-controller',
        why: 'replica',
        owner: { kind: 'StatefulSet', name },
        labels: { 'apps.kubernetes.io/pod-index': `${index}`, 'statefulset.kubernetes.io/pod-name': podName },
        hostname: podName,
        ...(set.is.serviceName !== undefined && { subdomain: set.is.serviceName }),
      }),
    )
  }
  return out
}
