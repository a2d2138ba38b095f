import type { Cluster } from '../../../cluster/cluster.ts'
import { madeUpMac } from '../../../kernel/mac.ts'
import type { Op } from '../../../kernel/op.ts'
import { hostCidr, maskedCidr } from '../../../net/cidr.ts'
import { type Cidr, familyOf, type Ip } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { UNDERLAY_MTU, UPLINK, uplinkAddresses } from '../../machine/underlay.ts'
import { writtenBy } from '../../why.ts'
import type { CiliumConfig } from './config.ts'
import type { Endpoint, Site } from './site.ts'

export const CILIUM_HOST = 'cilium_host'
export const CILIUM_NET = 'cilium_net'
export const CILIUM_VXLAN = 'cilium_vxlan'
/** Outer IPv4, UDP and VXLAN headers and the inner Ethernet header: what a tunnel takes from a route's MTU (pkg/mtu/mtu.go). */
const OVERHEAD = 50

export const hostMac = (site: Site): ReturnType<typeof madeUpMac> => madeUpMac(site.node.meta.name, CILIUM_HOST)
export const netMac = (site: Site): ReturnType<typeof madeUpMac> => madeUpMac(site.node.meta.name, CILIUM_NET)

const routeMtu = (config: CiliumConfig): { readonly mtu?: number } => (config.routing === 'tunnel' ? { mtu: UNDERLAY_MTU - OVERHEAD } : {})

/** Both on one subnet of the underlay. */
export const sameSegment = (a: Site, b: Site): boolean => {
  const nets = new Set(uplinkAddresses(a.node).map(maskedCidr))
  return uplinkAddresses(b.node).some((x) => familyOf(x) === 4 && nets.has(maskedCidr(x)))
}

/** Routes of the node: they are for its own traffic and for the stack's, programs of Pods do not ask them in tunnel mode. */
function nodeRoutes(cluster: Cluster, config: CiliumConfig, self: Site, peers: readonly Site[]): readonly Op[] {
  const kernel = { protocol: 'kernel' } as const
  const own = writtenBy(cluster, 'cilium-agent', 'pod-route', [self.node.causeOf('spec.podCIDR'), cluster.cni.because])
  const by = { via: self.router, dev: CILIUM_HOST, src: self.router, ...kernel } as const
  const out: Op[] = [
    { do: 'route', route: { dst: hostCidr(self.router), dev: CILIUM_HOST, scope: 'link', ...kernel, because: own } },
    { do: 'route', route: { dst: self.subnet, ...by, because: own } },
  ]
  for (const peer of peers) {
    const because = writtenBy(cluster, 'cilium-agent', 'peer-route', [peer.node.causeOf('spec.podCIDR')])
    if (config.routing === 'tunnel') out.push({ do: 'route', route: { dst: peer.subnet, ...by, ...routeMtu(config), because } })
    else if (config.directRoutes && sameSegment(self, peer))
      out.push({ do: 'route', route: { dst: peer.subnet, via: peer.publicIp, dev: UPLINK, ...kernel, because } })
  }
  return out
}

/** cilium_host and cilium_net, the tunnel device, the node's ends of the Pods' pairs, and the node's routes. */
export function nodeOps(
  cluster: Cluster,
  config: CiliumConfig,
  self: Site,
  peers: readonly Site[],
  endpoints: readonly Endpoint[],
): readonly Op[] {
  const name = self.node.meta.name
  const because = writtenBy(cluster, 'cilium-agent', 'cilium-device', [self.node.causeOf('spec.podCIDR'), cluster.cni.because])
  const tunnel = writtenBy(cluster, 'cilium-agent', 'vtep', [cluster.cni.because])
  const veth = { kind: 'veth', mtu: UNDERLAY_MTU, up: true } as const
  const vxlan = { kind: 'vxlan', dstport: config.tunnelPort, underlay: UPLINK, flags: ['external', 'nolearning'], addrs: [] } as const
  const filter = (dev: string): Op => ({ do: 'sysctl', name: `net/ipv4/conf/${dev}/rp_filter`, value: 0, because })
  return [
    { do: 'link', link: { ...veth, dev: CILIUM_NET, mac: netMac(self), addrs: [], peer: [name, CILIUM_HOST], because } },
    {
      do: 'link',
      link: { ...veth, dev: CILIUM_HOST, mac: hostMac(self), addrs: [hostCidr(self.router)], peer: [name, CILIUM_NET], because },
    },
    ...(config.routing === 'tunnel'
      ? [
          {
            do: 'link' as const,
            link: { ...vxlan, dev: CILIUM_VXLAN, mac: madeUpMac(name, CILIUM_VXLAN), mtu: UNDERLAY_MTU, up: true, because: tunnel },
          },
        ]
      : []),
    { do: 'sysctl', name: 'net/ipv4/ip_forward', value: 1, because },
    filter(CILIUM_HOST),
    filter(CILIUM_NET),
    ...endpoints.flatMap((e) => hostEndOps(cluster, e, because)),
    ...nodeRoutes(cluster, config, self, peers),
  ]
}

const podCause = (cluster: Cluster, e: Endpoint): CauseId =>
  writtenBy(cluster, 'cilium-cni', 'pod-link', [e.pod.because, cluster.cni.because])

/** The node's end of a Pod's pair. `because`: of the sysctl, where another one stands for all. */
export function hostEndOps(cluster: Cluster, e: Endpoint, because = podCause(cluster, e)): readonly Op[] {
  const veth = { kind: 'veth', mtu: UNDERLAY_MTU, up: true } as const
  return [
    { do: 'link', link: { ...veth, dev: e.dev, mac: e.hostMac, addrs: [], peer: [e.netns, 'eth0'], because: podCause(cluster, e) } },
    { do: 'sysctl', name: `net/ipv4/conf/${e.dev}/rp_filter`, value: 0, because },
  ]
}

const EVERYWHERE = '0.0.0.0/0' as Cidr

/** Inside the Pod: one address of its own, and the router's as the way to everything. */
export function podOps(cluster: Cluster, config: CiliumConfig, self: Site, e: Endpoint): readonly Op[] {
  const because = podCause(cluster, e)
  const route = writtenBy(cluster, 'cilium-cni', 'pod-route', [e.pod.because, cluster.cni.because])
  const via: Ip = self.router
  return [
    {
      do: 'link',
      link: {
        ...{ dev: 'eth0', kind: 'veth', mac: e.mac, mtu: UNDERLAY_MTU, up: true, because },
        addrs: [hostCidr(e.ip)],
        peer: [self.node.meta.name, e.dev],
      },
    },
    { do: 'route', route: { dst: hostCidr(via), dev: 'eth0', scope: 'link', because: route } },
    { do: 'route', route: { dst: EVERYWHERE, via, dev: 'eth0', ...routeMtu(config), because: route } },
  ]
}
