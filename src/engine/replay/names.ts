import type { Ip } from '../../net/ip.ts'
import { endpointText } from '../../net/message.ts'
import { ipLength, ipOf, l4Of, type Packet } from '../../net/packet.ts'
import { flagsText } from '../../net/print.ts'
import type { Tuple } from '../../trace/event.ts'

/** VXLAN's port in Linux (flannel), and the registered one (Calico). */
const VXLAN: ReadonlySet<number> = new Set([8472, 4789])

/** How the recordings write packets: random ports become `$RND1`, `$RND2` … in order of appearance, a VXLAN source port `$VXLAN`. */
export interface Naming {
  pkt(packet: Packet): string
  tuple(tuple: Tuple): string
  end(address: Ip, port: number): string
}

/** `detail`: with length, DF and the place of a fragment, as for probes that have a size. */
export function naming(known: readonly number[], detail = false): Naming {
  const given = new Set([...VXLAN, ...known])
  const names = new Map<number, string>()
  const port = (p: number, vxlan = false): string => {
    if (given.has(p)) return `${p}`
    if (vxlan) return '$VXLAN'
    const old = names.get(p) ?? `$RND${names.size + 1}`
    names.set(p, old)
    return old
  }
  const at = (address: Ip, p: number, vxlan = false): string => endpointText(address, 0).replace(/0$/, port(p, vxlan))
  return {
    end: (address, p) => at(address, p),
    pkt(packet) {
      const ip = ipOf(packet)
      const l4 = l4Of(packet)
      if (!ip) return ''
      const frag = ip.frag ? ` frag=${ip.frag.offset}${ip.frag.more ? '+' : ''}` : ''
      // the recorder sees no more of a piece in IPv6 than that it is one
      if (ip.family === 6 && ip.frag) return `44 ${ip.src} > ${ip.dst} ttl=${ip.ttl}${detail ? ` len=${ipLength(packet)}` : ''}`
      const ttl = `ttl=${ip.ttl}${detail ? ` len=${ipLength(packet)}${ip.df ? ' DF' : ''}${frag}` : ''}`
      if (l4 === undefined) return `${ip.proto} ${ip.src} > ${ip.dst} ${ttl}`
      if (l4.kind === 'icmp')
        return `${ip.proto} ${ip.src} > ${ip.dst} ${l4.type}/${l4.code}${l4.mtu === undefined ? '' : ` mtu=${l4.mtu}`} ${ttl}`
      const ends = `${l4.kind} ${at(ip.src, l4.sport, l4.kind === 'udp' && VXLAN.has(l4.dport))} > ${at(ip.dst, l4.dport)}`
      return l4.kind === 'tcp'
        ? `${ends} [${flagsText(l4.flags)}] ${ttl}`
        : l4.kind === 'sctp'
          ? `${ends} [${l4.chunk}] ${ttl}`
          : `${ends} ${ttl}`
    },
    tuple(t) {
      const proto = t.proto === 'icmp6' ? 'icmpv6' : t.proto
      if (t.type !== undefined || t.proto === 'ipip') return `${proto} ${t.src} > ${t.dst}`
      const vxlan = t.proto === 'udp' && (VXLAN.has(t.sport) || VXLAN.has(t.dport))
      return `${proto} ${at(t.src, t.sport, vxlan)} > ${at(t.dst, t.dport, vxlan)}`
    },
  }
}
