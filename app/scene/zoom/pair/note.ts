import type { IpHeader } from '../../../../src/net/packet.ts'
import type { TraceEvent } from '../../../../src/trace/event.ts'
import { endsOf } from '../../../panels/packet.ts'
import { textWidth } from '../../measure.ts'
import type { Pair } from './facts.ts'
import type { SayPair } from './words.ts'

type Ends = NonNullable<ReturnType<typeof endsOf>>

/** The addresses of the packet where it was last seen in this namespace. */
function endsIn(netns: string, events: readonly TraceEvent[]): Ends | undefined {
  for (const e of [...events].reverse())
    if (e.at.netns === netns && e.after.kind === 'skb') {
      const ends = endsOf(e.after.skb.packet)
      if (ends !== undefined) return ends
    }
  return undefined
}

const isOf = (pair: Pair, end: string): boolean =>
  pair.pod.addresses.some((a) => end === a || end.startsWith(`${a}:`) || end.startsWith(`[${a}]`))

/** The Pod's socket that the packet comes from or goes to: `socket 10.244.1.2:40312`; undefined before it is there. */
export function socketOf(pair: Pair, events: readonly TraceEvent[]): string | undefined {
  const ends = endsIn(pair.pod.name, events)
  return ends && [ends.src, ends.dst].find((end) => isOf(pair, end))
}

/** What ARP was asked between the two ends of the pair, and why; undefined: nothing yet. */
export function arpSaid(pair: Pair, events: readonly TraceEvent[], say: SayPair): string | undefined {
  for (const e of [...events].reverse()) {
    if (e.kind !== 'neighbour' || e.mac === undefined || e.address.includes(':')) continue
    if (e.at.netns === pair.node.name && pair.pod.addresses.includes(e.address)) return say('arpNode', { dev: e.dev, hop: e.address })
    if (e.at.netns !== pair.pod.name) continue
    const header = e.after.kind === 'skb' ? e.after.skb.packet.headers.find((h): h is IpHeader => h.kind === 'ip') : undefined
    const dst = header?.dst ?? ''
    const { bridge, outer, node } = pair
    if (dst === e.address) return say('arpLink', { dst })
    if (bridge !== undefined) return say('arpGateway', { dev: bridge.dev, dst, hop: e.address })
    const nobody = !node.devices.some((dev) => dev.addrs.some((a) => a.startsWith(`${e.address}/`)))
    return say(nobody ? 'arpProxy' : 'arpOther', { hop: e.address, dev: outer.dev })
  }
  return undefined
}

/** A sentence on as many lines as it takes; Chinese breaks anywhere but before a stop. */
export function filled(text: string, room: number, size: number): readonly string[] {
  const lines: string[] = []
  for (const [piece] of text.matchAll(/[\u2e80-\uffff][，。；：、）]?|[^\s\u2e80-\uffff]+ ?|\s+/g)) {
    const last = lines.at(-1)
    if (last !== undefined && textWidth((last + piece).trimEnd(), size) <= room) lines[lines.length - 1] = last + piece
    else lines.push(piece.trimStart())
  }
  return lines.map((line) => line.trimEnd()).filter((line) => line !== '')
}
