import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { Written } from '../../../kernel/iptables/ast.ts'
import type { Family } from '../../../net/ip.ts'
import { endpointsOf } from '../endpoints.ts'
import { type NodePortAddresses, nodePortAddresses } from '../nodeportaddresses.ts'
import { once, type Plan } from '../plan.ts'
import type { ServicePort } from '../serviceport.ts'
import { type ProxyView, viewOf } from '../view.ts'
import { type Version, v1_30 } from './data/v1.30.ts'

/** A rule and the chain that it is appended to. */
export type Line = readonly [chain: string, rule: Written]

/** Everything that one kube-proxy of one family knows while it writes in iptables mode. */
export interface Sync extends ProxyView {
  readonly version: Version
  readonly nodePorts: NodePortAddresses
  /** Node ports answer on 127.0.0.1 too: IPv4 only, unless switched off or made impossible by nodePortAddresses. */
  readonly localhost: boolean
  readonly masqueradeAll: boolean
  /** The masquerade bit as a number. */
  readonly mark: number
  /** Comments on endpoint rules; a large cluster goes without. Counted when first asked. */
  endpointComments(): boolean
}

/** Source ranges are enforced only where somebody could answer. */
export const usesFirewall = ({ any, port }: Plan): boolean => any && port.vips.length > 0 && port.ranges.length > 0

/** More endpoint entries than the limit, counted for each service port on its own. Stops counting there. */
function isLarge(cluster: Cluster, node: ClusterNode, ports: readonly ServicePort[]): boolean {
  let count = 0
  return ports.some((port) => {
    count += endpointsOf(cluster, port, node).length
    return count > v1_30.largeCluster
  })
}

export function syncOf(cluster: Cluster, node: ClusterNode, family: Family): Sync {
  const { nodePortAddresses: given, iptables } = cluster.proxy.config
  const view = viewOf(cluster, node, family)
  const nodePorts = nodePortAddresses(family, given)
  return {
    ...view,
    version: v1_30,
    nodePorts,
    localhost: family === 4 && iptables.localhostNodePorts && nodePorts.withLoopback,
    masqueradeAll: iptables.masqueradeAll,
    mark: 2 ** iptables.masqueradeBit,
    endpointComments: once(() => !isLarge(cluster, node, view.ports)),
  }
}
