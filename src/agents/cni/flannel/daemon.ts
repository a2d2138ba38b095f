import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { Op } from '../../../kernel/op.ts'
import { maskedCidr } from '../../../net/cidr.ts'
import { type Cidr, type Family, familyOf, type Ip } from '../../../net/ip.ts'
import { uplinkAddresses } from '../../machine/underlay.ts'
import { writtenBy } from '../../why.ts'
import { flannelNft } from '../late.ts'
import type { FlannelConfig } from './config.ts'
import { type FlannelRules, flannelCalls } from './rules.ts'

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

/** The same family on all other nodes. */
export const peersOf = (cluster: Cluster, config: FlannelConfig, self: Site): readonly Site[] =>
  cluster.nodes.filter((n) => n !== self.node).flatMap((n) => sitesOf(config, n).filter((s) => s.family === self.family))

/** Both on one subnet of the underlay: no router stands between them. */
export const sameSubnet = (a: Site, b: Site): boolean => {
  const nets = new Set(
    uplinkAddresses(a.node)
      .filter((x) => familyOf(x) === a.family)
      .map(maskedCidr),
  )
  return uplinkAddresses(b.node).some((x) => familyOf(x) === b.family && nets.has(maskedCidr(x)))
}

/** What leads to another node's pods has the object behind it. */
export const peerCause = (cluster: Cluster, why: 'vtep-peer' | 'peer-route', peer: Site): number =>
  writtenBy(cluster, 'flanneld', why, [peer.node.causeOf('spec.podCIDR')])

/** flanneld's rules for one family, the same with every backend. */
export function ruleOps(cluster: Cluster, config: FlannelConfig, self: Site): readonly Op[] {
  const from = [self.node.causeOf('spec.podCIDR'), cluster.cni.because]
  const rules: FlannelRules = {
    family: self.family,
    net: self.net,
    subnet: self.subnet,
    randomFully: self.node.iptablesRandomFully,
    masquerade: writtenBy(cluster, 'flanneld', 'masquerade-pods', from),
    forward: writtenBy(cluster, 'flanneld', 'forward-pods', from),
  }
  return config.nftables ? flannelNft.get().nftOps(rules) : [{ do: 'iptables', family: self.family, calls: flannelCalls(rules) }]
}
