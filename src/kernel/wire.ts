import { ipOf, l4Of, type Packet } from '../net/packet.ts'
import type { Machines } from './machine.ts'

/** Whether a packet, by its outermost headers, is one of those that the wire does not carry: `ipip`, `4789/udp`. */
function isOf(word: string, packet: Packet): boolean {
  const [port, proto] = word.includes('/') ? word.split('/') : [undefined, word]
  if (ipOf(packet)?.proto !== proto?.toLowerCase()) return false
  if (port === undefined) return true
  const l4 = l4Of(packet)
  return l4 !== undefined && 'dport' in l4 && (l4.dport === Number(port) || l4.sport === Number(port))
}

/** A firewall between the machines takes this packet off the wire. */
export const isBlocked = (machines: Machines, wire: string | undefined, packet: Packet): boolean =>
  machines.wires.some((one) => one.name === wire && one.blocks?.some((word) => isOf(word, packet)) === true)
