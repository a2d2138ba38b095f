import { ethOf, type Header, ipOf, l4Of, type Packet, type TcpFlag, withEth, withoutEth } from '../net/packet.ts'
import { errorNamed, icmpError } from './icmp.ts'
import type { TableVerdict } from './iptables/run.ts'
import type { Netns } from './machine.ts'
import { startOutput } from './output.ts'
import { isPiece } from './piece.ts'
import type { Place, Run } from './run.ts'

/** The RST that answers a segment (tcp_v4_send_reset, nf_send_reset): with ACK only when the segment had none. */
export function resetFor(packet: Packet): Packet | undefined {
  const bare = withoutEth(packet)
  const ip = ipOf(bare)
  const tcp = l4Of(bare)
  if (!ip || tcp?.kind !== 'tcp' || tcp.flags.includes('R')) return undefined
  const acked = tcp.flags.includes('A')
  const flags: readonly TcpFlag[] = acked ? ['R'] : ['A', 'R']
  const length = bare.size + (tcp.flags.includes('S') ? 1 : 0) + (tcp.flags.includes('F') ? 1 : 0)
  const headers: readonly Header[] = [
    { kind: 'ip', family: ip.family, src: ip.dst, dst: ip.src, ttl: 64, proto: 'tcp', df: true },
    { kind: 'tcp', sport: tcp.dport, dport: tcp.sport, flags, seq: acked ? tcp.ack : 0, ack: acked ? 0 : tcp.seq + length },
  ]
  return { headers, size: 0 }
}

/** -j REJECT: the error goes first and runs to its end; only then is the rule's verdict told. */
export function rejectWith(
  run: Run,
  place: Extract<Place, { at: 'hook' }>,
  _netns: Netns,
  verdict: Extract<TableVerdict, { kind: 'reject' }>,
): readonly Place[] {
  const { journey, netns, skb } = place
  const where = { netns, hook: place.hook, family: place.family }
  const tell: Place = {
    journey,
    netns,
    skb,
    at: 'tell',
    events: [
      verdict.told,
      { kind: 'hook-end', verdict: 'drop', at: where, after: { kind: 'skb', skb } },
      { kind: 'drop', reason: 'rule', at: where, after: { kind: 'skb', skb } },
    ],
    ending: { kind: 'rejected', reply: verdict.with, rule: verdict.rule },
  }
  // a piece's checksum is that of the whole packet, so it looks broken, and nobody answers what is broken (nf_send_unreach, nf_send_reset)
  if (isPiece(skb)) return [tell]
  if (verdict.with === 'tcp-reset') {
    const packet = resetFor(skb.packet)
    if (!packet) return [tell]
    const [eth, port] = [ethOf(skb.packet), skb.bridged?.physin]
    const sent = run.begin({ phase: 'error', connection: run.connectionOf(journey), as: 'icmp-error', parent: journey, packet })
    // for a bridged segment the reset goes straight back out of its port, with the MAC of whom it was for (nf_send_reset)
    if (eth && port !== undefined) {
      const back: Place = { journey: sent, netns, skb: { packet: withEth(packet, eth.dst, eth.src), mark: 0 }, at: 'transmit', dev: port }
      return [back, tell]
    }
    const ct =
      skb.ct && skb.ct.id !== 0
        ? {
            ct: {
              id: skb.ct.id,
              dir: skb.ct.dir === 'original' ? ('reply' as const) : ('original' as const),
              // nf_ct_attach: related to what it answers, though it is no ICMP
              state: 'related' as const,
            },
          }
        : {}
    return [...startOutput(run, { journey: sent, netns, skb: { packet, mark: 0, ...ct } }, ipOf(packet)?.src), tell]
  }
  const name = errorNamed(verdict.with)
  if (!name) {
    run.end(journey, { kind: 'unmodelled', what: `iptables -j REJECT --reject-with ${verdict.with}` })
    return []
  }
  return [...icmpError(run, place, name), tell]
}
