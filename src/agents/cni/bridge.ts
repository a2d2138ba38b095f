import type { Cluster, ClusterNode, ClusterPod } from '../../cluster/cluster.ts'
import { hex8, madeUpMac } from '../../kernel/mac.ts'
import type { Op } from '../../kernel/op.ts'
import { inCidr, lengthOf, nthOf } from '../../net/cidr.ts'
import { type Cidr, type Family, familyOf, type Ip } from '../../net/ip.ts'
import { type NetnsOps, podNetns } from '../agent.ts'
import { writtenBy } from '../why.ts'
import { hostPortOf } from './host-ports.ts'
import { portmap } from './portmap/late.ts'

/** Configuration of the bridge plugin with host-local addresses, as far as a packet can tell. */
export interface BridgeConfig {
  /** cni0 */
  readonly bridge: string
  readonly mtu: number
  readonly hairpin: boolean
  /** The network's name, when the portmap plugin follows in the list. */
  readonly portmap?: string
  /** One for each family: the range, whose first address is the gateway, and further routes through it. */
  readonly ranges: readonly { readonly subnet: Cidr; readonly routes: readonly Cidr[] }[]
}

/** The plugin takes four random bytes; ours come from the pod's name. */
const hostVeth = (pod: ClusterPod): string => `veth${hex8(`veth ${podNetns(pod)}`)}`
export const gatewayOf = (subnet: Cidr): Ip => nthOf(subnet, 1)
const ANYWHERE: Readonly<Record<Family, Cidr>> = { 4: '0.0.0.0/0' as Cidr, 6: '::/0' as Cidr }

/** A pod's addresses, each with the length of its range. */
export const addressesIn = (pod: Pick<ClusterPod, 'podIPs'>, { ranges }: BridgeConfig): readonly Cidr[] =>
  pod.podIPs.flatMap((a): readonly Cidr[] => {
    const range = ranges.find((r) => familyOf(r.subnet) === familyOf(a))
    return range === undefined ? [] : [`${a}/${lengthOf(range.subnet)}` as Cidr]
  })

/** What ADD leaves for one pod: a veth pair, addresses out of the ranges and routes in the pod (plugins/main/bridge/bridge.go). */
export function attach(
  cluster: Cluster,
  node: ClusterNode,
  pod: ClusterPod,
  config: BridgeConfig,
): { readonly node: readonly Op[]; readonly pod: readonly Op[] } {
  const netns = podNetns(pod)
  const veth = hostVeth(pod)
  const because = writtenBy(cluster, 'bridge plugin', 'pod-link', [pod.because, cluster.cni.because])
  const route = writtenBy(cluster, 'bridge plugin', 'pod-route', [pod.because, cluster.cni.because])
  const addrs = addressesIn(pod, config)
  // the kernel refuses a gateway that is not on the link: an address from elsewhere leaves the pod without routes
  const reached = config.ranges.filter((r) => pod.podIPs.some((a) => inCidr(a, r.subnet)))
  const routes = reached.flatMap(({ subnet, routes }) =>
    [ANYWHERE[familyOf(subnet)], ...routes].map(
      (dst): Op => ({ do: 'route', route: { dst, via: gatewayOf(subnet), dev: 'eth0', because: route } }),
    ),
  )
  const shared = { kind: 'veth', mtu: config.mtu, up: true, because } as const
  return {
    node: [
      {
        do: 'link',
        link: {
          ...shared,
          dev: veth,
          mac: madeUpMac(node.meta.name, veth),
          addrs: [],
          master: config.bridge,
          hairpin: config.hairpin,
          peer: [netns, 'eth0'],
        },
      },
    ],
    pod: [{ do: 'link', link: { ...shared, dev: 'eth0', mac: madeUpMac(netns, 'eth0'), addrs, peer: [node.meta.name, veth] } }, ...routes],
  }
}

/** Host ports of pods on a bridge. */
function mapped(cluster: Cluster, pods: readonly ClusterPod[], config: BridgeConfig): readonly Op[] {
  const some = pods.filter((pod) => hostPortOf(pod) !== undefined)
  if (config.portmap === undefined || some.length === 0) return []
  const all = some.map((pod) => ({ pod, addrs: addressesIn(pod, config) }))
  return portmap.get().hostPortOps(cluster, config.portmap, all, () => config.bridge)
}

/** The bridge itself, with the gateway addresses, and what it needs: the first ADD on a node makes it. */
export function ownBridge(
  cluster: Cluster,
  node: ClusterNode,
  config: BridgeConfig,
): readonly [link: Extract<Op, { do: 'link' }>, forwarding: Op] {
  const name = node.meta.name
  const because = writtenBy(cluster, 'bridge plugin', 'bridge', [node.causeOf('spec.podCIDR'), cluster.cni.because])
  const addrs = config.ranges.map((r) => `${gatewayOf(r.subnet)}/${lengthOf(r.subnet)}` as Cidr)
  const link = {
    dev: config.bridge,
    kind: 'bridge',
    mac: madeUpMac(name, config.bridge),
    addrs,
    mtu: config.mtu,
    up: true,
    because,
  } as const
  return [
    { do: 'link', link },
    { do: 'sysctl', name: 'net/ipv4/ip_forward', value: 1, because },
  ]
}

/** The bridge and all pods on it. A node without pods has no bridge yet. */
export function bridgeOps(cluster: Cluster, node: ClusterNode, pods: readonly ClusterPod[], config: BridgeConfig): readonly NetnsOps[] {
  if (pods.length === 0 || config.ranges.length === 0) return []
  const name = node.meta.name
  const attached = pods.map((pod) => ({ pod, ops: attach(cluster, node, pod, config) }))
  return [
    {
      netns: name,
      ops: [...ownBridge(cluster, node, config), ...attached.flatMap((a) => a.ops.node), ...mapped(cluster, pods, config)],
    },
    ...attached.map((a) => ({ netns: podNetns(a.pod), ops: a.ops.pod })),
  ]
}
