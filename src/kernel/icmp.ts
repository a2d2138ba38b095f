import type { Ip } from '../net/ip.ts'
import { type Header, type IcmpHeader, type IpHeader, ipLength, ipOf, l4Of, outerIpAt, type Packet, withoutEth } from '../net/packet.ts'
import type { Skb, Tuple } from '../trace/event.ts'
import { isIcmpError } from './conntrack.ts'
import { mayTell } from './icmp-limit.ts'
import type { Netns } from './machine.ts'
import { startOutput } from './output.ts'
import { addressTowards, isLocal, linkOf, lookup, sourceFor } from './route.ts'
import { note, type Place, type Run } from './run.ts'
import { tupleOf } from './tuple.ts'

/** ICMP errors by the names of `iptables -j REJECT --reject-with`; type and code of IPv4 and IPv6 (RFC 792, RFC 4443). */
export const ERRORS = {
  'icmp-net-unreachable': { v4: [3, 0], v6: [1, 0] },
  'icmp-host-unreachable': { v4: [3, 1], v6: [1, 3] },
  'icmp-proto-unreachable': { v4: [3, 2], v6: [1, 4] },
  'icmp-port-unreachable': { v4: [3, 3], v6: [1, 4] },
  'icmp-frag-needed': { v4: [3, 4], v6: [2, 0] },
  'icmp-net-prohibited': { v4: [3, 9], v6: [1, 1] },
  'icmp-host-prohibited': { v4: [3, 10], v6: [1, 1] },
  'icmp-admin-prohibited': { v4: [3, 13], v6: [1, 1] },
  'icmp-ttl-exceeded': { v4: [11, 0], v6: [3, 0] },
  'icmp-host-redirect': { v4: [5, 1], v6: [137, 0] },
} as const satisfies Record<string, { v4: readonly [number, number]; v6: readonly [number, number] }>
export type IcmpError = keyof typeof ERRORS

/** The names that ip6tables uses for the same errors. */
const V6_NAMES: Readonly<Record<string, IcmpError>> = {
  'icmp6-no-route': 'icmp-net-unreachable',
  'icmp6-adm-prohibited': 'icmp-admin-prohibited',
  'icmp6-addr-unreachable': 'icmp-host-unreachable',
  'icmp6-port-unreachable': 'icmp-port-unreachable',
  'no-route': 'icmp-net-unreachable',
  'adm-prohibited': 'icmp-admin-prohibited',
  'addr-unreach': 'icmp-host-unreachable',
  'port-unreach': 'icmp-port-unreachable',
}
export const errorNamed = (name: string): IcmpError | undefined => (name in ERRORS ? (name as IcmpError) : V6_NAMES[name])

/** Which tuple the client knows the connection by, for a packet that we complain of. */
const complaint = (packet: Packet): Tuple | undefined => tupleOf(packet)

/** In IPv6 an error comes from an address of the device that the packet came in by (icmp6_send, since 5.13). */
function inbound(netns: Netns, place: Place, ip: IpHeader): Ip | undefined {
  const dev = place.at === 'route-input' || place.at === 'deliver' ? place.dev : place.skb.iif
  const has = linkOf(netns, dev ?? '')?.addrs.some((a) => a.includes(':'))
  return ip.family === 6 && has ? addressTowards(netns, dev, ip.src) : undefined
}

/**
 * icmp_send: an error about this packet goes back to its source. It comes from the address that was asked when that is ours, else from the
 * address of the route back; it carries the head of the packet, belongs to its connection and runs to its end at once.
 */
export function icmpError(
  run: Run,
  place: Place,
  name: IcmpError,
  extra: { readonly mtu?: number; readonly gateway?: Ip } = {},
): readonly Place[] {
  const about = withoutEth(place.skb.packet)
  const ip = ipOf(about)
  const netns = run.netns(place.netns)
  if (!ip || isIcmpError(about) || (ip.frag?.offset ?? 0) > 0) return []
  const [type, code] = ip.family === 4 ? ERRORS[name].v4 : ERRORS[name].v6
  if (!mayTell(run.moment, netns, ip.family, ip.src, type, code)) {
    const at = place.at === 'hook' ? { netns: place.netns, hook: place.hook, family: place.family } : { netns: place.netns }
    note(run, place, { kind: 'icmp-error', type, code, name, limited: true, at })
    return []
  }
  const back = lookup(netns, ip.src)
  const src = isLocal(netns, ip.dst) ? ip.dst : (inbound(netns, place, ip) ?? (back && sourceFor(netns, back, ip.src)))
  const icmp: IcmpHeader = {
    kind: 'icmp',
    type,
    code,
    about: about.headers.slice(outerIpAt(about)),
    ...extra,
  }
  const headers: readonly Header[] = [
    { kind: 'ip', family: ip.family, src: src ?? ip.dst, dst: ip.src, ttl: 64, proto: ip.family === 4 ? 'icmp' : 'icmp6' },
    icmp,
  ]
  // as much of the packet as fits into 576 bytes (icmp_send), in IPv6 into 1280 (icmp6_send)
  const room = ip.family === 4 ? 576 - 28 : 1280 - 48
  const packet: Packet = { headers, size: Math.min(ipLength(about), room) }
  const connection = complaint(about) ?? run.connectionOf(place.journey)
  const journey = run.begin({ phase: 'error', connection, as: 'icmp-error', parent: place.journey, packet })
  const ct = place.skb.ct
  const skb: Skb = {
    packet,
    mark: 0,
    ...(ct && ct.id !== 0
      ? { ct: { id: ct.id, dir: ct.dir === 'original' ? ('reply' as const) : ('original' as const), state: 'related' as const } }
      : {}),
  }
  const start = startOutput(run, { journey, netns: place.netns, skb }, src)
  const first = start[0]
  if (first) note(run, first, { kind: 'icmp-error', type, code, name })
  return start
}

/** Destination of an error's quoted packet: who was asked, and by whom. */
export function quoted(packet: Packet): { readonly src: Ip; readonly dst: Ip; readonly tuple: Tuple } | undefined {
  const l4 = l4Of(packet)
  if (l4?.kind !== 'icmp' || !l4.about) return undefined
  const tuple = tupleOf({ headers: l4.about, size: 0 })
  return tuple && { src: tuple.src, dst: tuple.dst, tuple }
}
