import type { CalicoPlan } from '../../../cluster/calico/types.ts'
import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { SetCommand, SetEntry } from '../../../kernel/ipset/ast.ts'
import type { Op } from '../../../kernel/op.ts'
import { hostCidr } from '../../../net/cidr.ts'
import { familyOf, type Ip, type Mac } from '../../../net/ip.ts'
import { UNDERLAY_MTU, UPLINK } from '../../machine/underlay.ts'
import { writtenBy } from '../../why.ts'
import { setName, vxlanMac } from './names.ts'

/** Bytes that each encapsulation takes (felix/dataplane/linux/int_dataplane.go). */
const IPIP_OVERHEAD = 20
const VXLAN_OVERHEAD = 50

export const usesIpip = ({ pools }: CalicoPlan): boolean => pools.some((pool) => pool.ipip !== 'Never')
export const usesVxlan = ({ pools }: CalicoPlan): boolean => pools.some((pool) => pool.vxlan !== 'Never')
const ipipMtu = ({ mtu }: CalicoPlan): number => mtu.ipip || UNDERLAY_MTU - IPIP_OVERHEAD
export const vxlanMtu = ({ mtu }: CalicoPlan): number => mtu.vxlan || UNDERLAY_MTU - VXLAN_OVERHEAD

/** MTU of Pods: as the files say, else the smallest of the encapsulations that are on. */
export const podMtu = (plan: CalicoPlan): number =>
  plan.mtu.veth || Math.min(UNDERLAY_MTU, usesIpip(plan) ? ipipMtu(plan) : UNDERLAY_MTU, usesVxlan(plan) ? vxlanMtu(plan) : UNDERLAY_MTU)

const v4 = (node: ClusterNode): Ip | undefined => node.addresses.find((one) => familyOf(one) === 4)

/** vxlan.calico with an entry for each other node, which Felix writes as flanneld does; tunl0 needs none: its routes name the other end. */
export function tunnelOps(cluster: Cluster, plan: CalicoPlan, node: ClusterNode): readonly Op[] {
  const own = plan.tunnels.get(node.meta.name)
  const because = writtenBy(cluster, 'felix', 'tunnel', [plan.because, node.because])
  const local = v4(node)
  const out: Op[] = []
  if (usesIpip(plan)) {
    const addrs = own?.ipip === undefined ? [] : [hostCidr(own.ipip)]
    out.push({
      do: 'link',
      link: { dev: 'tunl0', kind: 'ipip', mac: '00:00:00:00:00:00' as Mac, addrs, mtu: ipipMtu(plan), up: true, because },
    })
  }
  if (!usesVxlan(plan) || local === undefined) return out
  const dev = 'vxlan.calico'
  const shared = { kind: 'vxlan', vni: plan.vxlanVni, local, underlay: UPLINK, dstport: plan.vxlanPort, flags: ['nolearning'] } as const
  const addrs = own?.vxlan === undefined ? [] : [hostCidr(own.vxlan)]
  out.push({ do: 'link', link: { ...shared, dev, mac: macOf(node), addrs, mtu: vxlanMtu(plan), up: true, because } })
  for (const peer of cluster.nodes) {
    const [address, tunnel] = [v4(peer), plan.tunnels.get(peer.meta.name)?.vxlan]
    if (peer === node || address === undefined || tunnel === undefined) continue
    const why = writtenBy(cluster, 'felix', 'vtep-peer', [peer.because])
    const mac = macOf(peer)
    out.push({ do: 'neigh', neigh: { address: tunnel, dev, mac, state: 'PERMANENT', because: why } })
    out.push({ do: 'fdb', fdb: { mac, dev, dst: address, flags: ['self', 'permanent'], because: why } })
  }
  return out
}

/** Stored in the Node by Felix; a pasted cluster may have another. */
const macOf = (node: ClusterNode): Mac =>
  (node.meta.annotations['projectcalico.org/VXLANTunnelMACAddr'] as Mac | undefined) ?? vxlanMac(node.meta.name)

/** Sets of nets that the chains of every node ask (felix/dataplane/linux/masq_mgr.go, ipip_mgr.go, vxlan_mgr.go). */
export function setOps(cluster: Cluster, plan: CalicoPlan): readonly Op[] {
  const because = writtenBy(cluster, 'felix', 'fixed-rule', [cluster.cni.because])
  const make = (id: string, entries: readonly SetEntry[]): readonly SetCommand[] => {
    const name = setName(id)
    const kept = [['hashsize', '1024'], ['maxelem', '1048576']] as const // biome-ignore format: words of one line
    return [
      { do: 'create', head: { name, type: 'hash:net', family: 4, kept, because } },
      ...(entries.length === 0 ? [] : [{ do: 'add', set: name, entries } as const]),
    ]
  }
  const nets = (all: CalicoPlan['pools']): readonly SetEntry[] => all.map((pool) => ({ values: [pool.cidr], because: pool.because }))
  const hosts = cluster.nodes.flatMap((node): readonly SetEntry[] => {
    const address = v4(node)
    return address === undefined ? [] : [{ values: [hostCidr(address)], because: node.because }]
  })
  return [
    {
      do: 'ipset',
      commands: [
        ...make('all-ipam-pools', nets(plan.pools)),
        ...make('masq-ipam-pools', nets(plan.pools.filter((pool) => pool.natOutgoing))),
        ...(usesIpip(plan) ? make('all-hosts-net', hosts) : []),
        ...(usesVxlan(plan) ? make('all-vxlan-net', hosts) : []),
      ],
    },
  ]
}
