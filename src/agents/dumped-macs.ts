import type { Cluster } from '../cluster/cluster.ts'
import type { Netns } from '../kernel/machine.ts'
import { addressOf } from '../net/cidr.ts'
import type { Ip, Mac } from '../net/ip.ts'
import { hostNetns } from './agent.ts'
import { UNDERLAY } from './machine/underlay.ts'

type Written = (name: string) => Netns | undefined

/** The machines of the lab that no dump is of, and that a dumped node may have met. */
const others = (cluster: Cluster): readonly string[] => [
  ...cluster.nodes.filter((n) => n.dumps === undefined).map((n) => n.meta.name),
  ...cluster.hosts.map(hostNetns),
  UNDERLAY,
]

/** The MAC that we made up for a device: of the one with this address, or of this name on the machine that has the address. */
function madeUp(names: readonly string[], written: Written, address: Ip, dev?: string): Mac | undefined {
  for (const name of names) {
    const links = written(name)?.links ?? []
    const owner = links.find((l) => l.addrs.some((net) => addressOf(net) === address))
    if (owner !== undefined) return dev === undefined ? owner.mac : links.find((l) => l.dev === dev)?.mac
  }
  return undefined
}

/**
 * MACs that dumps show, by those that we made up for the same devices: of the dumped node itself, of machines in its neighbour table, and of
 * the far ends of its tunnels. Whatever was written of them elsewhere follows.
 */
export function dumpedMacs(cluster: Cluster, written: Written): ReadonlyMap<Mac, Mac> {
  const changed = new Map<Mac, Mac>()
  const put = (old: Mac | undefined, now: Mac | undefined): void => {
    if (old !== undefined && now !== undefined && old !== now) changed.set(old, now)
  }
  const names = others(cluster)
  for (const node of cluster.nodes) {
    for (const { dump } of node.dumps ?? []) {
      const ours = dump.links === undefined ? undefined : written(node.meta.name)
      for (const link of dump.links?.links ?? []) {
        const old = ours?.links.find((l) => l.dev === link.dev)
        if (old?.kind !== 'loopback') put(old?.mac, link.mac)
      }
      for (const { is } of dump.fdb ?? []) if (is.dst !== undefined) put(madeUp(names, written, is.dst, is.dev), is.mac)
      for (const { is } of dump.neigh ?? []) put(madeUp(names, written, is.address), is.mac)
    }
  }
  return changed
}

/** A machine whose devices and tables have these MACs in the place of ours. */
export function withMacs(netns: Netns, map: ReadonlyMap<Mac, Mac>): Netns {
  if (map.size === 0) return netns
  return {
    ...netns,
    links: netns.links.map((l) => (map.has(l.mac) ? { ...l, mac: map.get(l.mac) as Mac } : l)),
    neigh: netns.neigh.map((n) => (n.mac === undefined ? n : { ...n, mac: map.get(n.mac) ?? n.mac })),
    fdb: netns.fdb.map((f) => ({ ...f, mac: map.get(f.mac) ?? f.mac })),
  }
}
