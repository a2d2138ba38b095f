import { madeUpMac } from '../kernel/mac.ts'
import type { Link, Netns } from '../kernel/machine.ts'
import { addressOf, inCidr, lengthOf } from '../net/cidr.ts'
import type { Ip, Mac } from '../net/ip.ts'
import type { CauseId } from '../trace/cause.ts'
import type { DumpedLink } from './links.ts'
import { linksOfRoutes } from './route-links.ts'
import type { Source } from './tables.ts'

/** How the lab is wired around a node: what no output of the node itself tells. */
export interface Surroundings {
  /** The wire under the nodes. */
  readonly wire: string
  /** Addresses by which the lab knows the node. */
  readonly addresses: readonly Ip[]
  /** The Pods whose namespaces the lab's programs attached, with their addresses. */
  readonly pods: ReadonlyMap<string, readonly Ip[]>
}

type Given = Omit<Link, 'ifindex'> & { readonly ifindex?: number }

/** Names that bridges have everywhere. */
const BRIDGES = /^(?:docker\d+|br-[0-9a-f]{12}|cni\d+|cbr\d+|virbr\d+|lxcbr\d+|docker_gwbridge|weave|kube-bridge)$/

/** An interface as all the dumps of a node tell of it. */
interface Told {
  readonly link: DumpedLink
  readonly because: CauseId
}

/** What several outputs say of one interface, the later over the earlier: `ip addr`, then `bridge -d link`. */
function told(sources: readonly Source[]): ReadonlyMap<string, Told> {
  const found = new Map<string, Told>()
  for (const { dump, because } of sources) {
    for (const link of dump.links?.links ?? []) {
      const old = found.get(link.dev)
      // bridge link shows no addresses and names ports alone
      found.set(link.dev, { link: { ...old?.link, ...link, up: old?.link.up ?? link.up }, because: old?.because ?? because(link.line) })
    }
  }
  if (found.size > 0) return found
  for (const { dump, because } of sources)
    for (const link of linksOfRoutes(dump)) found.set(link.dev, { link, because: because(link.line) })
  return found
}

function kindOf(d: DumpedLink, ours: Link | undefined, masters: ReadonlySet<string>): Link['kind'] {
  if (d.kind !== undefined) return d.kind
  if (ours !== undefined && ours.kind !== 'physical') return ours.kind
  if (d.dev === 'lo') return 'loopback'
  if (d.beside !== undefined && /^if\d+$/.test(d.beside)) return 'veth'
  if (masters.has(d.dev) || BRIDGES.test(d.dev)) return 'bridge'
  return d.dev.startsWith('dummy') || d.dev === 'kube-ipvs0' || d.dev === 'nodelocaldns' ? 'dummy' : 'physical'
}

/** One interface: what the dump tells, and of the rest what the lab's programs wrote for a device of that name. */
function linkOf(netns: Netns, { link: d, because }: Told, addressed: boolean, around: Surroundings, masters: ReadonlySet<string>): Given {
  const ours = netns.links.find((l) => l.dev === d.dev)
  const kind = kindOf(d, ours, masters)
  const addrs = addressed ? (d.addrs ?? []) : (ours?.addrs ?? [])
  // a node of kind is a container: its card is one end of a veth pair, whose other end is the network under the nodes
  const plugged = (kind === 'physical' || kind === 'veth') && addrs.some((a) => around.addresses.includes(addressOf(a)))
  const vni = d.vni ?? ours?.vni ?? (kind === 'vxlan' ? Number(/\d+$/.exec(d.dev)?.[0] ?? 1) : undefined)
  const set = <K extends keyof Link>(key: K, value: Link[K] | undefined): Partial<Link> => (value === undefined ? {} : { [key]: value })
  return {
    dev: d.dev,
    kind: plugged ? 'physical' : kind,
    ...(d.ifindex > 0 ? { ifindex: d.ifindex } : {}),
    mac: d.mac ?? ours?.mac ?? madeUpMac(netns.name, d.dev),
    addrs,
    mtu: d.mtu ?? ours?.mtu ?? 1500,
    up: d.up,
    ...set('master', d.master),
    ...set('hairpin', d.hairpin ?? ours?.hairpin),
    ...set('isolated', d.isolated ?? ours?.isolated),
    ...set('peer', ours?.peer),
    ...set('wire', plugged ? around.wire : ours?.kind === kind && ours.wire !== around.wire ? ours.wire : undefined),
    ...set('vni', vni),
    ...set('local', d.local ?? ours?.local),
    ...set('underlay', d.underlay ?? ours?.underlay),
    ...set('dstport', d.dstport ?? ours?.dstport),
    ...set('flags', d.flags ?? ours?.flags),
    because,
  }
}

