import type { Netns } from '../../kernel/machine.ts'
import { addressesOf, addressTowards, linkOf, lookup, nextHop, printRoute } from '../../kernel/route.ts'
import { inCidr } from '../../net/cidr.ts'
import { familyOf } from '../../net/ip.ts'
import { ipOf } from '../../net/packet.ts'
import type { TraceEvent } from '../../trace/event.ts'
import type { Language } from './language.ts'
import type { SourceChoice } from './shape.ts'
import { type RuleEvent, skbOf } from './sight.ts'
import type { Pass } from './visit.ts'

/** How MASQUERADE came to its address: the facts that the kernel looked at. undefined when no such rule matched here. */
export function sourceChoice(pass: Pass, after: readonly TraceEvent[], netns: Netns, language: Language): SourceChoice | undefined {
  const step = pass.steps.find((s): s is RuleEvent => s.kind === 'rule' && language.masquerades(s) !== undefined)
  const skb = skbOf(step)
  const dst = skb && ipOf(skb.packet)?.dst
  if (!step || !skb || !dst || skb.oif === undefined) return undefined
  const route = lookup(netns, dst, skb.oif === undefined ? {} : { oif: skb.oif })
  const hop = route ? nextHop(route, dst) : dst
  const address = addressTowards(netns, skb.oif, hop)
  if (address === undefined) return undefined
  const link = linkOf(netns, skb.oif)
  const own = addressesOf(link, familyOf(hop))
  const onNet = link?.addrs.some((a) => familyOf(a) === familyOf(hop) && inCidr(hop, a)) === true
  const nat = after.find((e) => e.kind === 'nat' && e.manip === 'src' && e.by === 'rule')
  const [from, to] = nat?.kind === 'nat' ? [nat.from, nat.to] : [ipOf(skb.packet)?.src ?? '', address]
  return {
    seq: step.seq,
    dev: skb.oif,
    addresses: link?.addrs.filter((a) => familyOf(a) === familyOf(hop)) ?? [],
    ...(route ? { route: printRoute(route) } : {}),
    hop,
    address,
    how: onNet ? 'on-net' : own.length > 0 ? 'first' : 'lent',
    from,
    to,
    randomFully: language.masquerades(step)?.randomFully === true,
  }
}
