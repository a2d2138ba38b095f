import type { CalicoPlan } from '../../../cluster/calico/types.ts'
import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { SetCommand, SetEntry } from '../../../kernel/ipset/ast.ts'
import type { Op } from '../../../kernel/op.ts'
import { hostCidr } from '../../../net/cidr.ts'
import { type Family, familyOf, type Ip, type Mac } from '../../../net/ip.ts'
import { UNDERLAY_MTU, UPLINK } from '../../machine/underlay.ts'
import { writtenBy } from '../../why.ts'
import { setName, vxlanMac } from './names.ts'

/** Bytes that each encapsulation takes (felix/dataplane/linux/int_dataplane.go). */
const IPIP_OVERHEAD = 20
const VXLAN_OVERHEAD = { 4: 50, 6: 70 } as const
export const VXLAN_DEVICE = { 4: 'vxlan.calico', 6: 'vxlan-v6.calico' } as const
const VXLAN_ADDRESS = { 4: 'vxlan', 6: 'vxlan6' } as const

export const poolsOf = ({ pools }: CalicoPlan, family: Family): CalicoPlan['pools'] => pools.filter(({ cidr }) => familyOf(cidr) === family)
export const usesIpip = ({ pools }: CalicoPlan): boolean => pools.some((pool) => pool.ipip !== 'Never')
export const usesVxlan = (plan: CalicoPlan, family: Family): boolean => poolsOf(plan, family).some((pool) => pool.vxlan !== 'Never')
const ipipMtu = ({ mtu }: CalicoPlan): number => mtu.ipip || UNDERLAY_MTU - IPIP_OVERHEAD
export const vxlanMtu = ({ mtu }: CalicoPlan, family: Family): number => mtu[VXLAN_ADDRESS[family]] || UNDERLAY_MTU - VXLAN_OVERHEAD[family]
/** The address of a node's VXLAN device. */
export const vtepOf = (plan: CalicoPlan, node: string, family: Family): Ip | undefined => plan.tunnels.get(node)?.[VXLAN_ADDRESS[family]]

/** MTU of Pods: as the files say, else the smallest of the encapsulations that are on. */
export const podMtu = (plan: CalicoPlan): number =>
  plan.mtu.veth ||
  Math.min(
    UNDERLAY_MTU,
    usesIpip(plan) ? ipipMtu(plan) : UNDERLAY_MTU,
    ...([4, 6] as const).map((family) => (usesVxlan(plan, family) ? vxlanMtu(plan, family) : UNDERLAY_MTU)),
  )

export const addressIn = (node: ClusterNode, family: Family): Ip | undefined => node.addresses.find((one) => familyOf(one) === family)

/** All addresses of a node's tunnel devices. */
export const tunnelAddresses = (plan: CalicoPlan, node: string): readonly Ip[] => Object.values(plan.tunnels.get(node) ?? {})

/** The VXLAN device of a family, with an entry for each other node, which Felix writes as flanneld does. */
function vxlanOps(cluster: Cluster, plan: CalicoPlan, node: ClusterNode, family: Family, because: number): readonly Op[] {
  const local = addressIn(node, family)
  if (!usesVxlan(plan, family) || local === undefined) return []
  const dev = VXLAN_DEVICE[family]
  const own = vtepOf(plan, node.meta.name, family)
  const shared = { kind: 'vxlan', vni: plan.vxlanVni, local, underlay: UPLINK, dstport: plan.vxlanPort, flags: ['nolearning'] } as const
  const addrs = own === undefined ? [] : [hostCidr(own)]
  const out: Op[] = [
    { do: 'link', link: { ...shared, dev, mac: macOf(node, family), addrs, mtu: vxlanMtu(plan, family), up: true, because } },
  ]
  for (const peer of cluster.nodes) {
    const [address, tunnel] = [addressIn(peer, family), vtepOf(plan, peer.meta.name, family)]
    if (peer === node || address === undefined || tunnel === undefined) continue
    const why = writtenBy(cluster, 'felix', 'vtep-peer', [peer.because])
    const mac = macOf(peer, family)
    out.push({ do: 'neigh', neigh: { address: tunnel, dev, mac, state: 'PERMANENT', because: why } })
    out.push({ do: 'fdb', fdb: { mac, dev, dst: address, flags: ['self', 'permanent'], because: why } })
  }
  return out
}

/** The tunnel devices. tunl0 needs no entries: its routes name the other end. */
export function tunnelOps(cluster: Cluster, plan: CalicoPlan, node: ClusterNode): readonly Op[] {
  const own = plan.tunnels.get(node.meta.name)
  const because = writtenBy(cluster, 'felix', 'tunnel', [plan.because, node.because])
  const addrs = own?.ipip === undefined ? [] : [hostCidr(own.ipip)]
  const ipip = { dev: 'tunl0', kind: 'ipip', mac: '00:00:00:00:00:00' as Mac, addrs, mtu: ipipMtu(plan), up: true, because } as const
  return [
    ...(usesIpip(plan) ? [{ do: 'link', link: ipip } as const] : []),
    ...vxlanOps(cluster, plan, node, 4, because),
    ...vxlanOps(cluster, plan, node, 6, because),
  ]
}

/** Stored in the Node by Felix; a pasted cluster may have another. That of IPv6 hashes the name with an ending (calc/vxlan_resolver.go). */
const macOf = ({ meta }: ClusterNode, family: Family): Mac =>
  (meta.annotations[`projectcalico.org/VXLANTunnelMACAddr${family === 6 ? 'V6' : ''}`] as Mac | undefined) ??
  vxlanMac(family === 6 ? `${meta.name}-v6` : meta.name)

/** Sets of nets that the chains of every node ask (felix/dataplane/linux/masq_mgr.go, ipip_mgr.go, vxlan_mgr.go). */
export function setOps(cluster: Cluster, plan: CalicoPlan, family: Family): readonly Op[] {
  const because = writtenBy(cluster, 'felix', 'fixed-rule', [cluster.cni.because])
  const make = (id: string, entries: readonly SetEntry[]): readonly SetCommand[] => {
    const name = setName(id, family)
    const kept = [['hashsize', '1024'], ['maxelem', '1048576']] as const // biome-ignore format: words of one line
    return [
      { do: 'create', head: { name, type: 'hash:net', family, kept, because } },
      ...(entries.length === 0 ? [] : [{ do: 'add', set: name, entries } as const]),
    ]
  }
  const pools = poolsOf(plan, family)
  const nets = (all: CalicoPlan['pools']): readonly SetEntry[] => all.map((pool) => ({ values: [pool.cidr], because: pool.because }))
  const hosts = cluster.nodes.flatMap((node): readonly SetEntry[] => {
    const address = addressIn(node, family)
    return address === undefined ? [] : [{ values: [hostCidr(address)], because: node.because }]
  })
  return [
    {
      do: 'ipset',
      commands: [
        ...make('all-ipam-pools', nets(pools)),
        ...make('masq-ipam-pools', nets(pools.filter((pool) => pool.natOutgoing))),
        ...((usesIpip(plan) && family === 4) || plan.hostsExcluded ? make('all-hosts-net', hosts) : []),
        ...(usesVxlan(plan, family) ? make('all-vxlan-net', hosts) : []),
      ],
    },
  ]
}
