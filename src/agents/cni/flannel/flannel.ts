import type { Cluster } from '../../../cluster/cluster.ts'
import type { Op } from '../../../kernel/op.ts'
import { inCidr } from '../../../net/cidr.ts'
import { type Family, familyOf } from '../../../net/ip.ts'
import { podNetns } from '../../agent.ts'
import type { AgentCode } from '../../codes.ts'
import { UNDERLAY_MTU } from '../../machine/underlay.ts'
import { type BridgeConfig, bridgeOps } from '../bridge.ts'
import type { AgentProblem, Cni } from '../cni.ts'
import { lostHostPorts } from '../host-ports.ts'
import { hasOwnNetns, podsOf } from '../pods.ts'
import { configProblems, type FlannelConfig, flannelConfig } from './config.ts'
import { peersOf, ruleOps, type Site, sitesOf } from './daemon.ts'
import { vxlan } from './vxlan.ts'

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

/** A way in which flanneld sends packets to other nodes. */
export interface Backend {
  /** Bytes that its headers take. */
  readonly overhead: Readonly<Record<Family, number>>
  /** Devices, and what leads to the pods of other nodes. */
  ops(cluster: Cluster, config: FlannelConfig, self: Site, peers: readonly Site[]): readonly Op[]
  problems?(cluster: Cluster, config: FlannelConfig): readonly AgentProblem[]
}

/** What flannel's CNI plugin hands to the bridge plugin on a node (flannel-io/cni-plugin): its net, flanneld's MTU, one route for all Pods. */
export function bridgeOf(config: FlannelConfig, sites: readonly Site[], backend: Backend): BridgeConfig {
  const { hairpin, bridge, portmap } = config
  return {
    bridge,
    mtu: config.mtu ?? UNDERLAY_MTU - Math.min(...sites.map((s) => backend.overhead[s.family]), backend.overhead[6]),
    hairpin,
    ranges: sites.map((s) => ({ subnet: s.subnet, routes: [s.net] })),
    ...(portmap === undefined ? {} : { portmap }),
  }
}

/** flanneld on each node, the bridge plugin and host-local for its pods; portmap for their host ports. */
export const flannelWith = (name: string, backend: Backend): Cni => ({
  name,
  program(cluster, node) {
    const config = flannelConfig(cluster)
    const sites = sitesOf(config, node)
    const pods = podsOf(cluster, node).filter(hasOwnNetns)
    return [
      {
        netns: node.meta.name,
        ops: sites.flatMap((s) => [...backend.ops(cluster, config, s, peersOf(cluster, config, s)), ...ruleOps(cluster, config, s)]),
      },
      ...bridgeOps(cluster, node, pods, bridgeOf(config, sites, backend)),
    ]
  },
  problems(cluster) {
    const config = flannelConfig(cluster)
    return [
      ...configProblems(cluster),
      ...strayPods(cluster),
      ...(config.portmap === undefined ? lostHostPorts(cluster) : []),
      ...(backend.problems?.(cluster, config) ?? []),
    ]
  },
})

/** Flannel with the VXLAN backend. */
export const flannel: Cni = flannelWith('flannel', vxlan)
