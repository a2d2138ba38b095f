import type { Cluster, ClusterNode } from '../cluster/cluster.ts'
import type { NodeDump } from '../cluster/dumps.ts'
import { dumpReader } from '../dump/late.ts'
import type { Surroundings } from '../dump/merge-links.ts'
import type { Source } from '../dump/tables.ts'
import { applyOps, newNetns } from '../kernel/apply.ts'
import type { Netns } from '../kernel/machine.ts'
import type { Op } from '../kernel/op.ts'
import { addressOf, hostCidr } from '../net/cidr.ts'
import { type Cidr, familyOf, type Ip, type Mac } from '../net/ip.ts'
import { podNetns } from './agent.ts'
import { hasOwnNetns, podsOf } from './cni/pods.ts'
import { dumpedMacs, withMacs } from './dumped-macs.ts'
import { UNDERLAY } from './machine/underlay.ts'

type Written = (name: string) => Netns | undefined

const around = (cluster: Cluster, node: ClusterNode): Surroundings => ({
  wire: UNDERLAY,
  addresses: node.addresses,
  pods: new Map(
    podsOf(cluster, node)
      .filter(hasOwnNetns)
      .map((pod): [string, readonly Ip[]] => [podNetns(pod), pod.podIPs]),
  ),
})

const sourcesOf = (node: ClusterNode): readonly Source[] => (node.dumps ?? []).map(({ dump, causeOf }) => ({ dump, because: causeOf }))

/** A kube-proxy of another mode than the lab's wrote the dump: what the lab's would write is not there. */
export function otherProxy({ proxy }: Cluster, node: ClusterNode): boolean {
  const has = (test: (d: NodeDump) => boolean): boolean => node.dumps?.some(test) === true
  const iptables = has(({ dump }) => dump.tables.some((t) => t.table === 'nat' && t.chains.has('KUBE-SERVICES')))
  const nft = has(({ dump }) => dump.nft?.commands.some((c) => c.do === 'table' && c.table === 'kube-proxy') === true)
  const ipvs = has(({ dump }) => dump.pieces['ipvsadm -Ln'] !== undefined || dump.pieces['ipvsadm -Sn'] !== undefined)
  if (ipvs) return proxy.mode !== 'ipvs'
  return (nft && proxy.mode !== 'nftables') || (iptables && !nft && proxy.mode !== 'iptables' && proxy.mode !== 'ipvs')
}

const changes = new WeakMap<Cluster, ReadonlyMap<Mac, Mac>>()

/** A namespace as programs wrote it, with what dumps say: of the node itself, of the node that a Pod hangs at, of other nodes' MACs. */
export function dumped(cluster: Cluster, netns: Netns, written: Written): Netns {
  const node = cluster.nodes.find((n) => n.meta.name === netns.name)
  if (node?.dumps !== undefined) return dumpReader.get().withDumps(netns, sourcesOf(node), around(cluster, node))
  if (netns.kind !== 'pod') {
    const map = changes.get(cluster) ?? dumpedMacs(cluster, written)
    changes.set(cluster, map)
    return withMacs(netns, map)
  }
  const peer = netns.links.find((l) => l.peer !== undefined)?.peer?.[0]
  const host = cluster.nodes.find((n) => n.meta.name === peer)
  if (host?.dumps === undefined) return netns
  const bare = written(host.meta.name)
  if (bare === undefined) return netns
  const { links, attached } = dumpReader.get().mergedLinks(bare, sourcesOf(host), around(cluster, host)) ?? {}
  const at = attached?.get(netns.name)
  if (at === undefined) return netns
  if (at.mac !== undefined) return bridged(netns, host.meta.name, at.dev, at.mac)
  const mac = links?.find((l) => l.dev === at.dev)?.mac
  return mac === undefined ? netns : routed(netns, host.meta.name, at.dev, mac)
}

/** A Pod behind a bridge: its own side has the MAC that the node saw. */
const bridged = (netns: Netns, node: string, dev: string, mac: Mac): Netns => ({
  ...netns,
  links: netns.links.map((l) => (l.peer?.[0] === node ? { ...l, mac, peer: [node, dev] as const } : l)),
})

/** The router that Calico and the VPC plugin of AWS give a Pod: nobody's address, at the MAC of the Pod's own veth pair. */
const HOST_SIDE = '169.254.1.1' as Ip

/** A Pod's side of a veth pair that the node routes to: its address alone, and everything by way of the other end. */
function routed(netns: Netns, node: string, dev: string, mac: Mac): Netns {
  const bare = newNetns(netns.name, netns.kind)
  const links = netns.links.filter((l) => l.kind !== 'loopback')
  const ops = links.flatMap((link): readonly Op[] => {
    const { ifindex: _index, ...rest } = link
    const addrs = link.addrs.map((net) => hostCidr(addressOf(net)))
    const because = link.because === undefined ? {} : { because: link.because }
    if (!addrs.some((net) => familyOf(net) === 4)) return [{ do: 'link', link: { ...rest, addrs, peer: [node, dev] } }]
    return [
      { do: 'link', link: { ...rest, addrs, peer: [node, dev] } },
      { do: 'route', route: { dst: hostCidr(HOST_SIDE), dev: link.dev, ...because } },
      { do: 'route', route: { dst: '0.0.0.0/0' as Cidr, via: HOST_SIDE, dev: link.dev, ...because } },
      { do: 'neigh', neigh: { address: HOST_SIDE, dev: link.dev, mac, state: 'PERMANENT', ...because } },
    ]
  })
  const made = applyOps(bare, ops)
  return { ...made, sysctls: netns.sysctls, rules: netns.rules, listeners: netns.listeners, files: netns.files }
}
