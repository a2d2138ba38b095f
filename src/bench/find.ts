import type { Chain } from '../kernel/iptables/ast.ts'
import { ruleMatches, type Sight } from '../kernel/iptables/match.ts'
import { candidates } from '../kernel/iptables/order.ts'
import type { Netns } from '../kernel/machine.ts'
import { Moment } from '../kernel/moment.ts'
import { ip } from '../net/ip.ts'
import type { Packet } from '../net/packet.ts'
import { hashLuck } from '../trace/luck.ts'

/** Which rules of a chain are tried for a packet. */
export type Search = (chain: Chain, packet: Packet) => Iterable<number>

/** The reference: rule by rule, as the kernel's loop does it. */
export const plain: Search = (chain) => chain.rules.keys()
export const indexed: Search = (chain, packet) => candidates(chain, packet, 0)

/** Finds the rule of KUBE-SERVICES in table nat that a packet to this address matches; returns its number, or that of all rules. */
export function find(search: Search, netns: Netns, address: string): number {
  const packet = {
    headers: [
      { kind: 'ip' as const, family: 4 as const, src: ip('10.244.0.2'), dst: ip(address), ttl: 64, proto: 'tcp' as const },
      { kind: 'tcp' as const, sport: 40001, dport: 80, flags: ['S' as const], seq: 0, ack: 0 },
    ],
    size: 0,
  }
  const sight: Sight = {
    netns,
    moment: new Moment(),
    luck: hashLuck(1),
    skb: { packet, mark: 0 },
    leadsTo: '',
    iif: 'cni0',
    place: 'nat KUBE-SERVICES',
  }
  const chain = netns.rules[4].chain('nat', 'KUBE-SERVICES')
  if (!chain) throw new Error('no KUBE-SERVICES')
  for (const i of search(chain, packet)) {
    const rule = chain.rules[i]
    if (rule && ruleMatches(rule, sight) === 'yes') return i
  }
  return chain.rules.length
}
