import type { CtView, Skb } from '../../src/trace/event.ts'
import { flagsText } from '../engine/trace.ts'

/** `chain`: -A CHAIN. `module`: -m NAME, which asks nothing yet. `match`: a condition. `target`: -j or -g to the end. */
export type RuleRole = 'chain' | 'module' | 'match' | 'comment' | 'counter' | 'target' | 'other'

/** A stretch of a rule as iptables-save prints it. Characters [from, to) of the text; stretches follow each other. */
export interface RulePart {
  readonly role: RuleRole
  readonly from: number
  readonly to: number
  /** `-d`, `--dport`; without the `!` in front. */
  readonly option: string
  /** What follows the option, unquoted words as they stand. */
  readonly value: string
  readonly not: boolean
}

interface Word {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** Words, with quoted ones whole: a comment may hold anything. */
function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(/"(?:\\.|[^"\\])*"|\S+/g)].map((m) => ({ text: m[0], from: m.index, to: m.index + m[0].length }))
}

const isOption = (word: Word): boolean => /^(-[A-Za-z]|--[a-z])/.test(word.text) || word.text === '!'

const role = (option: string): RuleRole => {
  switch (option) {
    case '-A':
      return 'chain'
    case '-m':
    case '--mode':
      return 'module'
    case '-c':
      return 'counter'
    case '-j':
    case '-g':
      return 'target'
    case '--comment':
      return 'comment'
    default:
      return option.startsWith('-') ? 'match' : 'other'
  }
}

/** Takes a printed rule apart into its conditions and its target. Nothing is lost: between two stretches stand blanks only. */
export function rulePartsOf(text: string): readonly RulePart[] {
  const words = wordsOf(text)
  const parts: RulePart[] = []
  for (let i = 0; i < words.length; ) {
    const first = words[i] as Word
    const not = first.text === '!' && words[i + 1] !== undefined
    const option = words[not ? i + 1 : i] as Word
    let end = i + (not ? 2 : 1)
    const kind = role(option.text)
    while (end < words.length && (kind === 'target' || !isOption(words[end] as Word))) end += 1
    const values = words.slice(i + (not ? 2 : 1), end)
    const last = words[end - 1] as Word
    parts.push({ role: kind, from: first.from, to: last.to, option: option.text, value: values.map((w) => w.text).join(' '), not })
    i = end
  }
  return parts
}

/** What of the packet a condition looked at: a field's name and its value, as in the packet card. */
export interface Seen {
  readonly field: string
  readonly value: string
}

const hex = (mark: number): string => `0x${(mark >>> 0).toString(16)}`

/** The outermost IP header and what follows it: what the rules of this pass look at. */
function outermost(skb: Skb) {
  const at = skb.packet.headers.findIndex((h) => h.kind === 'ip')
  const ip = skb.packet.headers[at]
  return { ip: ip?.kind === 'ip' ? ip : undefined, l4: skb.packet.headers[at + 1] }
}

/** The value that a condition was held against; undefined where it looked at something that is not in the packet. */
export function seenBy(part: RulePart, skb: Skb, entry: CtView | undefined): Seen | undefined {
  if (part.role !== 'match') return undefined
  const { ip, l4 } = outermost(skb)
  const ports = l4 !== undefined && 'sport' in l4 ? l4 : undefined
  const seen = (field: string, value: string | number | undefined): Seen | undefined =>
    value === undefined ? undefined : { field, value: `${value}` }
  switch (part.option) {
    case '-s':
    case '--src-type':
    case 'ip saddr':
    case 'ip6 saddr':
    case 'fib saddr type':
      return seen('src', ip?.src)
    case '-d':
    case '--dst-type':
    case 'ip daddr':
    case 'ip6 daddr':
    case 'fib daddr type':
      return seen('dst', ip?.dst)
    case '-p':
    case 'meta l4proto':
    case 'ip protocol':
    case 'ip6 nexthdr':
      return seen('proto', ip?.proto)
    case '-i':
    case 'iif':
    case 'iifname':
      return seen('iif', skb.iif)
    case '-o':
    case 'oif':
    case 'oifname':
      return seen('oif', skb.oif)
    case '--sport':
    case '--sports':
    case 'tcp sport':
    case 'udp sport':
    case 'sctp sport':
    case 'th sport':
      return seen('sport', ports?.sport)
    case '--dport':
    case '--dports':
    case 'tcp dport':
    case 'udp dport':
    case 'sctp dport':
    case 'th dport':
      return seen('dport', ports?.dport)
    case '--ports':
      return seen('ports', ports && `${ports.sport}, ${ports.dport}`)
    case '--tcp-flags':
    case 'tcp flags':
      return seen('flags', l4?.kind === 'tcp' ? flagsText(l4.flags) : undefined)
    case '--icmp-type':
    case 'icmp type':
    case 'icmpv6 type':
    case '--icmpv6-type':
      return seen('type', l4?.kind === 'icmp' ? `${l4.type}/${l4.code}` : undefined)
    case '--mark':
    case 'meta mark':
      return seen('mark', hex(skb.mark))
    case 'ct state':
      return seen('ct state', skb.ct?.state ?? 'invalid')
    case '--ctstate':
    case '--state':
      return seen('ct state', stateOf(skb, entry))
    case '--physdev-in':
    case '--physdev-is-in':
      return seen('physin', skb.bridged?.physin)
    case '--physdev-out':
    case '--physdev-is-out':
      return seen('physout', skb.bridged?.physout)
    case '--physdev-is-bridged':
      return seen('physin → physout', skb.bridged && `${skb.bridged.physin ?? '–'} → ${skb.bridged.physout ?? '–'}`)
    default:
      return undefined
  }
}

/** In iptables' words; a connection whose addresses were changed is DNAT or SNAT besides. */
function stateOf(skb: Skb, entry: CtView | undefined): string {
  const nat = [entry?.status.includes('DST_NAT') ? 'DNAT' : '', entry?.status.includes('SRC_NAT') ? 'SNAT' : '']
  return [skb.ct?.state.toUpperCase() ?? 'INVALID', ...nat].filter((w) => w !== '').join(',')
}

/** Targets that change the packet or its mark, of iptables and of nft. */
export const rewrites = (text: string): boolean =>
  /(^| )-j (DNAT|SNAT|MASQUERADE|MARK|REDIRECT|NETMAP|TPROXY)( |$)/.test(text) ||
  /(^| )(dnat (ip6? )?to|snat (ip6? )?to|masquerade|redirect|(meta|ct) mark set)( |$)/.test(text)
