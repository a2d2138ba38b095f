import type { Cluster, ClusterPod } from '../../cluster/cluster.ts'
import { podNetns } from '../agent.ts'
import type { AgentCode } from '../codes.ts'
import type { AgentProblem } from './cni.ts'
import { hasOwnNetns } from './pods.ts'

/** The field of a pod's first hostPort. */
export function hostPortOf(pod: ClusterPod): string | undefined {
  for (const [c, container] of pod.spec.containers.entries()) {
    const p = container.ports.findIndex((port) => port.hostPort !== 0)
    if (p >= 0) return `spec.containers[${c}].ports[${p}].hostPort`
  }
  return undefined
}

/** Host ports of a cluster whose CNI configuration names no portmap plugin. */
export const lostHostPorts = (cluster: Cluster): readonly AgentProblem[] =>
  cluster.pods.filter(hasOwnNetns).flatMap((pod): readonly AgentProblem[] => {
    const at = hostPortOf(pod)
    if (at === undefined) return []
    return [{ code: 'host-port' satisfies AgentCode, params: { pod: podNetns(pod) }, severity: 'warning', because: pod.causeOf(at) }]
  })
