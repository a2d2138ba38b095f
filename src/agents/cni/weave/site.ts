import type { Cluster, ClusterNode, ClusterPod } from '../../../cluster/cluster.ts'
import type { WeavePeer, WeavePlan } from '../../../cluster/weave/types.ts'
import { madeUpMac } from '../../../kernel/mac.ts'
import { familyOf, type Ip, type Mac } from '../../../net/ip.ts'
import { podNetns } from '../../agent.ts'
import { containerId } from '../container.ts'
import { hasOwnNetns, podsOf } from '../pods.ts'
import { BRIDGE } from './names.ts'

/** One node as its weaver knows it. */
export interface Site extends WeavePeer {
  readonly node: ClusterNode
  readonly publicIp: Ip
}

/** A Pod on the bridge of its node. */
export interface Attached {
  readonly pod: ClusterPod
  readonly netns: string
  readonly ip: Ip
  /** The node's end of the pair: `vethwepl` and seven digits of the sandbox' id. */
  readonly dev: string
  readonly mac: Mac
}

const v4 = (list: readonly Ip[]): Ip | undefined => list.find((a) => familyOf(a) === 4)

/** The weaver of a node; undefined: none runs there. */
export function siteOf(plan: WeavePlan, node: ClusterNode): Site | undefined {
  const peer = plan.peers.get(node.meta.name)
  const publicIp = v4(node.addresses)
  return peer && publicIp !== undefined ? { ...peer, node, publicIp } : undefined
}

export function attachedOn(cluster: Cluster, node: ClusterNode): readonly Attached[] {
  return podsOf(cluster, node)
    .filter(hasOwnNetns)
    .flatMap((pod): readonly Attached[] => {
      const ip = v4(pod.podIPs)
      if (ip === undefined) return []
      const netns = podNetns(pod)
      return [{ pod, netns, ip, dev: `vethwepl${containerId(pod).slice(0, 7)}`, mac: madeUpMac(netns, 'eth0') }]
    })
}

const known = new WeakMap<Cluster, ReadonlyMap<Mac, Site>>()

/** What the routers have learnt of each other: behind which peer a MAC is. */
export function macsOf(cluster: Cluster, plan: WeavePlan): ReadonlyMap<Mac, Site> {
  const old = known.get(cluster)
  if (old !== undefined) return old
  const made = new Map<Mac, Site>()
  for (const node of cluster.nodes) {
    const site = siteOf(plan, node)
    if (site === undefined) continue
    made.set(madeUpMac(node.meta.name, BRIDGE), site)
    for (const { mac } of attachedOn(cluster, node)) made.set(mac, site)
  }
  known.set(cluster, made)
  return made
}
