import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { takesPart } from '../../cluster/balancer/providers.ts'
import type { BalancedService, Balancer, Cluster, ClusterNode } from '../../cluster/cluster.ts'
import { madeUpMac } from '../../kernel/mac.ts'
import type { Op } from '../../kernel/op.ts'
import { hostCidr, inCidr } from '../../net/cidr.ts'
import { type Family, familyOf, type Ip } from '../../net/ip.ts'
import { pluggedIn, UPLINK, underlayOf } from '../machine/underlay.ts'
import { writtenBy } from '../why.ts'

const hex = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')

/** Nodes with a serving endpoint of the Service (EndpointCanServe: `serving` where it is told, else `ready`). */
function servingNodes(cluster: Cluster, { service }: BalancedService): ReadonlySet<string | undefined> {
  const { namespace, name } = service.meta
  const own = cluster.slices.filter((slice) => slice.service === name && slice.meta.namespace === namespace)
  return new Set(own.flatMap(({ is }) => is.endpoints.filter((e) => e.serving ?? e.ready ?? true).map((e) => e.nodeName)))
}

/**
 * The node whose speaker answers for the Service's addresses: of all that may, the one with the least sha256 of `NODE#FIRST-ADDRESS`; with
 * policy Local only nodes that have an endpoint may. Nobody does for a Service without endpoints (metallb speaker/layer2_controller.go).
 */
export function leaderOf(cluster: Cluster, one: BalancedService): ClusterNode | undefined {
  const serving = servingNodes(cluster, one)
  const [vip] = one.vips
  if (serving.size === 0 || vip === undefined) return undefined
  const local = one.service.spec.externalTrafficPolicy === 'Local'
  const able = cluster.nodes.filter((node) => takesPart(node) && (!local || serving.has(node.meta.name)))
  const hashed = able.map((node) => ({ node, by: hex(sha256(utf8ToBytes(`${node.meta.name}#${vip}`))) }))
  return hashed.sort((a, b) => (a.by < b.by ? -1 : 1))[0]?.node
}

const announcers = (cluster: Cluster): readonly Balancer[] => (cluster.balancers ?? []).filter(({ kind }) => kind === 'l2')

/** Names of the nodes that answer for an address. */
export const leaders = (cluster: Cluster): ReadonlySet<string> =>
  new Set(announcers(cluster).flatMap(({ serves }) => serves.flatMap((one) => leaderOf(cluster, one)?.meta.name ?? [])))

/** What a machine on the nodes' segment has heard by ARP: the address is at the leader's card. `self`: its own name, when it is a node. */
export function knownVips(cluster: Cluster, dev: string, self?: string): readonly Op[] {
  return announcers(cluster).flatMap((balancer) =>
    balancer.serves.flatMap((one): readonly Op[] => {
      const leader = leaderOf(cluster, one)
      if (leader === undefined || leader.meta.name === self) return []
      const mac = madeUpMac(leader.meta.name, pluggedIn(leader)?.name ?? UPLINK)
      const because = writtenBy(cluster, 'speaker', 'announced', [one.service.causeOf('status.loadBalancer.ingress'), leader.because])
      return one.vips.map((address): Op => ({ do: 'neigh', neigh: { address, dev, mac, state: 'REACHABLE', because } }))
    }),
  )
}

/** The router's way to the addresses of all balancers: to the balancer's machine, or onto the segment where a node answers. */
export function routerVips(cluster: Cluster): readonly Op[] {
  const nets = [...underlayOf(cluster).gateways.keys()]
  const because = writtenBy(cluster, 'load balancer', 'balancer-address', [])
  const viaMachine = cluster.hosts.flatMap(({ balancer, addresses }) =>
    (balancer?.serves ?? []).flatMap(({ vips }) =>
      vips.flatMap((vip): readonly Op[] => {
        const via = addresses.find((a) => familyOf(a) === (familyOf(vip) as Family))
        return via === undefined ? [] : [{ do: 'route', route: { dst: hostCidr(vip), via, because } }]
      }),
    ),
  )
  const beside = (vip: Ip): boolean => nets.some((net) => inCidr(vip, net))
  const onLink = announcers(cluster).flatMap(({ serves }) =>
    serves.flatMap(({ vips }) =>
      vips.filter((vip) => !beside(vip)).map((vip): Op => ({ do: 'route', route: { dst: hostCidr(vip), dev: UPLINK, because } })),
    ),
  )
  return [...viaMachine, ...onLink, ...knownVips(cluster, UPLINK)]
}
