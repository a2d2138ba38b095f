import { endpointText } from './message.ts'
import { arpOf, ipOf, l4Of, type Packet, type TcpFlag } from './packet.ts'

const ORDER: readonly TcpFlag[] = ['S', 'A', 'F', 'R', 'P']
export const flagsText = (flags: readonly TcpFlag[]): string => ORDER.filter((f) => flags.includes(f)).join('')

/**
 * The outermost IP pass of a packet in one line, in the notation of the recorded kernel walks:
 * `tcp 10.244.1.2:40001 > 10.96.10.10:80 [S] ttl=64`.
 */
export function printPacket(packet: Packet): string {
  const ip = ipOf(packet)
  if (!ip) {
    const arp = arpOf(packet)
    if (!arp) return 'non-ip frame'
    return arp.op === 'request' ? `arp who-has ${arp.target.ip} tell ${arp.sender.ip}` : `arp ${arp.sender.ip} is-at ${arp.sender.mac}`
  }
  const l4 = l4Of(packet)
  const tail = `ttl=${ip.ttl}`
  if (l4 === undefined) return `${ip.proto} ${ip.src} > ${ip.dst} ${tail}`
  if (l4.kind === 'icmp') {
    const mtu = l4.mtu === undefined ? '' : ` mtu=${l4.mtu}`
    return `${ip.family === 4 ? 'icmp' : 'icmp6'} ${ip.src} > ${ip.dst} ${l4.type}/${l4.code}${mtu} ${tail}`
  }
  const ends = `${l4.kind} ${endpointText(ip.src, l4.sport)} > ${endpointText(ip.dst, l4.dport)}`
  if (l4.kind === 'tcp') return `${ends} [${flagsText(l4.flags)}] ${tail}`
  if (l4.kind === 'sctp') return `${ends} [${l4.chunk}] ${tail}`
  return `${ends} ${tail}`
}
