import { ipOf } from '../net/packet.ts'
import type { Skb } from '../trace/event.ts'

/** Whether this is a piece of a packet, not a whole one. */
export const isPiece = (skb: Skb): boolean => ipOf(skb.packet)?.frag !== undefined
