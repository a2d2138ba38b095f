import type { LabLoadBalancer } from '../../manifest/kinds/loadBalancer.ts'
import type { LabObject, LoadBalancerIngress, ServiceObject } from '../../manifest/kinds.ts'
import { cidr, nthOf, poolRange } from '../../net/cidr.ts'
import { addToIp, compareIp, type Family, familyOf, type Ip } from '../../net/ip.ts'
import type { ClusterNode } from '../cluster.ts'
import type { Place } from '../settling.ts'
import type { Sorted } from '../sorted.ts'

/** A provider as a Lab lists it, and where. */
export interface Provider {
  readonly lab: LabLoadBalancer
  readonly place: Place
}

export const providersOf = (sorted: Sorted): readonly Provider[] =>
  sorted.labs.flatMap((object: LabObject) =>
    object.is.loadBalancers.map((lab, i) => ({ lab, place: { object, path: `spec.loadBalancers[${i}]` } })),
  )

/** The controller that acts on a Service: that of its loadBalancerClass, or the first one without a class. */
export const providerFor = (providers: readonly Provider[], { is }: ServiceObject): Provider | undefined =>
  providers.find(({ lab }) => lab.class === is.spec.loadBalancerClass)

/** The net of a machine on the underlay. */
export const netBeside = (address: Ip): ReturnType<typeof cidr> => cidr(`${address}/${familyOf(address) === 4 ? 24 : 64}`)

/** The documentation's own nets (RFC 5737, RFC 3849): a provider whose lab names no addresses gives these. */
const USUAL: Readonly<Record<Family, string>> = { 4: '203.0.113.10-203.0.113.250', 6: '2001:db8:113::10-2001:db8:113::ff' }

/** The ranges of a provider. What a node answers ARP for has to lie in the nodes' own net. */
export function rangesOf({ lab }: Provider, nodes: readonly ClusterNode[]): readonly { readonly first: Ip; readonly last: Ip }[] {
  if (lab.pool.length > 0) return lab.pool.flatMap((text) => poolRange(text) ?? [])
  return ([4, 6] as const).flatMap((family) => {
    if (lab.kind !== 'l2') return poolRange(USUAL[family]) ?? []
    const beside = nodes.flatMap((node) => node.addresses).find((address) => familyOf(address) === family)
    if (beside === undefined) return []
    const net = netBeside(beside)
    return { first: nthOf(net, 240), last: nthOf(net, 250) }
  })
}

/** The first address of the ranges that nobody has. Looks at so many of them, not at the whole of an IPv6 net. */
export function freeAddress(
  ranges: readonly { readonly first: Ip; readonly last: Ip }[],
  family: Family,
  taken: ReadonlySet<string>,
): Ip | undefined {
  for (const { first, last } of ranges) {
    if (familyOf(first) !== family) continue
    for (let n = 0, at = first; n < 4096 && compareIp(at, last) <= 0; n++, at = addToIp(at, 1)) {
      const net = netBeside(at)
      if (!taken.has(at) && at !== nthOf(net, 0) && !(family === 4 && at === nthOf(net, 255))) return at
    }
  }
  return undefined
}

/** How packets come to a node decides what the API is told (KEP-1860). */
export const modeOf = ({ lab }: Provider): LoadBalancerIngress['ipMode'] => (lab.kind === 'nat' ? 'Proxy' : 'VIP')

/** Cluster autoscaler, cloud controllers and MetalLB leave a node with this label out. */
const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers'

/** Nodes that a provider sends to: not those that say no, nor those whose kubelet the control plane has lost. */
export const takesPart = (node: ClusterNode): boolean =>
  node.meta.labels[EXCLUDED] === undefined &&
  !(node.taints ?? []).some(({ key }) => key === 'node.kubernetes.io/unreachable' || key === 'node.kubernetes.io/network-unavailable')
