import { inCidr } from '../../net/cidr.ts'
import { l4Of } from '../../net/packet.ts'
import type { Skb } from '../../trace/event.ts'
import type { Match, Not } from '../iptables/ast.ts'
import type { Netns } from '../machine.ts'
import type { Moment } from '../moment.ts'
import { answered, endsOf, turned } from './conn.ts'

/** Whether a part of the match holds, its negation included; a part that nobody wrote always does. */
const holds = (part: Not | undefined, hit: boolean): boolean => part === undefined || hit !== (part.not === true)

/** Packets are only ever masqueraded by this model. */
const METHOD = 'MASQ'

/** xt_ipvs: a packet that IPVS has sent on, looked up by what it is after the rewrite: from the client to the real server. */
export function ipvsMatches(
  m: Extract<Match, { kind: 'ipvs' }>,
  at: { readonly netns: Netns; readonly moment: Moment; readonly skb: Skb },
): boolean {
  const { skb, moment } = at
  if (!m.vproto && !m.vaddr && !m.vport && !m.vdir && !m.vmethod) return holds(m.ipvs, skb.ipvs === true)
  const state = moment.ipvs.get(at.netns.name)
  const ends = endsOf(skb.packet)
  if (!skb.ipvs || !ends || !state) return false
  if (!holds(m.vproto, l4Of(skb.packet)?.kind === m.vproto?.proto)) return false
  const conn = answered(state, turned(ends), moment.clock)
  if (!conn) return false
  if (m.vdir && !skb.ct) return false
  return (
    holds(m.vport, conn.vport === m.vport?.port) &&
    holds(m.vdir, (skb.ct?.dir === 'reply') === (m.vdir?.dir === 'REPLY')) &&
    holds(m.vmethod, m.vmethod?.method === METHOD) &&
    holds(m.vaddr, m.vaddr !== undefined && inCidr(conn.vaddr, m.vaddr.net))
  )
}
