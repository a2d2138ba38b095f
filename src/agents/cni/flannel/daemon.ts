import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import { madeUpMac } from '../../../kernel/mac.ts'
import type { Op } from '../../../kernel/op.ts'
import { hostCidr, maskedCidr, networkOf } from '../../../net/cidr.ts'
import { type Cidr, type Family, familyOf, type Ip, type Mac } from '../../../net/ip.ts'
import { UPLINK, uplinkAddresses } from '../../machine/underlay.ts'
import { writtenBy } from '../../why.ts'
import type { FlannelConfig } from './config.ts'
import { flannelCalls } from './rules.ts'

/** Outer Ethernet, IP, UDP and VXLAN headers. */
export const OVERHEAD: Readonly<Record<Family, number>> = { 4: 50, 6: 70 }
const UNDERLAY_MTU = 1500

/** One family of flannel on one node: the node's own part of the pod network and the address it sends from. */
export interface Site {
  readonly node: ClusterNode
  readonly family: Family
  readonly net: Cidr
  readonly subnet: Cidr
  readonly publicIp: Ip
}

/** A node takes part with a podCIDR and an address of the family. One whose interfaces the lab lists has no flannel. */
export function sitesOf(config: FlannelConfig, node: ClusterNode): readonly Site[] {
  if (node.interfaces !== undefined) return []
  return config.networks.flatMap(({ family, net }): readonly Site[] => {
    const subnet = node.podCIDRs.find((c) => familyOf(c) === family)
    const publicIp = node.addresses.find((a) => familyOf(a) === family)
    return subnet === undefined || publicIp === undefined ? [] : [{ node, family, net, subnet: maskedCidr(subnet), publicIp }]
  })
}

export const deviceOf = (config: FlannelConfig, family: Family): string =>
  family === 4 ? `flannel.${config.vni}` : `flannel-v6.${config.vni}`

/**
 * The MAC of a node's tunnel device: what flanneld has written into the Node (`{"VNI":1,"VtepMAC":"…"}`, a pasted cluster has it
 * and the other nodes go by it), else made up.
 */
function vtepMac({ node, family }: Site, dev: string): Mac {
  const data = node.meta.annotations[`flannel.alpha.coreos.com/backend${family === 4 ? '' : '-v6'}-data`]
  const written = /"VtepMAC"\s*:\s*"([0-9a-f]{2}(?::[0-9a-f]{2}){5})"/i.exec(data ?? '')?.[1]
  return written === undefined ? madeUpMac(node.meta.name, dev) : (written.toLowerCase() as Mac)
}

/** Both on one subnet of the underlay: DirectRouting needs no tunnel there. */
const sameSubnet = (a: Site, b: Site): boolean => {
  const nets = new Set(
    uplinkAddresses(a.node)
      .filter((x) => familyOf(x) === a.family)
      .map(maskedCidr),
  )
  return uplinkAddresses(b.node).some((x) => familyOf(x) === b.family && nets.has(maskedCidr(x)))
}

/** What flanneld adds for another node: neighbour, FDB entry, route, in this order (pkg/backend/vxlan/vxlan_network.go). */
function peerOps(cluster: Cluster, config: FlannelConfig, self: Site, peer: Site): readonly Op[] {
  const because = writtenBy(cluster, 'flanneld', 'vtep-peer', [peer.node.causeOf('spec.podCIDR')])
  if (config.directRouting && sameSubnet(self, peer))
    return [{ do: 'route', route: { dst: peer.subnet, via: peer.publicIp, dev: UPLINK, because } }]
  const dev = deviceOf(config, self.family)
  const address = networkOf(peer.subnet)
  const mac = vtepMac(peer, dev)
  return [
    { do: 'neigh', neigh: { address, dev, mac, state: 'PERMANENT', because } },
    { do: 'fdb', fdb: { mac, dev, dst: peer.publicIp, flags: ['self', 'permanent'], because } },
    { do: 'route', route: { dst: peer.subnet, via: address, dev, onlink: true, because } },
  ]
}

/** The tunnel device and what leads to the other nodes. It has no route of its own: its address is a single one. */
function tunnelOps(cluster: Cluster, config: FlannelConfig, self: Site): readonly Op[] {
  const dev = deviceOf(config, self.family)
  const because = writtenBy(cluster, 'flanneld', 'vtep', [self.node.causeOf('spec.podCIDR'), cluster.cni.because])
  const link = {
    dev,
    kind: 'vxlan',
    vni: config.vni,
    local: self.publicIp,
    underlay: UPLINK,
    dstport: config.port,
    flags: ['nolearning'],
    mac: vtepMac(self, dev),
    addrs: [hostCidr(networkOf(self.subnet))],
    mtu: UNDERLAY_MTU - OVERHEAD[self.family],
    up: true,
    because,
  } as const
  const peers = cluster.nodes.filter((n) => n !== self.node).flatMap((n) => sitesOf(config, n).filter((s) => s.family === self.family))
  return [{ do: 'link', link }, ...peers.flatMap((p) => peerOps(cluster, config, self, p))]
}

/** All that flanneld writes on one node for one family. */
export function daemonOps(cluster: Cluster, config: FlannelConfig, self: Site): readonly Op[] {
  const from = [self.node.causeOf('spec.podCIDR'), cluster.cni.because]
  const calls = flannelCalls({
    family: self.family,
    net: self.net,
    subnet: self.subnet,
    randomFully: self.node.iptablesRandomFully,
    masquerade: writtenBy(cluster, 'flanneld', 'masquerade-pods', from),
    forward: writtenBy(cluster, 'flanneld', 'forward-pods', from),
  })
  return [...tunnelOps(cluster, config, self), { do: 'iptables', family: self.family, calls }]
}
