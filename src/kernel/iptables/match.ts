import { inCidr } from '../../net/cidr.ts'
import { ipOf, l4Of, type Packet, portsOf } from '../../net/packet.ts'
import type { Skb, Tuple } from '../../trace/event.ts'
import { type Fraction, type Luck, rest } from '../../trace/luck.ts'
import { entryOf } from '../conntrack.ts'
import { ipset } from '../ipset/late.ts'
import { ipvs } from '../ipvs/late.ts'
import { rare } from '../late.ts'
import type { Netns } from '../machine.ts'
import type { Moment } from '../moment.ts'
import { tupleKey, tupleOf } from '../tuple.ts'
import { turn } from '../turn.ts'
import { isOfType } from './addrtype.ts'
import type { CtStateWord, Match, PortRange, Rule } from './ast.ts'
import { recentMatches } from './recent.ts'
import { comesBack } from './rpfilter.ts'

/** What a rule can see. iif and oif are those of the hook: a bridged packet shows the bridge. */
export interface Sight {
  readonly netns: Netns
  readonly moment: Moment
  readonly luck: Luck
  readonly skb: Skb
  readonly iif?: string | undefined
  readonly oif?: string | undefined
  /** Names the rule for luck: table, chain and what the rule leads to. */
  readonly place: string
  readonly leadsTo: string
  /** The rule's number in its chain, from 0; names the counter of a rule that counts. */
  readonly index?: number
}

/** `unknown`: all that we know of the rule matches, and the rest is not modelled. */
export type Verdict = 'yes' | 'no' | { readonly unknown: string }

const negate = (hit: boolean, not: true | undefined): boolean => hit !== (not === true)
const within = (port: number, ranges: readonly PortRange[]): boolean => ranges.some((r) => port >= r.from && port <= r.to)

/** Interface names: a trailing + stands for any rest (iptables -i veth+). */
export const devMatches = (pattern: string, dev: string | undefined): boolean =>
  pattern.endsWith('+') ? (dev ?? '').startsWith(pattern.slice(0, -1)) : pattern === (dev ?? '')

/** Names and numbers of /etc/protocols that rules use. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  '6': 'tcp',
  '17': 'udp',
  '132': 'sctp',
  '1': 'icmp',
  '58': 'icmp6',
  'ipv6-icmp': 'icmp6',
  icmpv6: 'icmp6',
  '4': 'ipip',
  ipencap: 'ipip',
}

function protoMatches(wanted: string, packet: Packet): boolean {
  if (wanted === 'all' || wanted === '0') return true
  return ipOf(packet)?.proto === (PROTOCOLS[wanted] ?? wanted)
}

/** Whether a rule matches, part by part, in the order of the kernel: the ip header first, then the -m matches. */
export function ruleMatches(rule: Rule, sight: Sight): Verdict {
  const { packet } = sight.skb
  const ip = ipOf(packet)
  if (!ip) return 'no'
  if (rule.src && !negate(inCidr(ip.src, rule.src.net), rule.src.not)) return 'no'
  if (rule.dst && !negate(inCidr(ip.dst, rule.dst.net), rule.dst.not)) return 'no'
  if (rule.in && !negate(devMatches(rule.in.dev, sight.iif), rule.in.not)) return 'no'
  if (rule.out && !negate(devMatches(rule.out.dev, sight.oif), rule.out.not)) return 'no'
  if (rule.proto && !negate(protoMatches(rule.proto.proto, packet), rule.proto.not)) return 'no'
  let unknown: string | undefined
  for (const match of rule.matches) {
    if (match.kind === 'comment') continue
    if (match.kind === 'unknown') {
      const found = match.words.startsWith('-m limit ') ? rare.get().limited(match.words, sight) : undefined
      if (found === false) return 'no'
      if (found === undefined) unknown = `iptables ${match.words}`
    } else if (match.kind === 'set') {
      const found = inSetOf(match, sight)
      if (typeof found === 'object') unknown = found.unknown
      else if (!found) return 'no'
    } else if (!matches(match, sight)) return 'no'
  }
  return unknown === undefined ? 'yes' : { unknown }
}

function inSetOf(match: Extract<Match, { kind: 'set' }>, { netns, moment, skb, iif, oif }: Sight): boolean | { readonly unknown: string } {
  const devices = { ...(iif === undefined ? {} : { iif }), ...(oif === undefined ? {} : { oif }) }
  const found = ipset.get().inSet(netns.ipsets ?? new Map(), match.name, { skb, dirs: match.dirs, now: moment.clock, ...devices })
  return typeof found === 'object' ? found : negate(found, match.not)
}

