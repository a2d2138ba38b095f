import { cutPacket, joinPieces } from '../net/fragment.ts'
import { ipLength, ipOf, withoutEth } from '../net/packet.ts'
import type { At, Skb } from '../trace/event.ts'
import { note, type Place, type Run } from './run.ts'

/**
 * ip_do_fragment, ip6_fragment: the packet as pieces of at most `mtu` bytes, each of which goes on where `next` says. Pieces that were put
 * together before are cut no longer than the longest of them was. `queued`: cut while a packet was being received, so that all pieces leave
 * before the next machine takes the first; a process's own pieces arrive one after the other.
 */
export function cut(run: Run, place: Place, mtu: number, queued: boolean, next: (skb: Skb) => Place, at?: At): readonly Place[] {
  const { fragMax, ...rest } = place.skb
  const pieces = cutPacket(place.skb.packet, Math.min(mtu, fragMax ?? mtu))
  note(run, place, { kind: 'fragment', pieces: pieces.length, mtu: Math.min(mtu, fragMax ?? mtu), ...(at ? { at } : {}) })
  run.cut(place.journey, queued)
  return pieces.map((packet, piece) => next({ ...rest, packet, piece }))
}

/**
 * ip_defrag: holds a piece until the others have come too; then the packet goes on whole. `queue`: who asks, for each waits for the pieces
 * that come to it (IP_DEFRAG_CONNTRACK_IN, IP_DEFRAG_LOCAL_DELIVER). undefined: some are still missing.
 */
export function gather(run: Run, place: Place, queue: string, at?: At): Skb | undefined {
  const ip = ipOf(place.skb.packet)
  if (!ip) return undefined
  const key = `${place.journey} ${place.netns} ${queue} ${ip.src} ${ip.dst} ${ip.proto}`
  const held = [...(run.pieces.get(key) ?? []), place.skb]
  const whole = joinPieces(held.map((s) => withoutEth(s.packet)))
  if (!whole) {
    run.pieces.set(key, held)
    return undefined
  }
  run.pieces.delete(key)
  const { piece: _piece, ...rest } = place.skb
  const eth = place.skb.packet.headers[0]
  const packet = eth?.kind === 'eth' ? { ...whole, headers: [eth, ...whole.headers] } : whole
  const skb: Skb = { ...rest, packet, fragMax: Math.max(...held.map((s) => ipLength(s.packet))) }
  note(run, { ...place, skb }, { kind: 'reassemble', pieces: held.length, ...(at ? { at } : {}) })
  return skb
}
