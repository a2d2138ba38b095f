import { parseMac } from '../../../cluster/calico/hw-addr.ts'
import type { Cluster, ClusterNode, ClusterPod } from '../../../cluster/cluster.ts'
import { madeUpMac } from '../../../kernel/mac.ts'
import type { Op } from '../../../kernel/op.ts'
import { hostCidr } from '../../../net/cidr.ts'
import { type Cidr, type Family, familyOf, type Ip, type Mac } from '../../../net/ip.ts'
import { type NetnsOps, podNetns } from '../../agent.ts'
import { writtenBy } from '../../why.ts'
import { hostPortOf } from '../host-ports.ts'
import { portmap } from '../portmap/late.ts'
import { workloadInterface } from './names.ts'

/** The gateway of every Pod: nobody's address, for which the node answers ARP in the Pod's place (proxy_arp). */
export const GATEWAY = '169.254.1.1' as Ip
/** The node's end of every pair, and the link-local address that follows from it: the gateway of IPv6. */
const HOST_MAC = 'ee:ee:ee:ee:ee:ee' as Mac
const GATEWAY_6 = 'fe80::ecee:eeff:feee:eeee' as Ip
const NETWORK = 'k8s-pod-network'

export const devOf = (pod: ClusterPod): string => workloadInterface(pod.meta.namespace, pod.meta.name)

/** Felix sets these for the node's end of a pair (felix/dataplane/linux/endpoint_mgr.go); rp_filter stays the node's own. */
function sysctls(dev: string, six: boolean, because: number): readonly Op[] {
  const set = (name: string, value: number): Op => ({ do: 'sysctl', name, value, because })
  return [
    set(`net/ipv4/conf/${dev}/proxy_arp`, 1),
    set(`net/ipv4/neigh/${dev}/proxy_delay`, 0),
    set(`net/ipv4/conf/${dev}/forwarding`, 1),
    set(`net/ipv4/conf/${dev}/route_localnet`, 1),
    ...(six ? [set(`net/ipv6/conf/${dev}/proxy_ndp`, 1), set(`net/ipv6/conf/${dev}/forwarding`, 1)] : []),
  ]
}

interface Attached {
  readonly node: readonly Op[]
  readonly pod: readonly Op[]
}

/** What ADD does for one Pod (cni-plugin/pkg/dataplane/linux): a veth pair without a bridge, the address alone, and one way out. */
export function attach(cluster: Cluster, node: ClusterNode, pod: ClusterPod, mtu: number, families: readonly Family[] = [4, 6]): Attached {
  const netns = podNetns(pod)
  const dev = devOf(pod)
  const because = writtenBy(cluster, 'calico', 'pod-link', [pod.because, cluster.cni.because])
  const route = writtenBy(cluster, 'calico', 'pod-route', [pod.because, cluster.cni.because])
  const own = writtenBy(cluster, 'felix', 'pod-route', [pod.because])
  const addresses = pod.podIPs.filter((one) => families.includes(familyOf(one)))
  const has = (family: Family): boolean => addresses.some((one) => familyOf(one) === family)
  const mac = parseMac(pod.meta.annotations['cni.projectcalico.org/hwAddr'] ?? '')
  const shared = { kind: 'veth', mtu, up: true, because } as const
  const inside4: readonly Op[] = [
    { do: 'route', route: { dst: hostCidr(GATEWAY), dev: 'eth0', because: route } },
    { do: 'route', route: { dst: '0.0.0.0/0' as Cidr, via: GATEWAY, dev: 'eth0', because: route } },
  ]
  const inside6: readonly Op[] = [{ do: 'route', route: { dst: '::/0' as Cidr, via: GATEWAY_6, dev: 'eth0', because: route } }]
  return {
    node: [
      { do: 'link', link: { ...shared, dev, mac: HOST_MAC, addrs: has(6) ? [`${GATEWAY_6}/64` as Cidr] : [], peer: [netns, 'eth0'] } },
      ...sysctls(dev, has(6), because),
      ...addresses.map((address): Op => ({ do: 'route', route: { dst: hostCidr(address), dev, because: own } })),
    ],
    pod: [
      {
        do: 'link',
        link: { ...shared, dev: 'eth0', mac: mac ?? madeUpMac(netns, 'eth0'), addrs: addresses.map(hostCidr), peer: [node.meta.name, dev] },
      },
      ...(has(4) ? inside4 : []),
      ...(has(6) ? inside6 : []),
    ],
  }
}

/** The node's Pods, each on a pair of its own with its addresses of these families, and their host ports. */
export function attachOps(
  cluster: Cluster,
  node: ClusterNode,
  pods: readonly ClusterPod[],
  mtu: number,
  families: readonly Family[] = [4, 6],
): readonly NetnsOps[] {
  const attached = pods.map((pod) => ({ pod, ops: attach(cluster, node, pod, mtu, families) }))
  const some = pods.filter((pod) => hostPortOf(pod) !== undefined)
  const mapped =
    some.length === 0
      ? []
      : portmap.get().hostPortOps(
          cluster,
          NETWORK,
          some.map((pod) => ({ pod, addrs: pod.podIPs.map(hostCidr) })),
          devOf,
        )
  return [
    { netns: node.meta.name, ops: [...attached.flatMap((one) => one.ops.node), ...mapped] },
    ...attached.map((one) => ({ netns: podNetns(one.pod), ops: one.ops.pod })),
  ]
}
