import type { PodObject, WorkloadObject } from '../../manifest/kinds.ts'
import type { ClusterNode } from '../cluster.ts'
import { selects } from '../labels.ts'
import { generatedName } from '../names.ts'
import { keyOf, type PodDraft, type Toleration, tolerationsOf } from '../pod-draft.ts'
import { runsOn } from '../scheduler.ts'
import type { Settling } from '../settling.ts'
import { templatedPod } from './templated.ts'

/** What the DaemonSet controller lets its Pods tolerate (pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations). */
const TOLERATED: readonly Toleration[] = [
  'not-ready',
  'unreachable',
  'disk-pressure',
  'memory-pressure',
  'pid-pressure',
  'unschedulable',
].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', value: '', effect: '' }))

/** One Pod on each node that its nodeSelector and the taints allow; a cordoned node counts (it tolerates unschedulable). */
export function daemonSetPods(
  s: Settling,
  set: WorkloadObject,
  pods: readonly PodObject[],
  nodes: readonly ClusterNode[],
): readonly PodDraft[] {
  const own = pods.filter((pod) => pod.metadata.namespace === set.metadata.namespace && selects(set.is.selector, pod.metadata.labels))
  const have = new Set(own.map((pod) => pod.is.spec.nodeName))
  const taken = new Set<string>()
  const tolerations = [...tolerationsOf(set), ...TOLERATED]
  const wanted = set.is.template.spec.nodeName
  return nodes.flatMap((node) => {
    const name = node.meta.name
    if (have.has(name) || (wanted !== undefined && wanted !== name) || !runsOn(node, set.is.template.spec.nodeSelector, tolerations))
      return []
    const podName = generatedName(`${set.metadata.name}-`, `pod ${keyOf(set.metadata)} ${name}`, taken)
    const owner = { kind: 'DaemonSet', name: set.metadata.name }
    return templatedPod(s, set, { name: podName, index: 0, by: 'daemonset-controller', why: 'one-a-node', owner, daemonOf: name })
  })
}
