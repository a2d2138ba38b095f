import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import { tableOf } from '../../../kernel/conntrack.ts'
import type { CtEntry, Moment } from '../../../kernel/moment.ts'
import { tupleKey } from '../../../kernel/tuple.ts'
import { type Family, familyOf, type Ip } from '../../../net/ip.ts'
import { endpointsOf } from '../endpoints.ts'
import { type ServicePort, servicePorts } from '../serviceport.ts'
import { familiesOf } from '../view.ts'

/** One `conntrack -D -p udp`: what an entry must have to be deleted. */
interface Deletion {
  readonly family: Family
  /** --orig-dst */
  readonly origDst?: Ip
  /** --dport, of the original direction */
  readonly dport?: number
  /** --dst-nat */
  readonly dstNat?: Ip
}

const MODES: readonly Cluster['proxy']['mode'][] = ['iptables', 'ipvs', 'nftables']

const addressesOf = (port: ServicePort): readonly Ip[] => [
  port.clusterIP,
  ...port.externalIPs.map((e) => e.value),
  ...port.vips.map((v) => v.value),
]

const nodeOf = (cluster: Cluster, name: string): ClusterNode | undefined => cluster.nodes.find((n) => n.meta.name === name)

/** UDP ports of one family by key, with their endpoints that serve: `IP:port` → IP. */
function udpPorts(cluster: Cluster | undefined, node: string, family: Family) {
  const at = cluster && nodeOf(cluster, node)
  const ports = cluster && at ? servicePorts(cluster, family).filter((p) => p.proto === 'udp') : []
  return new Map(
    ports.map((port) => {
      const serving = endpointsOf(cluster as Cluster, port, at as ClusterNode).filter((e) => e.serving)
      return [port.name, { port, serving: new Map(serving.map((e) => [e.text, e.ip])) }]
    }),
  )
}

/**
 * What a sync deletes, v1.30 (pkg/proxy/conntrack/cleanup.go): entries for a ClusterIP whose UDP port is gone, all entries of a Service that
 * had no serving endpoint and now has one, and entries that were sent to an endpoint that no longer serves. `before` undefined: the first
 * sync of a process, which has seen nothing yet. TCP is left alone.
 */
function deletions(before: Cluster | undefined, now: Cluster, node: string, family: Family): readonly Deletion[] {
  const [old, next] = [udpPorts(before, node, family), udpPorts(now, node, family)]
  const out: Deletion[] = []
  for (const [name, { port }] of old) if (!next.has(name)) out.push({ family, origDst: port.clusterIP })
  for (const [name, { port, serving }] of next) {
    const was = old.get(name)?.serving ?? new Map<string, Ip>()
    const nodePort = port.nodePort === 0 ? [] : [port.nodePort]
    if (was.size === 0 && serving.size > 0) {
      for (const origDst of addressesOf(port)) out.push({ family, origDst })
      for (const dport of nodePort) out.push({ family, dport })
    }
    for (const [text, dstNat] of was) {
      if (serving.has(text)) continue
      for (const origDst of addressesOf(port)) out.push({ family, origDst, dstNat })
      for (const dport of nodePort) out.push({ family, dport, dstNat })
    }
  }
  return out
}

/** `--dst-nat` asks for the status bit too: an entry that IPVS sent on has it not (libnetfilter_conntrack, is_dnat). */
const fits = (entry: CtEntry, d: Deletion): boolean =>
  entry.orig.proto === 'udp' &&
  entry.family === d.family &&
  (d.origDst === undefined || entry.orig.dst === d.origDst) &&
  (d.dport === undefined || entry.orig.dport === d.dport) &&
  (d.dstNat === undefined || (entry.status.has('DST_NAT') && entry.reply.src === d.dstNat))

/** Deletes what a sync of kube-proxy on `node` deletes from the node's conntrack table. The moment is changed in place. */
export function cleanConntrack(moment: Moment, before: Cluster | undefined, now: Cluster, node: string): void {
  const at = nodeOf(now, node)
  if (at === undefined || !MODES.includes(now.proxy.mode)) return
  const all = familiesOf(at).flatMap((family) => deletions(before, now, node, family))
  if (all.length === 0) return
  const table = tableOf(moment, node)
  for (const entry of new Set(table.values())) {
    if (!all.some((d) => familyOf(entry.orig.dst) === d.family && fits(entry, d))) continue
    for (const tuple of [entry.orig, entry.reply]) if (table.get(tupleKey(tuple)) === entry) table.delete(tupleKey(tuple))
  }
}
