import { type Packet, withHeaders } from '../net/packet.ts'

/** What a VXLAN packet carries, with its own link-layer header; the packet itself when there is no tunnel around it. */
export function innerOf(packet: Packet): Packet {
  const at = packet.headers.findIndex((h) => h.kind === 'vxlan')
  return at < 0 ? packet : withHeaders(packet, packet.headers.slice(at + 1))
}
