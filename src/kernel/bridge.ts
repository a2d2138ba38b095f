import type { Mac } from '../net/ip.ts'
import { arpOf, ethOf, ipLength, ipOf, withEth, withoutEth } from '../net/packet.ts'
import { atHook } from './hooks.ts'
import { neighbourFailed } from './ip.ts'
import { arp, fragments } from './late.ts'
import type { Link, Machines, Netns } from './machine.ts'
import { isGroupMac, resolve, segment } from './neighbour.ts'
import { nft } from './nft/late.ts'
import { linkOf, lookup, nextHop } from './route.ts'
import { drop, dropTooBig, follow, note, type Place, type Run, subject, unmodelled } from './run.ts'
import { withBridged, withPacket } from './skb.ts'

type At<K extends Place['at']> = Extract<Place, { at: K }>

/** net.bridge.bridge-nf-call-iptables (ip6tables); on in a fresh netns once br_netfilter is loaded. */
function callsIptables(netns: Netns, place: Place): boolean {
  const family = ipOf(place.skb.packet)?.family
  if (family === undefined) return false
  return (netns.sysctls[family === 4 ? 'net/bridge/bridge-nf-call-iptables' : 'net/bridge/bridge-nf-call-ip6tables'] ?? 1) !== 0
}

/** A frame at a port: bridge PREROUTING, inside which br_netfilter runs the IP hook with the bridge as incoming device. */
export function bridgeReceive(run: Run, place: At<'bridge-receive'>): readonly Place[] {
  const netns = run.netns(place.netns)
  const { bridge, port } = place
  // nothing of a frame changes from bridge to bridge: one that has been here as it is will come again, and again
  if (run.passed(place.journey, `${place.netns} ${port}`, place.skb.packet.headers))
    return drop(run, place, { kind: 'dropped', reason: 'bridge-loop' }, { device: bridge })
  const unrun = netns.nft && nft.get().unrunChain(netns.nft, 'bridge')
  if (unrun !== undefined) return unmodelled(run, place, unrun)
  const writes = run.moment.cold ? arp.get().learn(run, place, bridge, port) : []
  const at = { netns: place.netns, device: bridge }
  if (!run.silent) note(run, place, { kind: 'bridge', hook: 'prerouting', iif: port, at, ...(writes.length > 0 ? { writes } : {}) })
  const ip = ipOf(place.skb.packet)
  if (!ip || !callsIptables(netns, place)) return [follow(place, { at: 'bridge-decide', bridge, port })]
  const { journey, netns: name } = place
  const skb = withBridged(place.skb, { physin: port })
  const then = { at: 'bridge-routed', bridge, port, dst: ip.dst } as const
  return [atHook({ journey, netns: name, skb }, 'prerouting', ip.family, then, bridge, undefined)]
}

/**
 * br_nf_pre_routing_finish: a DNAT inside the bridge asks for a route. To the same bridge the frame is bridged on with a new MAC;
 * anywhere else it is handed to the bridge device itself.
 */
export function bridgeRouted(run: Run, place: At<'bridge-routed'>): readonly Place[] {
  const netns = run.netns(place.netns)
  const { bridge, port } = place
  const ip = ipOf(place.skb.packet)
  const link = linkOf(netns, bridge)
  const eth = ethOf(place.skb.packet)
  const decide = { at: 'bridge-decide', bridge, port } as const
  if (!ip || !eth || !link || ip.dst === place.dst) return [follow(place, decide)]
  const route = lookup(netns, ip.dst)
  if (route?.type !== 'unicast' || route.dev !== bridge) {
    return [follow(place, decide, withPacket(place.skb, withEth(place.skb.packet, eth.src, link.mac)))]
  }
  const via = nextHop(route, ip.dst)
  const found = run.moment.cold ? arp.get().known(run, netns, bridge, via) : resolve(run.machines, netns, bridge, via)
  if (!found) return arp.get().ask(run, place, bridge, via)
  note(run, place, {
    kind: 'neighbour',
    dev: bridge,
    address: via,
    found: found.found,
    ...(found.mac === undefined ? {} : { mac: found.mac }),
    at: { netns: place.netns, device: bridge },
  })
  if (found.mac === undefined) return neighbourFailed(run, place)
  const skb = withPacket(place.skb, withEth(place.skb.packet, eth.src, found.mac))
  note(run, place, { kind: 'device', dir: 'tx', device: bridge, at: { netns: place.netns, device: bridge }, after: subject(skb) })
  return [follow(place, decide, skb)]
}

