import type { Cluster, ClusterPod } from '../../../cluster/cluster.ts'
import { inCidr } from '../../../net/cidr.ts'
import { familyOf } from '../../../net/ip.ts'
import { podNetns } from '../../agent.ts'
import type { AgentCode } from '../../codes.ts'
import { bridgeOps } from '../bridge.ts'
import type { AgentProblem, Cni } from '../cni.ts'
import { hasOwnNetns, podsOf } from '../pods.ts'
import { configProblems, flannelConfig } from './config.ts'
import { daemonOps, OVERHEAD, sitesOf } from './daemon.ts'

/** A pod's address that host-local would not have given: nothing leads to it. */
function strayPods(cluster: Cluster): readonly AgentProblem[] {
  return cluster.nodes.flatMap((node) => {
    if (node.interfaces !== undefined || node.podCIDRs.length === 0) return []
    return podsOf(cluster, node)
      .filter(hasOwnNetns)
      .flatMap((pod) =>
        pod.podIPs
          .filter((a) => !node.podCIDRs.some((net) => familyOf(net) !== familyOf(a) || inCidr(a, net)))
          .map(
            (address): AgentProblem => ({
              code: 'pod-outside-node-net' satisfies AgentCode,
              params: { pod: podNetns(pod), address, node: node.meta.name, cidr: node.podCIDRs.join(',') },
              severity: 'warning',
              because: pod.causeOf('status.podIP'),
            }),
          ),
      )
  })
}

/** hostPort is the portmap plugin's work. */
function hostPorts(cluster: Cluster): readonly AgentProblem[] {
  return cluster.pods.filter(hasOwnNetns).flatMap((pod) => {
    const at = hostPortOf(pod)
    return at === undefined
      ? []
      : [{ code: 'host-port' satisfies AgentCode, params: { pod: podNetns(pod) }, severity: 'warning' as const, because: pod.causeOf(at) }]
  })
}

/** The field of a pod's first hostPort. */
function hostPortOf(pod: ClusterPod): string | undefined {
  for (const [c, container] of pod.spec.containers.entries()) {
    const p = container.ports.findIndex((port) => port.hostPort !== 0)
    if (p >= 0) return `spec.containers[${c}].ports[${p}].hostPort`
  }
  return undefined
}

/** Flannel with the VXLAN backend: flanneld on each node, the bridge plugin and host-local for its pods. */
export const flannel: Cni = {
  name: 'flannel',
  program(cluster, node) {
    const config = flannelConfig(cluster)
    const sites = sitesOf(config, node)
    const mtu = 1500 - Math.min(...sites.map((s) => OVERHEAD[s.family]), OVERHEAD[6])
    const ranges = sites.map((s) => ({ subnet: s.subnet, routes: [s.net] }))
    return [
      { netns: node.meta.name, ops: sites.flatMap((s) => daemonOps(cluster, config, s)) },
      ...bridgeOps(cluster, node, podsOf(cluster, node).filter(hasOwnNetns), { bridge: 'cni0', mtu, hairpin: config.hairpin, ranges }),
    ]
  },
  problems: (cluster) => [...configProblems(cluster), ...strayPods(cluster), ...hostPorts(cluster)],
}
