import { changeIp, changePorts, type Header, ipOf, l4Of, type Packet } from '../../net/packet.ts'
import type { Done } from '../hooks.ts'
import type { Netns } from '../machine.ts'
import { endOf } from '../nat.ts'
import { note, type Place, type Run } from '../run.ts'
import { answered, asked, count, type Ends, endsOf, stateOf, turned } from './conn.ts'
import { conntrackOf, sendOn } from './run.ts'

type AtHook = Extract<Place, { at: 'hook' }>

/** The ends of the packet that an error complains of. */
function quotedEnds(packet: Packet): { readonly about: Packet; readonly ends: Ends } | undefined {
  const l4 = l4Of(packet)
  if (l4?.kind !== 'icmp' || !l4.about) return undefined
  const about = { headers: l4.about, size: 0 }
  const ends = endsOf(about)
  return ends && { about, ends }
}

const withQuote = (packet: Packet, about: Packet): Packet => ({
  ...packet,
  headers: packet.headers.map((h): Header => (h.kind === 'icmp' ? { ...h, about: about.headers } : h)),
})

/**
 * ip_vs_out_icmp: an error about a rewritten request is on its way back to the client. Its sender, and the destination that it quotes,
 * become the virtual server again.
 */
export function errorOut(run: Run, place: AtHook, netns: Netns): Done {
  const { skb } = place
  const quoted = quotedEnds(skb.packet)
  const state = stateOf(run.moment, netns.name)
  const conn = quoted && answered(state, turned(quoted.ends), run.moment.clock)
  if (!quoted || !conn) return { go: skb }
  const about = changePorts(changeIp(quoted.about, { dst: conn.vaddr }), { dport: conn.vport })
  const packet = withQuote(changeIp(skb.packet, { src: conn.vaddr }), about)
  count(state, conn, 'out', skb.packet)
  const now = conntrackOf(run, place, { ...skb, packet, ipvs: true }, conn)
  note(
    run,
    { ...place, skb: now },
    {
      kind: 'nat',
      manip: 'src',
      by: 'ipvs',
      from: endOf(skb.packet, 'src'),
      to: endOf(packet, 'src'),
      undo: true,
      ipvs: { how: 'answer' },
      at: { netns: place.netns, hook: place.hook, family: place.family },
    },
  )
  return { go: now }
}

/** ip_vs_in_icmp: an error about an answer, sent to the virtual server, goes on to the real one that the answer came from. */
export function errorIn(run: Run, place: AtHook, netns: Netns): Done {
  const { skb } = place
  const quoted = quotedEnds(skb.packet)
  const state = stateOf(run.moment, netns.name)
  const conn = quoted && asked(state, turned(quoted.ends), run.moment.clock)
  if (!quoted || !conn || ipOf(skb.packet)?.dst !== conn.vaddr) return { go: skb }
  const about = changePorts(changeIp(quoted.about, { src: conn.daddr }), { sport: conn.dport })
  const packet = withQuote(changeIp(skb.packet, { dst: conn.daddr }), about)
  count(state, conn, 'in', skb.packet)
  return sendOn(run, place, netns, conn, { ...skb, packet }, (now, before) =>
    note(
      run,
      { ...place, skb: now },
      {
        kind: 'nat',
        manip: 'dst',
        by: 'ipvs',
        from: endOf(before.packet, 'dst'),
        to: endOf(now.packet, 'dst'),
        undo: false,
        ipvs: { how: 'known' },
        at: { netns: place.netns, hook: place.hook, family: place.family },
      },
    ),
  )
}
