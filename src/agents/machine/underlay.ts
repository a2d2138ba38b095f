import type { Cluster, ClusterHost, ClusterNode } from '../../cluster/cluster.ts'
import { madeUpMac } from '../../kernel/mac.ts'
import type { Link, Wire } from '../../kernel/machine.ts'
import type { Op } from '../../kernel/op.ts'
import { addressOf, inCidr, maskedCidr, nthOf } from '../../net/cidr.ts'
import { type Cidr, familyOf, type Ip } from '../../net/ip.ts'
import { writtenBy } from '../why.ts'

/** The wire that all nodes and hosts are plugged into, and the netns of the router on it. */
export const UNDERLAY = 'underlay'
export const UPLINK = 'eth0'
/** Bytes of an IP packet on it. */
export const UNDERLAY_MTU = 1500

/** A machine on the underlay has a /24, or a /64. */
const onUnderlay = (address: Ip): Cidr => `${address}/${familyOf(address) === 4 ? 24 : 64}` as Cidr

/** The interface that is plugged in when a lab lists them all: the first with an address of the node that is not lo. */
export const pluggedIn = (node: ClusterNode): { readonly name: string; readonly addresses: readonly Cidr[] } | undefined =>
  node.interfaces?.find((i) => i.name !== 'lo' && i.addresses.some((a) => node.addresses.includes(addressOf(a))))

/** Addresses of a machine's interface on the underlay. */
export function uplinkAddresses(machine: ClusterNode | ClusterHost): readonly Cidr[] {
  if ('interfaces' in machine && machine.interfaces !== undefined) return pluggedIn(machine)?.addresses ?? []
  const dumps = 'dumps' in machine ? (machine.dumps ?? []) : []
  const nets = dumps.flatMap(({ dump }) => dump.clues.uplink)
  const dumped = (address: Ip): Cidr | undefined => nets.find((net) => addressOf(net) === address)
  return machine.addresses.map((address) => dumped(address) ?? onUnderlay(address))
}

/** The routers that dumped default routes name: the lab's router takes their addresses. */
const dumpedGateways = (cluster: Cluster): readonly Ip[] =>
  cluster.nodes.flatMap((node) => (node.dumps ?? []).flatMap(({ dump }) => dump.clues.gateways))

export interface Underlay {
  readonly wire: Wire
  /** The router's address in each subnet on the wire. */
  readonly gateways: ReadonlyMap<Cidr, Ip>
}

/** `.1`, unless a machine of the lab has it: then the highest address that nobody has. */
function freeGateway(net: Cidr, taken: ReadonlySet<Ip>): Ip | undefined {
  const all = [1, ...Array.from({ length: 253 }, (_, i) => 254 - i)].map((n) => nthOf(net, n))
  return all.find((a) => inCidr(a, net) && !taken.has(a))
}

const known = new WeakMap<Cluster, Underlay>()

/** The network under the nodes: one wire, and on it a router that knows every subnet and nothing of pods and Services. */
export function underlayOf(cluster: Cluster): Underlay {
  const old = known.get(cluster)
  if (old !== undefined) return old
  const machines = [...cluster.nodes, ...cluster.hosts]
  const addresses = machines.flatMap(uplinkAddresses).filter((a) => !/^fe[89ab]/.test(a))
  const taken = new Set(addresses.map(addressOf))
  const gateways = new Map<Cidr, Ip>()
  const named = dumpedGateways(cluster)
  for (const net of new Set(addresses.map(maskedCidr))) {
    const gateway = named.find((a) => inCidr(a, net) && !taken.has(a)) ?? freeGateway(net, taken)
    if (gateway !== undefined) gateways.set(net, gateway)
  }
  const net = [...gateways.keys()][0]
  const made = {
    wire: {
      name: UNDERLAY,
      ...(cluster.blocks.length > 0 && { blocks: cluster.blocks }),
      ...(cluster.underlayMtu === undefined ? {} : { mtu: cluster.underlayMtu }),
      ...(net === undefined ? {} : { net }),
    },
    gateways,
  }
  known.set(cluster, made)
  return made
}

/** Default routes of a machine on the underlay, one for each family; `given` is the gateway that the lab names. */
export function defaultRoutes(cluster: Cluster, addrs: readonly Cidr[], because: number, given?: Ip): readonly Op[] {
  const { gateways } = underlayOf(cluster)
  return ([4, 6] as const).flatMap((family): readonly Op[] => {
    const own = addrs.filter((a) => familyOf(a) === family)
    const named = given !== undefined && own.some((a) => inCidr(given, a)) ? given : undefined
    const via = named ?? own.map((a) => gateways.get(maskedCidr(a))).find((g) => g !== undefined)
    if (via === undefined) return []
    return [{ do: 'route', route: { dst: (family === 4 ? '0.0.0.0/0' : '::/0') as Cidr, via, because } }]
  })
}

/** An interface plugged into the underlay. */
export const uplink = (netns: string, dev: string, addrs: readonly Cidr[], because: number): Omit<Link, 'ifindex'> => ({
  dev,
  kind: 'physical',
  mac: madeUpMac(netns, dev),
  addrs,
  mtu: UNDERLAY_MTU,
  up: true,
  wire: UNDERLAY,
  because,
})

/**
 * The router: the first address of every subnet, forwarding between them. What it does not know goes to the rest of the world,
 * where nobody answers. It sends no redirects: all its subnets share one wire.
 */
export function routerOps(cluster: Cluster): readonly Op[] {
  const because = writtenBy(cluster, 'linux', 'default-route', [])
  const addrs = [...underlayOf(cluster).gateways].map(([net, gateway]) => `${gateway}${net.slice(net.indexOf('/'))}` as Cidr)
  const sysctl = (name: string, value: number): Op => ({ do: 'sysctl', name, value, because })
  return [
    sysctl('net/ipv4/ip_forward', 1),
    sysctl('net/ipv6/conf/all/forwarding', 1),
    sysctl('net/ipv4/conf/all/send_redirects', 0),
    sysctl('net/ipv4/conf/default/send_redirects', 0),
    { do: 'link', link: uplink(UNDERLAY, UPLINK, addrs, because) },
    { do: 'route', route: { type: 'blackhole', dst: '0.0.0.0/0' as Cidr, because } },
    { do: 'route', route: { type: 'blackhole', dst: '::/0' as Cidr, because } },
  ]
}