/** The device of the dump that a Pod's address is routed to, as calico, kindnet and the ptp plugin do it. */
function routedTo(sources: readonly Source[], addresses: readonly Ip[], links: ReadonlyMap<string, Given>): string | undefined {
  for (const { route } of sources.flatMap(({ dump }) => dump.routes?.list ?? [])) {
    const link = route.dev === undefined ? undefined : links.get(route.dev)
    if (link?.kind !== 'veth' || route.via !== undefined) continue
    if (addresses.some((a) => addressOf(route.dst) === a && (lengthOf(route.dst) === 32 || lengthOf(route.dst) === 128))) return link.dev
  }
  return undefined
}

/** Where a Pod hangs: routed to, or behind a bridge, where the dump also shows the Pod's own MAC. */
export interface Attached {
  readonly dev: string
  readonly mac?: Mac
}

/** The port of a bridge behind which a Pod's address is, as the node's neighbour table and the bridge's FDB tell. */
function bridgedTo(sources: readonly Source[], addresses: readonly Ip[], links: ReadonlyMap<string, Given>): Attached | undefined {
  for (const { is } of sources.flatMap(({ dump }) => dump.neigh ?? [])) {
    if (is.mac === undefined || !addresses.includes(is.address)) continue
    const port = sources.flatMap(({ dump }) => dump.fdb ?? []).find((f) => f.is.mac === is.mac && !f.is.flags.includes('permanent'))?.is.dev
    if (port !== undefined && links.get(port)?.kind === 'veth') return { dev: port, mac: is.mac }
  }
  return undefined
}

export interface MergedLinks {
  readonly links: readonly Given[]
  /** Pod → the device at which it hangs now. */
  readonly attached: ReadonlyMap<string, Attached>
}

/** The node's interfaces: those of the dump; a Pod of the lab keeps its veth, or gets the one to which the dump routes its address. */
export function mergedLinks(netns: Netns, sources: readonly Source[], around: Surroundings): MergedLinks | undefined {
  const all = told(sources)
  if (all.size === 0) return undefined
  const listed = sources.flatMap(({ dump }) => dump.links ?? [])
  const whole = listed.some((l) => l.whole)
  const addressed = listed.length === 0 || listed.some((l) => l.addresses)
  const masters = new Set([...all.values()].flatMap(({ link }) => (link.master === undefined ? [] : [link.master])))
  const merged = new Map([...all].map(([dev, one]) => [dev, linkOf(netns, one, addressed, around, masters)]))
  const plugged = [...merged.values()].some((l) => l.wire === around.wire)
  const attached = new Map<string, Attached>()
  for (const ours of netns.links) {
    if (merged.has(ours.dev)) continue
    const pod = ours.peer?.[0]
    if (pod === undefined) {
      // an uplink under another name, or a device that a whole listing would show
      if (whole || (plugged && ours.wire === around.wire)) continue
      const { ifindex: _index, ...link } = ours
      merged.set(ours.dev, link)
      continue
    }
    const addresses = around.pods.get(pod) ?? []
    const dev = routedTo(sources, addresses, merged)
    const at = dev === undefined ? bridgedTo(sources, addresses, merged) : { dev }
    const there = at === undefined ? undefined : merged.get(at.dev)
    if (at !== undefined && there !== undefined && there.peer === undefined && ours.peer !== undefined) {
      merged.set(at.dev, { ...there, peer: ours.peer })
      attached.set(pod, at)
      continue
    }
    const { ifindex: _index, master, ...link } = ours
    const bridge = [...merged.values()].find((l) => l.kind === 'bridge' && l.addrs.some((net) => addresses.some((a) => inCidr(a, net))))
    const now = master !== undefined && merged.has(master) ? master : bridge?.dev
    merged.set(ours.dev, { ...link, ...(now === undefined ? {} : { master: now }) })
  }
  // masters first: a port joins a bridge that is there
  const links = [...merged.values()].sort((a, b) => Number(a.master !== undefined) - Number(b.master !== undefined))
  return { links, attached }
}
