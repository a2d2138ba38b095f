import type { Cluster, ClusterNode } from '../cluster/cluster.ts'
import type { NodeDump } from '../cluster/dumps.ts'
import { linksOf, withDump } from '../dump/merge.ts'
import type { Surroundings } from '../dump/merge-links.ts'
import type { Netns } from '../kernel/machine.ts'
import type { Ip, Mac } from '../net/ip.ts'
import { podNetns } from './agent.ts'
import { hasOwnNetns, podsOf } from './cni/pods.ts'
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

/** Several dumps of a node come one over the other, in the order of the lab. */
function onto(cluster: Cluster, node: ClusterNode, netns: Netns): Netns {
  const place = around(cluster, node)
  return (node.dumps ?? []).reduce((now, { dump, causeOf }) => withDump(now, dump, place, causeOf), netns)
}

/** A kube-proxy of another mode than the lab's wrote the dump: what the lab's would write is not there. */
export function otherProxy({ proxy }: Cluster, node: ClusterNode): boolean {
  const has = (test: (d: NodeDump) => boolean): boolean => node.dumps?.some(test) === true
  const iptables = has(({ dump }) => dump.tables.some((t) => t.table === 'nat' && t.chains.has('KUBE-SERVICES')))
  const nft = has(({ dump }) => dump.nft?.commands.some((c) => c.do === 'table' && c.table === 'kube-proxy') === true)
  const ipvs = has(({ dump }) => dump.pieces['ipvsadm -Ln'] !== undefined || dump.pieces['ipvsadm -Sn'] !== undefined)
  if (ipvs) return proxy.mode !== 'ipvs'
  return (nft && proxy.mode !== 'nftables') || (iptables && !nft && proxy.mode !== 'iptables' && proxy.mode !== 'ipvs')
}

/** The devices that Pods of the node hang at now, where a dump names others than the CNI wrote. */
function attached(cluster: Cluster, node: ClusterNode, written: Written): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const netns = written(node.meta.name)
  if (netns === undefined) return found
  for (const { dump, causeOf } of node.dumps ?? [])
    for (const [pod, dev] of linksOf(netns, dump, around(cluster, node), causeOf)?.attached ?? []) found.set(pod, dev)
  return found
}

/** MACs that dumps show, by those that we made up for the same devices: what other nodes wrote of them follows. */
function macs(cluster: Cluster, written: Written): ReadonlyMap<Mac, Mac> {
  const changed = new Map<Mac, Mac>()
  for (const node of cluster.nodes) {
    if (node.dumps?.some(({ dump }) => dump.links !== undefined) !== true) continue
    const ours = written(node.meta.name)
    for (const { dump } of node.dumps)
      for (const link of dump.links?.links ?? []) {
        const old = ours?.links.find((l) => l.dev === link.dev)
        if (old !== undefined && link.mac !== undefined && old.mac !== link.mac && old.kind !== 'loopback') changed.set(old.mac, link.mac)
      }
  }
  return changed
}

const changes = new WeakMap<Cluster, ReadonlyMap<Mac, Mac>>()

/** A namespace as programs wrote it, with what dumps say: of the node itself, of the node that a Pod hangs at, of other nodes' MACs. */
export function dumped(cluster: Cluster, netns: Netns, written: Written): Netns {
  if (!cluster.nodes.some((n) => n.dumps !== undefined)) return netns
  const node = cluster.nodes.find((n) => n.meta.name === netns.name)
  if (node?.dumps !== undefined) return onto(cluster, node, netns)
  if (netns.kind === 'node') {
    const map = changes.get(cluster) ?? macs(cluster, written)
    changes.set(cluster, map)
    if (map.size === 0) return netns
    return {
      ...netns,
      neigh: netns.neigh.map((n) => (n.mac === undefined ? n : { ...n, mac: map.get(n.mac) ?? n.mac })),
      fdb: netns.fdb.map((f) => ({ ...f, mac: map.get(f.mac) ?? f.mac })),
    }
  }
  const peer = netns.links.find((l) => l.peer !== undefined)?.peer?.[0]
  const host = cluster.nodes.find((n) => n.meta.name === peer)
  if (host?.dumps === undefined) return netns
  const dev = attached(cluster, host, written).get(netns.name)
  return dev === undefined
    ? netns
    : { ...netns, links: netns.links.map((l) => (l.peer?.[0] === host.meta.name ? { ...l, peer: [host.meta.name, dev] as const } : l)) }
}
