import type { Cluster, ClusterHost, ClusterNode, ClusterPod, PodListener } from '../../cluster/cluster.ts'
import { machineHosts, podHosts } from '../../cluster/kubelet/hosts.ts'
import { machineResolvConf, resolvConf } from '../../cluster/kubelet/resolvconf.ts'
import type { Op } from '../../kernel/op.ts'
import type { CauseId } from '../../trace/cause.ts'
import { type Agent, hostNetns, type NetnsOps, podNetns } from '../agent.ts'
import { hasOwnNetns, isRunning, podsOf } from '../cni/pods.ts'
import { writtenBy } from '../why.ts'

const listen = (cluster: Cluster, at: PodListener, process: string): Op => ({
  do: 'listen',
  listener: { proto: at.proto, port: at.port, process, because: writtenBy(cluster, 'kubelet', 'listen', [at.because]) },
})

const files = (cluster: Cluster, dir: string, resolv: string, hosts: string, from: readonly CauseId[]): readonly Op[] => {
  const because = writtenBy(cluster, 'kubelet', 'resolv-conf', from)
  return [
    { do: 'file', path: `${dir}/etc/resolv.conf`, text: resolv, because },
    { do: 'file', path: `${dir}/etc/hosts`, text: hosts, because },
  ]
}

/**
 * Sockets of a pod, named `NS/POD/CONTAINER`, and the files that its containers get. A pod with hostNetwork has its sockets in the
 * node's namespace; its files lie there under `NS/POD`, for its containers have a mount namespace of their own all the same.
 */
function podOps(cluster: Cluster, node: ClusterNode, pod: ClusterPod): NetnsOps {
  const own = hasOwnNetns(pod)
  const sockets = pod.listens.map((l) => listen(cluster, l, `${podNetns(pod)}/${l.process}`))
  const mounted = files(cluster, own ? '' : podNetns(pod), resolvConf(cluster, pod), podHosts(pod, cluster.dnsDomain), [pod.because])
  return { netns: own ? podNetns(pod) : node.meta.name, ops: [...sockets, ...mounted] }
}

const machineFiles = (cluster: Cluster, from: readonly CauseId[], node?: ClusterNode): readonly Op[] =>
  files(cluster, '', machineResolvConf(cluster, node), machineHosts, from)

/** Runs containers: what listens where, and what they read. The machine's own files are there too. */
export const kubeletAgent: Agent<undefined> = {
  id: 'kubelet',
  program(_was, cluster, node) {
    const own = cluster.nodeListeners.filter((l) => l.node === node.meta.name).map((l) => listen(cluster, l, `node/${l.node}/${l.process}`))
    return {
      state: undefined,
      ops: [
        { netns: node.meta.name, ops: [...own, ...machineFiles(cluster, [node.because], node)] },
        ...podsOf(cluster, node)
          .filter(isRunning)
          .map((pod) => podOps(cluster, node, pod)),
      ],
    }
  },
}

/** A machine with DNS records serves them, whether or not the lab says that it listens. */
const dnsPorts = (host: ClusterHost): readonly PodListener[] =>
  host.dns.length === 0 || host.listens.some((l) => l.port === 53)
    ? []
    : (['udp', 'tcp'] as const).map((proto) => ({ proto, port: 53, process: 'dns', because: host.causeOf('dns') }))

/** Sockets and files of a machine outside the cluster. Processes are named `host/NAME/PROCESS`: two machines never share one. */
export const hostFittings = (cluster: Cluster, host: ClusterHost): readonly Op[] => [
  ...[...host.listens, ...dnsPorts(host)].map((l) => listen(cluster, l, `${hostNetns(host)}/${l.process}`)),
  ...machineFiles(cluster, [host.because]),
]
