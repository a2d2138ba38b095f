import { changeIp, headerBytes, ipLength, ipOf, outerIpAt, type Packet } from './packet.ts'

/** Bytes in front of what a piece carries: the IP header, and in IPv6 the fragment header. */
const overhead = (family: 4 | 6): number => (family === 4 ? 20 : 48)

/**
 * The outermost IP packet in pieces that fit into `mtu` bytes, in order. Only the first has the headers that follow the IP header, and the
 * message. A piece can be cut again. Offsets count from the whole packet's first byte after its IP header and are multiples of 8.
 */
export function cutPacket(packet: Packet, mtu: number): readonly Packet[] {
  const ip = ipOf(packet)
  if (!ip) return [packet]
  const at = outerIpAt(packet)
  const [front, behind] = [packet.headers.slice(0, at + 1), packet.headers.slice(at + 1)]
  const total = ipLength(packet) - headerBytes(ip)
  const room = Math.floor((mtu - overhead(ip.family)) / 8) * 8
  if (room < 8) return [packet]
  const base = ip.frag?.offset ?? 0
  const pieces: Packet[] = []
  for (let from = 0; from < total; from += room) {
    const length = Math.min(room, total - from)
    const more = from + length < total || ip.frag?.more === true
    const inside = from === 0 ? behind : []
    const size = length - inside.reduce((n, h) => n + headerBytes(h), 0)
    const bare: Packet = { headers: [...front, ...inside], size, ...(from === 0 && packet.message ? { message: packet.message } : {}) }
    pieces.push(changeIp(bare, { frag: { offset: base + from, more } }))
  }
  return pieces
}

/** Bytes that a piece carries. */
const carried = (piece: Packet): number => {
  const ip = ipOf(piece)
  return ip ? ipLength(piece) - headerBytes(ip) : 0
}

/** The packet that these pieces were, in whatever order they came; undefined while one is missing. */
export function joinPieces(pieces: readonly Packet[]): Packet | undefined {
  const sorted = [...pieces].sort((a, b) => (ipOf(a)?.frag?.offset ?? 0) - (ipOf(b)?.frag?.offset ?? 0))
  let next = 0
  let last = false
  for (const piece of sorted) {
    const frag = ipOf(piece)?.frag
    if (!frag || frag.offset !== next) return undefined
    next += carried(piece)
    last = !frag.more
  }
  const first = sorted[0]
  if (!first || !last) return undefined
  const at = outerIpAt(first)
  const inside = first.headers.slice(at + 1).reduce((n, h) => n + headerBytes(h), 0)
  const headers = first.headers.map((h, i) => {
    if (i !== at || h.kind !== 'ip') return h
    const { frag: _frag, ...whole } = h
    return whole
  })
  return { ...first, headers, size: next - inside }
}
