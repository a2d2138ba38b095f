import type { Cluster, ClusterHost, ClusterNode } from '../cluster/cluster.ts'
import { applyOps, newNetns } from '../kernel/apply.ts'
import type { Machines, Netns, NetnsKind } from '../kernel/machine.ts'
import type { Op } from '../kernel/op.ts'
import { hostNetns, podNetns } from './agent.ts'
import { balancerPart } from './balancer/late.ts'
import { cniOf } from './cni/list.ts'
import { hasOwnNetns } from './cni/pods.ts'
import { dumpedNodes } from './dumped-late.ts'
import { hostFittings } from './kubelet/kubelet.ts'
import { agents } from './list.ts'
import { hostOps } from './machine/machine.ts'
import { pluggedIn, routerOps, UNDERLAY, UPLINK, underlayOf } from './machine/underlay.ts'

/** Ops for the namespaces of one node, its pods' included, from all agents in their order. */
function opsOf(cluster: Cluster, node: ClusterNode): ReadonlyMap<string, readonly Op[]> {
  const out = new Map<string, Op[]>()
  for (const agent of agents) {
    if (agent.id === 'kube-proxy' && node.dumps && dumpedNodes.get().otherProxy(cluster, node)) continue
    for (const { netns, ops } of agent.program(undefined, cluster, node).ops) {
      const list = out.get(netns)
      if (list === undefined) out.set(netns, [...ops])
      else for (const op of ops) list.push(op)
    }
  }
  return out
}

/** What a namespace is and who writes it, without writing anything yet. */
interface Place {
  readonly kind: NetnsKind
  readonly ops: () => readonly Op[]
}

/** A machine outside the cluster without what makes it a load balancer: it asks for the nodes' health before it sends to them. */
export const plainHost = (cluster: Cluster, host: ClusterHost): Netns =>
  applyOps(newNetns(hostNetns(host), 'client'), [...hostOps(cluster, host), ...hostFittings(cluster, host)])

function placesOf(cluster: Cluster): ReadonlyMap<string, Place> {
  const balanced = cluster.balancers && balancerPart.get()
  const places = new Map<string, Place>()
  const perNode = new Map<string, ReadonlyMap<string, readonly Op[]>>()
  const nodes = new Map(cluster.nodes.map((n) => [n.meta.name, n]))
  const written = (node: ClusterNode, netns: string): readonly Op[] => {
    const all = perNode.get(node.meta.name) ?? opsOf(cluster, node)
    perNode.set(node.meta.name, all)
    return all.get(netns) ?? []
  }
  for (const node of cluster.nodes)
    places.set(node.meta.name, {
      kind: 'node',
      ops: () => [
        ...written(node, node.meta.name),
        ...(balanced?.knownVips(cluster, pluggedIn(node)?.name ?? UPLINK, node.meta.name) ?? []),
      ],
    })
  for (const pod of cluster.pods) {
    const node = nodes.get(pod.nodeName)
    if (node !== undefined && hasOwnNetns(pod)) places.set(podNetns(pod), { kind: 'pod', ops: () => written(node, podNetns(pod)) })
  }
  for (const host of cluster.hosts)
    places.set(hostNetns(host), {
      kind: 'client',
      ops: () => [
        ...hostOps(cluster, host),
        ...hostFittings(cluster, host),
        ...(balanced ? [...balanced.knownVips(cluster, UPLINK), ...balanced.balancerOps(cluster, host)] : []),
      ],
    })
  places.set(UNDERLAY, {
    kind: 'underlay',
    ops: () => [...routerOps(cluster), ...(cniOf(cluster)?.fabric?.(cluster) ?? []), ...(balanced?.routerVips(cluster) ?? [])],
  })
  return places
}

const known = new WeakMap<Cluster, Machines>()

/**
 * All machines of a cluster: nodes by name, pods `NS/POD`, hosts `host/NAME`, the router `underlay`. A namespace is written when
 * it is first asked for and stays the same object; the same cluster gives the same machines.
 */
export function program(cluster: Cluster): Machines {
  const old = known.get(cluster)
  if (old !== undefined) return old
  const places = placesOf(cluster)
  const dumps = cluster.nodes.some((n) => n.dumps !== undefined) ? dumpedNodes.get() : undefined
  const made = new Map<string, Netns>()
  /** As the programs write it, before any dump. */
  const bare = new Map<string, Netns>()
  const written = (name: string): Netns | undefined => {
    const place = places.get(name)
    const old = bare.get(name) ?? (place && applyOps(newNetns(name, place.kind), place.ops()))
    if (old !== undefined) bare.set(name, old)
    return old
  }
  const outside = [...places].filter(([, place]) => place.kind !== 'pod').map(([name]) => name)
  const machines: Machines = {
    names: [...places.keys()],
    wires: [underlayOf(cluster).wire],
    plugged: () => outside,
    netns(name) {
      const ready = made.get(name)
      if (ready !== undefined) return ready
      const bare = written(name)
      if (bare === undefined) return undefined
      const netns = dumps ? dumps.dumped(cluster, bare, written) : bare
      made.set(name, netns)
      return netns
    },
  }
  known.set(cluster, machines)
  return machines
}
