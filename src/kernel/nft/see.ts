import { ipLength, ipOf, l4Of, type Protocol } from '../../net/packet.ts'
import type { Hook, Skb } from '../../trace/event.ts'
import { entryOf } from '../conntrack.ts'
import { isOfType } from '../iptables/addrtype.ts'
import type { AddrType } from '../iptables/ast.ts'
import type { Netns } from '../machine.ts'
import type { Run } from '../run.ts'
import type { Field } from './fields.ts'
import { hex8, WORDS } from './values.ts'

/** What a rule can see of one packet at one hook. */
export interface NftSight {
  readonly run: Pick<Run, 'moment' | 'luck'>
  readonly netns: Netns
  readonly hook: Hook
  readonly skb: Skb
  readonly iif?: string | undefined
  readonly oif?: string | undefined
}

/** The protocol's name as nft prints it. */
const PROTO: Readonly<Record<Protocol, string>> = {
  tcp: 'tcp',
  udp: 'udp',
  sctp: 'sctp',
  icmp: 'icmp',
  icmp6: 'ipv6-icmp',
  ipip: 'ipencap',
}

const named = (n: number, type: string): string => Object.entries(WORDS[type] ?? {}).find(([, value]) => value === n)?.[0] ?? `${n}`

const STATUS = { SEEN_REPLY: 'seen-reply', ASSURED: 'assured', SRC_NAT: 'snat', DST_NAT: 'dnat' } as const

/** The types of an address in the words of fib; in IPv6 there can be two. */
function addressTypes({ netns }: NftSight, address: Parameters<typeof isOfType>[1]): readonly string[] {
  return Object.keys(WORDS.fib_addrtype ?? {}).filter((word) => isOfType(netns, address, word.toUpperCase() as AddrType))
}

/**
 * The values that a packet has in a field, in nft's words; several where the field is bits. undefined: the packet has no such
 * field, so that no rule that names it matches (NFT_BREAK).
 */
export function read(field: Field, sight: NftSight): readonly string[] | undefined {
  const { skb, run, netns } = sight
  const ip = ipOf(skb.packet)
  const l4 = l4Of(skb.packet)
  if (!ip) return undefined
  const v4 = ip.family === 4 ? ip : undefined
  const v6 = ip.family === 6 ? ip : undefined
  const port = (kind: 'tcp' | 'udp' | 'sctp' | undefined, side: 'sport' | 'dport'): readonly string[] | undefined =>
    l4 === undefined || l4.kind === 'icmp' || (kind !== undefined && l4.kind !== kind) ? undefined : [`${l4[side]}`]
  const icmp = (proto: Protocol) => (l4?.kind === 'icmp' && ip.proto === proto ? l4 : undefined)
  switch (field) {
    case 'ip saddr':
      return v4 && [v4.src]
    case 'ip daddr':
      return v4 && [v4.dst]
    case 'ip protocol':
      return v4 && [PROTO[v4.proto]]
    case 'ip ttl':
      return v4 && [`${v4.ttl}`]
    case 'ip length':
      return v4 && [`${ipLength(skb.packet)}`]
    case 'ip6 saddr':
      return v6 && [v6.src]
    case 'ip6 daddr':
      return v6 && [v6.dst]
    case 'ip6 nexthdr':
      return v6 && [PROTO[v6.proto]]
    case 'ip6 hoplimit':
      return v6 && [`${v6.ttl}`]
    case 'tcp sport':
      return port('tcp', 'sport')
    case 'tcp dport':
      return port('tcp', 'dport')
    case 'udp sport':
      return port('udp', 'sport')
    case 'udp dport':
      return port('udp', 'dport')
    case 'sctp sport':
      return port('sctp', 'sport')
    case 'sctp dport':
      return port('sctp', 'dport')
    case 'th sport':
      return thPort(sight, 'sport')
    case 'th dport':
      return thPort(sight, 'dport')
    case 'icmp type': {
      const header = icmp('icmp')
      return header && [named(header.type, 'icmp_type')]
    }
    case 'icmp code': {
      const header = icmp('icmp')
      return header && [`${header.code}`]
    }
    case 'icmpv6 type': {
      const header = icmp('icmp6')
      return header && [named(header.type, 'icmpv6_type')]
    }
    case 'icmpv6 code': {
      const header = icmp('icmp6')
      return header && [`${header.code}`]
    }
    case 'meta mark':
      return [hex8(skb.mark)]
    case 'meta l4proto':
      return [PROTO[ip.proto]]
    case 'meta nfproto':
      return [ip.family === 4 ? 'ipv4' : 'ipv6']
    case 'meta protocol':
      return [ip.family === 4 ? 'ip' : 'ip6']
    case 'meta length':
      return [`${ipLength(skb.packet)}`]
    // without a device the name is empty and the index 0: `!=` matches
    case 'iif':
    case 'iifname':
      return [sight.iif ?? '']
    case 'oif':
    case 'oifname':
      return [sight.oif ?? '']
    case 'ct state':
      return [skb.ct?.state ?? 'invalid']
    case 'ct status': {
      const entry = entryOf(run.moment, netns.name, skb)
      return entry && [...[...entry.status].map((s) => STATUS[s]), ...(entry.confirmed ? ['confirmed'] : [])]
    }
    case 'ct mark': {
      const entry = entryOf(run.moment, netns.name, skb)
      return entry && [hex8(entry.mark)]
    }
    case 'ct direction':
      return skb.ct && skb.ct.id !== 0 ? [skb.ct.dir] : undefined
    case 'fib saddr type':
      return addressTypes(sight, ip.src)
    case 'fib daddr type':
      return addressTypes(sight, ip.dst)
  }
}

/** `th dport` reads two bytes wherever the transport header is: in an ICMP message they are its type and code, then the checksum. */
function thPort({ skb }: NftSight, side: 'sport' | 'dport'): readonly string[] | undefined {
  const l4 = l4Of(skb.packet)
  if (l4 === undefined) return undefined
  if (l4.kind !== 'icmp') return [`${l4[side]}`]
  // the checksum is not modelled; no set holds it, as far as anybody can tell
  return side === 'sport' ? [`${l4.type * 256 + l4.code}`] : ['checksum']
}
