import { ipOf, l4Of, type Packet } from '../net/packet.ts'
import type { Machines, Wire } from './machine.ts'

/** Whether a packet, by its outermost headers, is one of those that the wire does not carry: `ipip`, `4789/udp`. */
function isOf(word: string, packet: Packet): boolean {
  const [port, proto] = word.includes('/') ? word.split('/') : [undefined, word]
  if (ipOf(packet)?.proto !== proto?.toLowerCase()) return false
  if (port === undefined) return true
  const l4 = l4Of(packet)
  return l4 !== undefined && 'dport' in l4 && (l4.dport === Number(port) || l4.sport === Number(port))
}

/** Which of the words a packet is; undefined: none. */
export const blockedWord = (blocks: readonly string[], packet: Packet): string | undefined => blocks.find((word) => isOf(word, packet))

export const wireOf = (machines: Machines, name: string | undefined): Wire | undefined => machines.wires.find((one) => one.name === name)

/** A firewall between the machines takes this packet off the wire. */
export const isBlocked = (machines: Machines, wire: string | undefined, packet: Packet): boolean =>
  blockedWord(wireOf(machines, wire)?.blocks ?? [], packet) !== undefined
