import type { L4Header } from '../../net/packet.ts'
import type { Skb, TraceEvent } from '../../trace/event.ts'

/** What a network namespace is, as its name tells: `node-1`, `default/web`, `host/client`, `underlay`. */
export function placeOf(netns: string): 'node' | 'pod' | 'host' | 'underlay' {
  if (netns === 'underlay') return 'underlay'
  if (netns.startsWith('host/') || netns.startsWith('ip/')) return 'host'
  return netns.includes('/') ? 'pod' : 'node'
}

/** The part of a name that a reader says: `web` of `default/web/nginx`, `client` of `host/client probe`. */
export function shortOf(owner: string): string {
  const [name = owner] = owner.split(' ')
  const parts = name.split('/')
  return parts[1] ?? name
}

/** The innermost addresses of a packet, with ports where it has them: `10.0.0.1:80`, `[fd00::1]:80`. */
export interface Ends {
  readonly src: string
  readonly dst: string
  readonly l4?: L4Header
}

const end = (address: string, port: number | undefined): string =>
  port === undefined ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

export function endsOf(skb: Skb): Ends | undefined {
  const { headers } = skb.packet
  const at = headers.map((h) => h.kind).lastIndexOf('ip')
  const ip = headers[at]
  const l4 = headers[at + 1]
  if (ip?.kind !== 'ip') return undefined
  if (l4 === undefined || l4.kind === 'eth' || l4.kind === 'ip' || l4.kind === 'vxlan' || l4.kind === 'arp')
    return { src: ip.src, dst: ip.dst }
  const ports = l4.kind !== 'icmp'
  return { src: end(ip.src, ports ? l4.sport : undefined), dst: end(ip.dst, ports ? l4.dport : undefined), l4 }
}

/** The packet of an event, when it is about one. */
export const skbOf = (event: TraceEvent): Skb | undefined => (event.after.kind === 'skb' ? event.after.skb : undefined)

/** Does the packet carry another one inside? */
export const isWrapped = (skb: Skb): boolean => skb.packet.headers.filter((h) => h.kind === 'ip').length > 1

/** Is the outermost packet one of IPv6? Its TTL is called hop limit. */
export const isIpv6 = (event: TraceEvent): boolean => {
  const ip = skbOf(event)?.packet.headers.find((h) => h.kind === 'ip')
  return ip?.kind === 'ip' && ip.family === 6
}
