import { inCidr } from '../net/cidr.ts'
import { familyOf, type Ip, type Mac } from '../net/ip.ts'
import type { Link, Machines, Netns } from './machine.ts'
import { eitherSysctl, forwards, isLocalOnce, linkOf, lookup } from './route.ts'

/** A device as seen from the segment that it is plugged into. */
export interface Plug {
  readonly netns: string
  readonly dev: string
}

/** Every device that hears a broadcast sent out of this one, which does not: over veth pairs, through bridges, along wires. */
export function segment(machines: Machines, from: Plug): readonly Plug[] {
  const heard: Plug[] = []
  hearsFirst(machines, from, (plug) => {
    heard.push(plug)
    return false
  })
  return heard
}

/** The first of them that is `wanted`: who comes after it is not looked for. */
function hearsFirst(machines: Machines, from: Plug, wanted: (plug: Plug) => boolean): Plug | undefined {
  const seen = new Set<string>()
  const hear = (plug: Plug): Plug | undefined => {
    const key = `${plug.netns} ${plug.dev}`
    if (seen.has(key)) return undefined
    seen.add(key)
    const netns = machines.netns(plug.netns)
    const link = netns && linkOf(netns, plug.dev)
    // a datapath's own device answers too, but after the bridge of its machine: the first answer counts
    if (!netns || !link?.up || link.datapath) return undefined
    if (link.master !== undefined) return flood(netns, link.master, plug.dev)
    return wanted(plug) ? plug : undefined
  }
  const each = <T>(of: readonly T[], look: (one: T) => Plug | undefined): Plug | undefined => {
    for (const one of of) {
      const found = look(one)
      if (found !== undefined) return found
    }
    return undefined
  }
  const flood = (netns: Netns, bridge: string, except?: string): Plug | undefined => {
    // isolated ports do not hear each other's questions either
    const apart = except !== undefined && linkOf(netns, except)?.isolated === true
    const hears = (port: Link): boolean => port.master === bridge && port.dev !== except && port.up && !(apart && port.isolated === true)
    return hear({ netns: netns.name, dev: bridge }) ?? each(netns.links, (port) => (hears(port) ? out(netns, port) : undefined))
  }
  const out = (netns: Netns, link: Link): Plug | undefined => {
    if (link.kind === 'bridge') return flood(netns, link.dev)
    if (link.peer) return hear({ netns: link.peer[0], dev: link.peer[1] })
    const peers = link.master === undefined ? undefined : linkOf(netns, link.master)?.datapath?.peers
    const found = peers && each(peers, hear)
    if (found !== undefined || link.wire === undefined) return found
    return each(plugsOf(machines, link.wire), (plug) => (plug.netns !== netns.name || plug.dev !== link.dev ? hear(plug) : undefined))
  }
  const start = machines.netns(from.netns)
  const link = start && linkOf(start, from.dev)
  seen.add(`${from.netns} ${from.dev}`)
  return start && link?.up ? out(start, link) : undefined
}

/** Machines never change, so what stands at the other end of a device is looked for once. */
const neighbours = new WeakMap<Machines, Map<Netns, Map<string, Map<Ip, Neighbourhood>>>>()
const wires = new WeakMap<Machines, Map<string, readonly Plug[]>>()

/** Devices plugged into a wire. */
export function plugsOf(machines: Machines, wire: string): readonly Plug[] {
  const mine = wires.get(machines) ?? new Map<string, readonly Plug[]>()
  const old = mine.get(wire)
  if (old !== undefined) return old
  const made = pluggedInto(machines, wire)
  wires.set(machines, mine.set(wire, made))
  return made
}

function pluggedInto(machines: Machines, wire: string): readonly Plug[] {
  const plugs: Plug[] = []
  for (const name of machines.plugged?.(wire) ?? machines.names) {
    for (const link of machines.netns(name)?.links ?? []) if (link.wire === wire) plugs.push({ netns: name, dev: link.dev })
  }
  return plugs
}

export interface Neighbourhood {
  readonly mac?: Mac
  readonly found: 'known' | 'asked' | 'failed' | 'none-needed'
}

/** Devices without link-layer addresses need no neighbour. */
const plain = (link: Link): boolean => link.kind === 'loopback' || link.kind === 'ipip' || link.kind === 'dummy'

/**
 * The link-layer address of a next hop: the table's entry, else the answer to ARP or neighbour discovery. A machine answers for each of its
 * addresses on any device (arp_ignore 0), and with proxy_arp for whatever it routes out of another device.
 */
export function resolve(machines: Machines, netns: Netns, dev: string, hop: Ip): Neighbourhood {
  const mine = neighbours.get(machines) ?? new Map<Netns, Map<string, Map<Ip, Neighbourhood>>>()
  const devices = mine.get(netns) ?? new Map<string, Map<Ip, Neighbourhood>>()
  const hops = devices.get(dev) ?? new Map<Ip, Neighbourhood>()
  const old = hops.get(hop)
  if (old !== undefined) return old
  const made = ask(machines, netns, dev, hop)
  neighbours.set(machines, mine.set(netns, devices.set(dev, hops.set(hop, made))))
  return made
}

function ask(machines: Machines, netns: Netns, dev: string, hop: Ip): Neighbourhood {
  const link = linkOf(netns, dev)
  if (!link || plain(link)) return { found: 'none-needed' }
  const entry = netns.neigh.find((n) => n.dev === dev && n.address === hop)
  if (entry) return entry.mac === undefined ? { found: 'failed' } : { mac: entry.mac, found: 'known' }
  if (link.kind === 'vxlan') return { found: 'failed' }
  const linkAt = (plug: Plug): Link | undefined => linkOf(machines.netns(plug.netns) as Netns, plug.dev)
  const first = hearsFirst(machines, { netns: netns.name, dev }, (plug) => {
    const theirs = linkAt(plug)
    return theirs !== undefined && answers(machines.netns(plug.netns) as Netns, theirs, hop)
  })
  const mac = first && linkAt(first)?.mac
  return mac === undefined ? { found: 'failed' } : { mac, found: 'asked' }
}

/** Whether a machine answers for an address that is asked for at one of its devices. */
export function answers(netns: Netns, link: Link, asked: Ip): boolean {
  if (familyOf(asked) === 6) return link.addrs.some((a) => inCidr(asked, a) && a.startsWith(`${asked}/`))
  // of all that hear a question few are asked again for that address
  if (isLocalOnce(netns, asked)) return true
  if (!eitherSysctl(netns, link.dev, 'proxy_arp') || !forwards(netns, 4, link.dev)) return false
  const route = lookup(netns, asked)
  return route?.type === 'unicast' && route.dev !== link.dev
}

/** A veth pair of a dump, of which nobody says where the other end is: what a walk that would leave by it is told. */
export const farEnd = (link: Link): string | undefined =>
  link.kind === 'veth' && link.peer === undefined && link.wire === undefined ? `what is at the other end of ${link.dev}` : undefined

/** Broadcast, and IPv4 or IPv6 multicast. */
export const isGroupMac = (mac: Mac): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1