function matches(match: Exclude<Match, { kind: 'comment' | 'unknown' | 'set' }>, sight: Sight): boolean {
  const { skb, netns } = sight
  const l4 = l4Of(skb.packet)
  switch (match.kind) {
    case 'tcp':
    case 'udp':
    case 'sctp': {
      if (l4?.kind !== match.kind) return false
      if (match.sport && !negate(within(l4.sport, [match.sport]), match.sport.not)) return false
      if (match.dport && !negate(within(l4.dport, [match.dport]), match.dport.not)) return false
      if (!match.flags) return true
      if (l4.kind !== 'tcp') return false
      const letters: Readonly<Record<string, string>> = { SYN: 'S', ACK: 'A', FIN: 'F', RST: 'R', PSH: 'P' }
      const set = l4.flags as readonly string[]
      const flags = match.flags
      return negate(
        flags.mask.every((f) => set.includes(letters[f] ?? '?') === flags.set.includes(f)),
        flags.not,
      )
    }
    case 'conntrack':
      return negate(
        match.states.some((s) => stateMatches(s, sight)),
        match.not,
      )
    case 'mark':
      return negate((skb.mark & match.mask) >>> 0 === match.value >>> 0, match.not)
    case 'connmark': {
      const entry = entryOf(sight.moment, netns.name, skb)
      return entry !== undefined && negate((entry.mark & match.mask) >>> 0 === match.value >>> 0, match.not)
    }
    case 'addrtype': {
      const ip = ipOf(skb.packet)
      if (!ip) return false
      const dev = match.limitIn ? sight.iif : match.limitOut ? sight.oif : undefined
      if (match.src !== undefined && !negate(isOfType(netns, ip.src, match.src, dev), match.notSrc)) return false
      return match.dst === undefined || negate(isOfType(netns, ip.dst, match.dst, dev), match.notDst)
    }
    case 'statistic':
      return negate(thrown(match.probability, sight), match.not)
    case 'nth': {
      const place = `${sight.netns.name} ${ipOf(sight.skb.packet)?.kind} ${sight.place} ${sight.index ?? ''}`
      return negate(turn(sight.moment, sight.luck, place, match.every) === match.packet, match.not)
    }
    case 'rpfilter':
      return negate(comesBack(netns, skb, sight.iif, match), match.not)
    case 'multiport': {
      const ports = portsOf(l4)
      if (!ports || l4?.kind === 'icmp') return false
      const hit = {
        sports: within(ports.sport, match.ports),
        dports: within(ports.dport, match.ports),
        ports: within(ports.sport, match.ports) || within(ports.dport, match.ports),
      }
      return negate(hit[match.which], match.not)
    }
    case 'recent':
      return negate(recentMatches(match, sight), match.not)
    case 'physdev': {
      const bridged = skb.bridged
      if (match.isBridged && !(bridged?.physin !== undefined && bridged.physout !== undefined)) return match.not === true
      if (match.isIn && bridged?.physin === undefined) return match.not === true
      if (match.isOut && bridged?.physout === undefined) return match.not === true
      const hit =
        (match.in === undefined || devMatches(match.in, bridged?.physin)) &&
        (match.out === undefined || devMatches(match.out, bridged?.physout))
      return negate(hit, match.not)
    }
    case 'ipvs':
      return ipvs.get().ipvsMatches(match, sight)
    case 'icmp': {
      if (l4?.kind !== 'icmp') return false
      return negate(match.type === 'any' || (l4.type === match.type && (match.code === undefined || l4.code === match.code)), match.not)
    }
  }
}

function stateMatches(word: CtStateWord, { skb, moment, netns }: Sight): boolean {
  const ct = skb.ct
  switch (word) {
    case 'NEW':
      return ct?.state === 'new'
    case 'ESTABLISHED':
      return ct?.state === 'established'
    case 'RELATED':
      return ct?.state === 'related'
    case 'INVALID':
      return ct === undefined || ct.state === 'invalid'
    case 'UNTRACKED':
      return ct?.state === 'untracked'
    case 'DNAT':
      return entryOf(moment, netns.name, skb)?.status.has('DST_NAT') === true
    case 'SNAT':
      return entryOf(moment, netns.name, skb)?.status.has('SRC_NAT') === true
  }
}

/** The connection's own name: what the first packet looked like to this netns, so that a retry throws the same dice. */
export function flowName({ skb, moment, netns }: Pick<Sight, 'skb' | 'moment' | 'netns'>): string {
  const tuple: Tuple | undefined = entryOf(moment, netns.name, skb)?.orig ?? tupleOf(skb.packet)
  return tuple ? tupleKey(tuple) : ''
}

function thrown(probability: Fraction, sight: Sight): boolean {
  const key = `${sight.netns.name} ${sight.place} ${sight.leadsTo} ${flowName(sight)}`
  return sight.luck.choose({ key, weights: [probability, rest(probability)], labels: [sight.leadsTo, 'next rule'] }) === 0
}
