import { familyOf, type Mac } from '../net/ip.ts'
import { ethOf, type Header, ipOf, type Packet, withHeaders } from '../net/packet.ts'
import { innerOf } from './inner.ts'
import type { FdbEntry, Link, Netns } from './machine.ts'
import { startOutput } from './output.ts'
import { lookup, sourceFor } from './route.ts'
import { drop, note, type Place, type Run, subject } from './run.ts'
import { freshSkb } from './skb.ts'
import { tupleKey, tupleOf } from './tuple.ts'

const EVERYBODY = '00:00:00:00:00:00'
const NOBODYS: Omit<FdbEntry, 'dev' | 'dst'> = { mac: EVERYBODY as Mac, flags: [] }

/** `ip link add … type vxlan external`: remote and id come with each packet. */
export const isExternal = (link: Link): boolean => link.flags?.includes('external') === true

/** Local port range of a fresh netns, which the outer source port is hashed into (udp_flow_src_port). */
const PORTS: readonly [number, number] = [32768, 60999]

/** vxlan_xmit: the FDB says which machine has the inner MAC; the outer packet starts as if a process had sent it. */
export function encapsulate(run: Run, place: Place, link: Link): readonly Place[] {
  const netns = run.netns(place.netns)
  const eth = ethOf(place.skb.packet)
  const { tunnelKey } = place.skb
  // a device that is told with each packet (collect_metadata) looks nothing up
  const external = isExternal(link)
  const entry: FdbEntry | undefined = external
    ? tunnelKey && { ...NOBODYS, dev: link.dev, dst: tunnelKey.remote }
    : eth && remoteOf(netns, link, eth.dst)
  const at = { netns: place.netns, device: link.dev }
  const way = external && tunnelKey ? lookup(netns, tunnelKey.remote) : undefined
  const local = link.local ?? (way && tunnelKey && sourceFor(netns, way, tunnelKey.remote))
  if (!entry?.dst || local === undefined) return drop(run, place, { kind: 'dropped', reason: 'no-neighbour' }, at)
  const whole = tupleOf(innerOf(place.skb.packet))
  // pieces have one source port, though only the first has ports to make it of
  const inner = whole && place.skb.piece !== undefined ? { ...whole, sport: 0, dport: 0 } : whole
  const again = run.againOf(place.journey)
  const flow = `${inner ? tupleKey(inner) : ''}${again !== 0 ? ` ${again}` : ''}`
  const sport = run.luck.number(`vxlan source port ${place.netns} ${flow}`, ...PORTS)
  const family = familyOf(entry.dst)
  const outer: readonly Header[] = [
    { kind: 'ip', family, src: local, dst: entry.dst, ttl: 64, proto: 'udp', ...(tunnelKey?.ovs ? { df: true as const } : {}) },
    { kind: 'udp', sport, dport: link.dstport ?? 8472 },
    { kind: 'vxlan', vni: external ? (tunnelKey?.id ?? 0) : (link.vni ?? 0) },
  ]
  const packet = withHeaders(place.skb.packet, [...outer, ...place.skb.packet.headers])
  const { mark, piece } = place.skb
  const skb = freshSkb(packet, mark, { tunnel: link.dev, ...(piece === undefined ? {} : { piece }) })
  const found = (): string =>
    external
      ? `${tunnelKey?.ovs ? 'flow' : 'external'} id ${tunnelKey?.id ?? 0} dst ${entry.dst}`
      : `${entry.mac} dev ${entry.dev} dst ${entry.dst}`
  if (!run.silent)
    note(run, place, {
      kind: 'encap',
      device: link.dev,
      tunnel: 'vxlan',
      remote: entry.dst,
      lookup: found(),
      at,
      after: subject(skb),
      ...(entry.because === undefined ? {} : { because: entry.because }),
    })
  return startOutput(run, { journey: place.journey, netns: place.netns, skb }, local)
}

function remoteOf(netns: Netns, link: Link, mac: string): FdbEntry | undefined {
  const mine = netns.fdb.filter((f) => f.dev === link.dev && f.dst !== undefined)
  return mine.find((f) => f.mac === mac) ?? mine.find((f) => f.mac === EVERYBODY)
}

/** The VXLAN device whose kernel socket takes this datagram, by port, VNI and family: a socket is of the family of its device's own address. */
export function tunnelFor(netns: Netns, packet: Packet): Link | undefined {
  const at = packet.headers.findIndex((h) => h.kind === 'vxlan')
  const outer = packet.headers[at - 2]
  const udp = packet.headers[at - 1]
  const vxlan = packet.headers[at]
  if (at < 0 || outer?.kind !== 'ip' || udp?.kind !== 'udp' || vxlan?.kind !== 'vxlan') return undefined
  const sameFamily = (l: Link): boolean => l.local === undefined || familyOf(l.local) === outer.family
  return netns.links.find(
    (l) => l.kind === 'vxlan' && (isExternal(l) || l.vni === vxlan.vni) && (l.dstport ?? 8472) === udp.dport && sameFamily(l),
  )
}

/** vxlan_rcv: the inner frame comes in by the tunnel device. */
export function decapsulate(run: Run, place: Place, link: Link): readonly Place[] {
  const packet = innerOf(place.skb.packet)
  const { mark, piece } = place.skb
  const outer = ipOf(place.skb.packet)
  const vni = place.skb.packet.headers.find((h) => h.kind === 'vxlan')?.vni ?? 0
  const key =
    isExternal(link) && outer
      ? { tunnelKey: { remote: outer.src, local: outer.dst, id: vni, ...(link.master === undefined ? {} : { ovs: true as const }) } }
      : {}
  const skb = freshSkb(packet, mark, { ...(piece === undefined ? {} : { piece }), ...key })
  if (!run.silent)
    note(run, place, {
      kind: 'decap',
      device: link.dev,
      tunnel: 'vxlan',
      at: { netns: place.netns, device: link.dev },
      after: subject(skb),
    })
  return [{ journey: place.journey, netns: place.netns, skb, at: 'receive', dev: link.dev }]
}
