import type { Cluster, ClusterNode } from '../cluster/cluster.ts'
import type { Op } from '../kernel/op.ts'
import type { Agent } from './agent.ts'
import { cniOf } from './cni/list.ts'
import { kubeletAgent } from './kubelet/kubelet.ts'
import { machineAgent } from './machine/machine.ts'
import { healthListeners } from './proxy/healthz.ts'
import { proxyOf } from './proxy/list.ts'
import { proxyProcess } from './proxy/process/late.ts'

/** As a fresh start leaves it, unless the lab has a past. */
function proxyOps(cluster: Cluster, node: ClusterNode): readonly Op[] {
  const own = cluster.proxies?.get(node.meta.name)
  return own ? proxyProcess.get().opsOf(own, node) : [...proxyOf(cluster).ops(cluster, node), ...healthListeners(cluster, node)]
}

/** kube-proxy puts its jumps at the head of the built-in chains. */
const proxyAgent: Agent<undefined> = {
  id: 'kube-proxy',
  program: (_was, cluster, node) => ({
    state: undefined,
    ops: [{ netns: node.meta.name, ops: proxyOps(cluster, node) }],
  }),
}

const cniAgent: Agent<undefined> = {
  id: 'cni',
  program: (_was, cluster, node) => ({ state: undefined, ops: cniOf(cluster)?.program(cluster, node) ?? [] }),
}

/**
 * Programs of a node in the order in which they run first. kube-proxy needs no pod network, so it is there before the CNI,
 * which appends its jumps; either order ends in the same rules.
 */
export const agents: readonly Agent[] = [machineAgent, proxyAgent, cniAgent, kubeletAgent]