/** br_handle_frame_finish: up to the bridge device, or out by the port that has the MAC. */
export function bridgeDecide(run: Run, place: At<'bridge-decide'>): readonly Place[] {
  const netns = run.netns(place.netns)
  const { bridge, port } = place
  const mac = ethOf(place.skb.packet)?.dst
  if (mac === undefined) return []
  const at = { netns: place.netns, device: bridge }
  const from = linkOf(netns, port)
  if (isGroupMac(mac)) {
    if (run.moment.cold) return arp.get().flood(run, place, bridge, flood(netns, bridge, from), port)
    run.end(place.journey, { kind: 'unmodelled', what: 'broadcast and multicast frames' })
    return []
  }
  const own = netns.links.some((l) => l.mac === mac && (l.dev === bridge || l.master === bridge))
  if (own) {
    if (!run.silent) note(run, place, { kind: 'fdb', bridge, mac, port: bridge, flooded: [], at })
    return [follow(place, { at: 'bridge-input', bridge, port, seen: place.skb.bridged !== undefined })]
  }
  const { out, flooded } = portFor(run, netns, bridge, mac, from)
  if (!run.silent)
    note(run, place, { kind: 'fdb', bridge, mac, flooded, at, ...(out === undefined || flooded.length > 0 ? {} : { port: out.dev }) })
  if (!out) return drop(run, place, { kind: 'dropped', reason: 'not-my-mac' }, at)
  if (out.dev === port && !out.hairpin) return drop(run, place, { kind: 'dropped', reason: 'no-hairpin' }, { device: port })
  if (from?.isolated && out.isolated) return drop(run, place, { kind: 'dropped', reason: 'isolated' }, { device: port })
  return [follow(place, { at: 'bridge-forward', bridge, port, out: out.dev })]
}

/**
 * Ports that a frame for an unknown MAC leaves by (br_flood). Tables are warm, so a MAC that no port leads to is nobody's: all who hear the
 * frame let it lie.
 */
const flood = (netns: Netns, bridge: string, from?: Link): readonly string[] =>
  netns.links
    .filter((l) => l.master === bridge && l.up && (l.dev !== from?.dev || l.hairpin) && !(from?.isolated && l.isolated))
    .map((l) => l.dev)

/** The port that a frame leaves by, and all that it is flooded to where the bridge does not know that one (yet). */
function portFor(
  run: Run,
  netns: Netns,
  bridge: string,
  mac: Mac,
  from?: Link,
): { readonly out?: Link; readonly flooded: readonly string[] } {
  const out = portOf(run.machines, netns, bridge, mac)
  const known =
    out !== undefined && (!run.moment.cold || isStatic(netns, out.dev, mac) || arp.get().learnt(run, netns, bridge, mac) !== undefined)
  const flooded = known ? [] : flood(netns, bridge, from)
  return out === undefined ? { flooded } : { out, flooded }
}

const isStatic = (netns: Netns, dev: string, mac: Mac): boolean =>
  netns.fdb.some((f) => f.mac === mac && f.dev === dev && f.dst === undefined)

/** MACs at the other end of each port's veth pair. Namespaces never change, so this is worked out once for each bridge. */
const pairedMacs = new WeakMap<Machines, Map<string, ReadonlyMap<Mac, Link>>>()

function paired(machines: Machines, netns: Netns, bridge: string): ReadonlyMap<Mac, Link> {
  const mine = pairedMacs.get(machines) ?? new Map<string, ReadonlyMap<Mac, Link>>()
  pairedMacs.set(machines, mine)
  const key = `${netns.name} ${bridge}`
  const known = mine.get(key)
  if (known) return known
  const macs = new Map<Mac, Link>()
  for (const port of netns.links) {
    if (port.master !== bridge || !port.up || !port.peer) continue
    const other = machines.netns(port.peer[0])
    const mac = other && linkOf(other, port.peer[1])?.mac
    if (mac !== undefined && !macs.has(mac)) macs.set(mac, port)
  }
  mine.set(key, macs)
  return macs
}

/** The port behind which a MAC lives: a static FDB entry, else what the bridge has learnt (tables start warm). */
export function portOf(machines: Machines, netns: Netns, bridge: string, mac: Mac): Link | undefined {
  const isPort = (dev: string): boolean => {
    const link = linkOf(netns, dev)
    return link?.master === bridge && link.up
  }
  const fixed = netns.fdb.find((f) => f.mac === mac && f.dst === undefined && isPort(f.dev))
  if (fixed) return linkOf(netns, fixed.dev)
  const behindPair = paired(machines, netns, bridge).get(mac)
  if (behindPair) return behindPair
  const has = (name: string, dev: string): boolean => {
    const other = machines.netns(name)
    return other !== undefined && linkOf(other, dev)?.mac === mac
  }
  return netns.links.find(
    (p) => p.master === bridge && p.up && segment(machines, { netns: netns.name, dev: p.dev }).some((plug) => has(plug.netns, plug.dev)),
  )
}

