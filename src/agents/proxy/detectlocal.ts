import type { ClusterNode } from '../../cluster/cluster.ts'
import type { Part } from '../../kernel/iptables/ast.ts'
import type { KubeProxyFields } from '../../manifest/kinds.ts'
import { parseCidr } from '../../net/cidr.ts'
import { type Cidr, type Family, familyOf } from '../../net/ip.ts'

/** How kube-proxy tells pod traffic from other traffic (pkg/proxy/util/localdetector.go): by its source, or by the device that it comes in by. */
export type LocalDetector =
  | { readonly by: 'source'; readonly net: Cidr }
  | { readonly by: 'device'; readonly dev: string }
  /** Every device whose name begins so. */
  | { readonly by: 'devices'; readonly prefix: string }

const bySource = (net: Cidr | undefined): LocalDetector | undefined => (net === undefined ? undefined : { by: 'source', net })
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
      return { by: 'device', dev: config.detectLocal.bridgeInterface }
    case 'InterfaceNamePrefix':
      return { by: 'devices', prefix: config.detectLocal.interfaceNamePrefix }
  }
}

/** The condition in iptables' words, or its opposite (pkg/proxy/util/iptables/traffic.go). */
export function podPart(detector: LocalDetector, not = false): Part {
  const opposite = not ? { not: true as const } : {}
  switch (detector.by) {
    case 'source':
      return { part: 'src', net: detector.net, ...opposite }
    case 'device':
      return { part: 'in', dev: detector.dev, ...opposite }
    case 'devices':
      return { part: 'in', dev: `${detector.prefix}+`, ...opposite }
  }
}
