import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Cluster, ClusterNode, ClusterPod } from '../../../cluster/cluster.ts'
import { madeUpMac } from '../../../kernel/mac.ts'
import { maskedCidr, nthOf, sizeOf } from '../../../net/cidr.ts'
import { type Cidr, familyOf, type Ip, type Mac } from '../../../net/ip.ts'
import { mix } from '../../../trace/luck.ts'
import { podNetns } from '../../agent.ts'
import { containerId } from '../container.ts'
import { hasOwnNetns, podsOf } from '../pods.ts'

/** Reserved identities (pkg/identity/numericidentity.go). */
export const HOST = 1
export const WORLD = 2
export const REMOTE_NODE = 6

/** One node as cilium-agent knows it: its range, its own address and the router address inside the range. */
export interface Site {
  readonly node: ClusterNode
  readonly subnet: Cidr
  readonly publicIp: Ip
  readonly router: Ip
}

/** A Pod that cilium-agent of its node looks after. */
export interface Endpoint {
  readonly pod: ClusterPod
  readonly netns: string
  readonly ip: Ip
  /** Number on its node, as `cilium-dbg endpoint list` shows it. */
  readonly id: number
  readonly identity: number
  /** The node's end of the pair, and both MACs. */
  readonly dev: string
  readonly hostMac: Mac
  readonly mac: Mac
}

const v4 = (list: readonly Ip[]): Ip | undefined => list.find((a) => familyOf(a) === 4)

/** Any free address of the range (IPAM draws it): ours comes from the node's name, in the upper half. */
function routerOf(cluster: Cluster, node: ClusterNode, subnet: Cidr): Ip {
  const size = Number(sizeOf(subnet) > 256n ? 256n : sizeOf(subnet))
  const taken = new Set(cluster.pods.flatMap((p) => p.podIPs))
  const half = Math.max(1, Math.floor(size / 2))
  for (let i = 0; i < half; i++) {
    const address = nthOf(subnet, half + ((mix(0, `router ${node.meta.name}`) + i) % Math.max(1, half - 1)))
    if (!taken.has(address)) return address
  }
  return nthOf(subnet, 1)
}

const known = new WeakMap<Cluster, ReadonlyMap<ClusterNode, Site>>()

/** Nodes that take part: with a range and an address of IPv4. One whose interfaces the lab lists has no agent. */
export function sitesOf(cluster: Cluster): ReadonlyMap<ClusterNode, Site> {
  const old = known.get(cluster)
  if (old !== undefined) return old
  const made = new Map<ClusterNode, Site>()
  for (const node of cluster.nodes) {
    const subnet = node.podCIDRs.find((c) => familyOf(c) === 4)
    const publicIp = v4(node.addresses)
    if (node.interfaces !== undefined || subnet === undefined || publicIp === undefined) continue
    const net = maskedCidr(subnet)
    made.set(node, { node, subnet: net, publicIp, router: routerOf(cluster, node, net) })
  }
  known.set(cluster, made)
  return made
}

/** Labels make the identity: all Pods with the same ones share it, across nodes. */
const labelsOf = ({ meta }: ClusterPod): string =>
  [`namespace=${meta.namespace}`, ...Object.entries(meta.labels).map(([k, v]) => `${k}=${v}`)].sort().join(',')

const identities = new WeakMap<Cluster, ReadonlyMap<string, number>>()

/** Numbers from 256, as the cluster's allocator hands them out: ours come from the labels, and none is given twice. */
export function identityOf(cluster: Cluster, pod: ClusterPod): number {
  let all = identities.get(cluster)
  if (all === undefined) {
    const given = new Map<string, number>()
    const taken = new Set<number>()
    for (const labels of [...new Set(cluster.pods.map(labelsOf))].sort()) {
      let id = 256 + (mix(0, `identity ${labels}`) % 65_279)
      while (taken.has(id)) id = id === 65_534 ? 256 : id + 1
      taken.add(id)
      given.set(labels, id)
    }
    identities.set(cluster, given)
    all = given
  }
  return all.get(labelsOf(pod)) ?? WORLD
}

/** `lxc` and twelve hex digits of a hash over the sandbox' id and the interface (plugins/cilium-cni). */
const lxcOf = (pod: ClusterPod): string => `lxc${bytesToHex(sha256(utf8ToBytes(`${containerId(pod)}:eth0`))).slice(0, 12)}`

/** Endpoints of a node, in the order of its Pods. */
export function endpointsOf(cluster: Cluster, node: ClusterNode): readonly Endpoint[] {
  const taken = new Set<number>()
  return podsOf(cluster, node)
    .filter(hasOwnNetns)
    .flatMap((pod): readonly Endpoint[] => {
      const ip = v4(pod.podIPs)
      if (ip === undefined) return []
      const netns = podNetns(pod)
      let id = 1 + (mix(0, `endpoint ${netns}`) % 4_095)
      while (taken.has(id)) id = id === 4_095 ? 1 : id + 1
      taken.add(id)
      const dev = lxcOf(pod)
      const identity = identityOf(cluster, pod)
      return [{ pod, netns, ip, id, identity, dev, hostMac: madeUpMac(node.meta.name, dev), mac: madeUpMac(netns, 'eth0') }]
    })
}
