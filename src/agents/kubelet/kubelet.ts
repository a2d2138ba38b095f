import type { Cluster, ClusterHost, ClusterNode, ClusterPod, PodListener } from '../../cluster/cluster.ts'
import type { Op } from '../../kernel/op.ts'
import { type Agent, hostNetns, type NetnsOps, podNetns } from '../agent.ts'
import { hasOwnNetns, isRunning, podsOf } from '../cni/pods.ts'
import { writtenBy } from '../why.ts'

const listen = (cluster: Cluster, at: PodListener, process: string): Op => ({
  do: 'listen',
  listener: { proto: at.proto, port: at.port, process, because: writtenBy(cluster, 'kubelet', 'listen', [at.because]) },
})

/** Sockets of a pod, named `NS/POD/CONTAINER`. A pod with hostNetwork has them in the node's namespace. */
function podOps(cluster: Cluster, node: ClusterNode, pod: ClusterPod): NetnsOps {
  const netns = hasOwnNetns(pod) ? podNetns(pod) : node.meta.name
  return { netns, ops: pod.listens.map((l) => listen(cluster, l, `${podNetns(pod)}/${l.process}`)) }
}

/** Runs containers: what listens, and where. */
export const kubeletAgent: Agent<undefined> = {
  id: 'kubelet',
  program(_was, cluster, node) {
    const own = cluster.nodeListeners.filter((l) => l.node === node.meta.name).map((l) => listen(cluster, l, l.process))
    return {
      state: undefined,
      ops: [
        { netns: node.meta.name, ops: own },
        ...podsOf(cluster, node)
          .filter(isRunning)
          .map((pod) => podOps(cluster, node, pod)),
      ],
    }
  },
}

/** Sockets of a machine outside the cluster, named `host/NAME/PROCESS`: two machines never share a process. */
export const hostListeners = (cluster: Cluster, host: ClusterHost): readonly Op[] =>
  host.listens.map((l) => listen(cluster, l, `${hostNetns(host)}/${l.process}`))
