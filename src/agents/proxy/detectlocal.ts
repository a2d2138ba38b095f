import type { ClusterNode } from '../../cluster/cluster.ts'
import type { Part } from '../../kernel/iptables/ast.ts'
import type { KubeProxyFields } from '../../manifest/kinds.ts'
import { parseCidr } from '../../net/cidr.ts'
import { type Cidr, type Family, familyOf } from '../../net/ip.ts'

/** How kube-proxy tells pod traffic from other traffic: a condition and its opposite (pkg/proxy/util/iptables/traffic.go). */
export interface LocalDetector {
  readonly isPod: Part
  readonly isNotPod: Part
}

const bySource = (net: Cidr | undefined): LocalDetector | undefined =>
  net === undefined ? undefined : { isPod: { part: 'src', net }, isNotPod: { part: 'src', net, not: true } }
const byDevice = (dev: string): LocalDetector => ({ isPod: { part: 'in', dev }, isNotPod: { part: 'in', dev, not: true } })
const firstOf = (nets: readonly string[], family: Family): Cidr | undefined =>
  nets.find((net): net is Cidr => parseCidr(net) !== undefined && familyOf(net as Cidr) === family)

/** undefined: detection is off. Only the first CIDR of a family counts. */
export function localDetector(config: KubeProxyFields, node: ClusterNode, family: Family): LocalDetector | undefined {
  switch (config.detectLocalMode) {
    case 'ClusterCIDR':
      return bySource(
        firstOf(
          config.clusterCIDR.split(',').map((c) => c.trim()),
          family,
        ),
      )
    case 'NodeCIDR':
      return bySource(firstOf(node.podCIDRs, family))
    case 'BridgeInterface':
      return byDevice(config.detectLocal.bridgeInterface)
    case 'InterfaceNamePrefix':
      return byDevice(`${config.detectLocal.interfaceNamePrefix}+`)
  }
}