export function bridgeForward(run: Run, place: At<'bridge-forward'>): readonly Place[] {
  const { bridge, port, out } = place
  note(run, place, { kind: 'bridge', hook: 'forward', iif: port, oif: out, at: { netns: place.netns, device: bridge } })
  const family = ipOf(place.skb.packet)?.family
  const next = { at: 'bridge-forwarded', bridge, out } as const
  if (family === undefined || !callsIptables(run.netns(place.netns), place)) return [follow(place, next)]
  const { journey, netns } = place
  return [atHook({ journey, netns, skb: withBridged(place.skb, { physin: port, physout: out }) }, 'forward', family, next, bridge, bridge)]
}

export function bridgeForwarded(run: Run, place: At<'bridge-forwarded'>): readonly Place[] {
  const { bridge, out } = place
  note(run, place, { kind: 'bridge', hook: 'postrouting', oif: out, at: { netns: place.netns, device: bridge } })
  const family = ipOf(place.skb.packet)?.family
  const next = { at: 'bridge-transmit', out } as const
  if (family === undefined || !callsIptables(run.netns(place.netns), place)) return [follow(place, next)]
  return [atHook(place, 'postrouting', family, next, undefined, bridge)]
}

/** A port lets a VLAN tag's four bytes more through than its MTU says (is_skb_forwardable). */
const TAG = 4

/**
 * br_nf_dev_queue_xmit and br_dev_queue_push_xmit: a bridge tells nobody of a frame that is too long for a port. br_netfilter cuts what may be
 * cut, and what came in pieces; without it the frame is gone.
 */
export function bridgeTransmit(run: Run, place: At<'bridge-transmit'>): readonly Place[] {
  const { out, cut: done } = place
  const at = { netns: place.netns, device: out }
  const next = (skb: Place['skb']): Place => follow(place, { at: 'transmit', dev: out }, skb)
  const mtu = linkOf(run.netns(place.netns), out)?.mtu ?? 1500
  const length = ipLength(place.skb.packet)
  const ip = ipOf(place.skb.packet)
  const { fragMax } = place.skb
  if (!ip || done || length <= Math.min(mtu, fragMax ?? mtu)) return [next(place.skb)]
  if (!callsIptables(run.netns(place.netns), place)) return length <= mtu + TAG ? [next(place.skb)] : dropTooBig(run, place, out, mtu, at)
  const cuttable = fragMax === undefined ? ip.family === 4 && ip.df !== true : fragMax <= mtu
  return cuttable ? fragments.get().cut(run, place, mtu, true, next, at) : dropTooBig(run, place, out, mtu, at)
}

/** br_pass_frame_up: the bridge device receives. An IP hook that br_netfilter ran already is not run again. */
export function bridgeInput(run: Run, place: At<'bridge-input'>): readonly Place[] {
  const { bridge, port, seen } = place
  const at = { netns: place.netns, device: bridge }
  if (!run.silent) note(run, place, { kind: 'bridge', hook: 'input', iif: port, at })
  const eth = ethOf(place.skb.packet)
  if (!run.silent)
    note(run, place, { kind: 'device', dir: 'rx', device: bridge, at, ...(eth ? { ll: { src: eth.src, dst: eth.dst } } : {}) })
  const link = linkOf(run.netns(place.netns), bridge)
  if (link && arpOf(place.skb.packet)) return arp.get().arrived(run, place, link)
  const skb = withPacket(withBridged(place.skb, undefined), withoutEth(place.skb.packet))
  return [follow(place, seen ? { at: 'route-input', dev: bridge } : { at: 'ip-receive', dev: bridge }, skb)]
}

/** br_dev_xmit: the machine itself sends by the bridge; no IP hook runs here a second time. */
export function bridgeOutput(run: Run, place: At<'bridge-output'>): readonly Place[] {
  const netns = run.netns(place.netns)
  const { bridge } = place
  const unrun = netns.nft && nft.get().unrunChain(netns.nft, 'bridge')
  if (unrun !== undefined) return unmodelled(run, place, unrun)
  const mac = ethOf(place.skb.packet)?.dst
  if (mac !== undefined && run.moment.cold && isGroupMac(mac)) return arp.get().flood(run, place, bridge, flood(netns, bridge))
  const { out, flooded }: ReturnType<typeof portFor> = mac === undefined ? { flooded: [] } : portFor(run, netns, bridge, mac)
  const at = { netns: place.netns, device: bridge }
  if (mac !== undefined && !run.silent)
    note(run, place, { kind: 'fdb', bridge, mac, flooded, at, ...(out === undefined || flooded.length > 0 ? {} : { port: out.dev }) })
  if (!out) return drop(run, place, { kind: 'dropped', reason: 'not-my-mac' }, at)
  if (!run.silent) {
    note(run, place, { kind: 'bridge', hook: 'output', oif: out.dev, at })
    note(run, place, { kind: 'bridge', hook: 'postrouting', oif: out.dev, at })
  }
  if (ipLength(place.skb.packet) > out.mtu + TAG) return dropTooBig(run, place, out.dev, out.mtu, { device: out.dev })
  return [follow(place, { at: 'transmit', dev: out.dev })]
}
