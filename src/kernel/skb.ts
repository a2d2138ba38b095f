import type { Packet } from '../net/packet.ts'
import type { Skb, Subject } from '../trace/event.ts'

type Devices = string | undefined

/**
 * Every packet on its way is an object of one shape, with all that an Skb can have: reading and copying such a one is quick, and a walk does
 * little else. What is undefined is left out when the packet is told (`toldOf`).
 */
function shaped(packet: Packet, mark: number, iif: Devices, oif: Devices, ct: Skb['ct'], bridged: Skb['bridged'], of: Skb): Skb {
  const { ipvs, piece, fragMax, tunnelKey, tunnel } = of
  return { packet, mark, iif, oif, ct, bridged, ipvs, piece, fragMax, tunnelKey, tunnel } as Skb
}

const NOTHING: Partial<Skb> = {}

/** A packet that nothing is known of; `of`: what else it has. */
export const freshSkb = (packet: Packet, mark: number, of: Partial<Skb> = NOTHING): Skb =>
  shaped(packet, mark, of.iif, of.oif, of.ct, of.bridged, of as Skb)
export const withPacket = (s: Skb, packet: Packet): Skb => shaped(packet, s.mark, s.iif, s.oif, s.ct, s.bridged, s)
export const withMark = (s: Skb, mark: number): Skb => shaped(s.packet, mark, s.iif, s.oif, s.ct, s.bridged, s)
export const withCt = (s: Skb, ct: Skb['ct']): Skb => shaped(s.packet, s.mark, s.iif, s.oif, ct, s.bridged, s)
/** With the devices of a hook. */
export const withDevices = (s: Skb, iif: Devices, oif: Devices): Skb =>
  s.iif === iif && s.oif === oif ? s : shaped(s.packet, s.mark, iif, oif, s.ct, s.bridged, s)
/** Lent the ports of a bridge, or not any more. */
export const withBridged = (s: Skb, bridged: Skb['bridged']): Skb => shaped(s.packet, s.mark, s.iif, s.oif, s.ct, bridged, s)

const told = new WeakMap<Skb, Skb>()

/** What an event shows: of a packet only what it has. */
export const toldOf = (after: Subject): Subject => (after.kind === 'skb' ? { kind: 'skb', skb: shownOf(after.skb) } : after)

/** The same object for the same packet, so that a message carries it once. */
function shownOf(skb: Skb): Skb {
  const old = told.get(skb)
  if (old !== undefined) return old
  const shown: { -readonly [K in keyof Skb]: Skb[K] } = { packet: skb.packet, mark: skb.mark }
  if (skb.iif !== undefined) shown.iif = skb.iif
  if (skb.oif !== undefined) shown.oif = skb.oif
  if (skb.ct !== undefined) shown.ct = skb.ct
  if (skb.bridged !== undefined) shown.bridged = skb.bridged
  if (skb.ipvs !== undefined) shown.ipvs = skb.ipvs
  if (skb.piece !== undefined) shown.piece = skb.piece
  if (skb.fragMax !== undefined) shown.fragMax = skb.fragMax
  if (skb.tunnelKey !== undefined) shown.tunnelKey = skb.tunnelKey
  if (skb.tunnel !== undefined) shown.tunnel = skb.tunnel
  told.set(skb, shown)
  return shown
}
