import { changeIp, type Header, ipLength, ipOf, outerIpAt, type Packet } from '../net/packet.ts'
import type { Skb } from '../trace/event.ts'
import { icmpError } from './icmp.ts'
import type { Link, Netns } from './machine.ts'
import { startOutput } from './output.ts'
import { lookup, sourceFor } from './route.ts'
import { drop, note, type Place, type Run } from './run.ts'

type At<K extends Place['at']> = Extract<Place, { at: K }>

/** Bytes of the outer header. */
const OUTER = 20

/**
 * ip_tunnel_xmit: the packet gets an IPv4 header in front and is sent anew. A device without a remote end of its own (Calico's tunl0) takes the
 * gateway of the route for it; TTL and Don't Fragment are those of the packet inside.
 */
export function wrapIpip(run: Run, place: At<'transmit'>, link: Link): readonly Place[] {
  const netns = run.netns(place.netns)
  const at = { netns: place.netns, device: link.dev }
  const ip = ipOf(place.skb.packet)
  const remote = link.remote ?? place.via
  if (!ip || ip.family === 6 || remote === undefined) {
    run.end(place.journey, { kind: 'unmodelled', what: ip?.family === 6 ? 'IPv6 over IPv4 tunnels' : 'tunnel without a remote end' })
    return []
  }
  const route = lookup(netns, remote)
  const src = link.local ?? (route && sourceFor(netns, route, remote))
  if (src === undefined) return drop(run, place, { kind: 'dropped', reason: 'no-route' }, at)
  const df = ip.df === true || link.pmtudisc === true
  const room = (route?.mtu ?? netns.links.find((l) => l.dev === route?.dev)?.mtu ?? 1500) - OUTER
  if (ip.df && ipLength(place.skb.packet) > room) {
    const { journey, skb } = place
    const tooBig = { device: link.dev, mtu: room, size: ipLength(skb.packet) }
    const events = [{ kind: 'drop' as const, reason: 'mtu', tooBig, at, after: { kind: 'skb' as const, skb } }]
    const tell: Place = { journey, netns: place.netns, skb, at: 'tell', events, ending: { kind: 'dropped', reason: 'mtu' } }
    return [...icmpError(run, place, 'icmp-frag-needed', { mtu: room }), tell]
  }
  const outer: Header = { kind: 'ip', family: 4, src, dst: remote, ttl: link.ttl ?? ip.ttl, proto: 'ipip', ...(df ? { df: true } : {}) }
  const packet: Packet = { ...place.skb.packet, headers: [outer, ...place.skb.packet.headers] }
  const { piece, fragMax } = place.skb
  const skb: Skb = {
    packet,
    mark: place.skb.mark,
    tunnel: link.dev,
    ...(piece === undefined ? {} : { piece }),
    ...(fragMax === undefined ? {} : { fragMax }),
  }
  const lookupText = link.remote === undefined ? `via ${remote} dev ${link.dev}` : `remote ${remote}`
  note(run, { ...place, skb }, { kind: 'encap', device: link.dev, tunnel: 'ipip', remote, lookup: lookupText, at })
  return startOutput(run, { journey: place.journey, netns: place.netns, skb }, src)
}

/** The device that takes a packet of protocol 4: the one for this very pair, for this remote end, for this address, else the one for all (ip_tunnel_lookup). */
export function ipipFor(netns: Netns, packet: Packet): Link | undefined {
  const ip = ipOf(packet)
  if (ip?.proto !== 'ipip') return undefined
  const all = netns.links.filter((l) => l.kind === 'ipip' && l.up)
  const fits = (local: boolean, remote: boolean): Link | undefined =>
    all.find((l) => (local ? l.local === ip.dst : l.local === undefined) && (remote ? l.remote === ip.src : l.remote === undefined))
  return fits(true, true) ?? fits(false, true) ?? fits(true, false) ?? fits(false, false)
}

/** ipip_rcv: the packet inside comes in by the tunnel device. */
export function unwrapIpip(run: Run, place: Place, link: Link): readonly Place[] {
  const { packet: wrapped, mark } = place.skb
  const packet: Packet = { ...wrapped, headers: wrapped.headers.slice(outerIpAt(wrapped) + 1) }
  const skb: Skb = { packet: changeIp(packet, {}), mark, ...(place.skb.piece === undefined ? {} : { piece: place.skb.piece }) }
  note(run, { ...place, skb }, { kind: 'decap', device: link.dev, tunnel: 'ipip', at: { netns: place.netns, device: link.dev } })
  return [{ journey: place.journey, netns: place.netns, skb, at: 'receive', dev: link.dev }]
}
