import { entryOf } from '../kernel/conntrack.ts'
import { act, type Standing } from '../kernel/nft/act.ts'
import type { Key, NftRule, Statement } from '../kernel/nft/ast.ts'
import type { Field } from '../kernel/nft/fields.ts'
import { typeOfField } from '../kernel/nft/fields.ts'
import { keyOf } from '../kernel/nft/match.ts'
import { printStatement, printValues } from '../kernel/nft/print-rule.ts'
import { type NftSight, read } from '../kernel/nft/see.ts'
import { ipOf, l4Of } from '../net/packet.ts'
import type { Skb } from '../trace/event.ts'
import type { Asks, TextPart, WhyNot } from './columns/shape.ts'

/** What a rule of nft made of a packet: its text part by part, why it did not match, and the packet behind it. */
export interface JudgedNft {
  readonly parts: readonly TextPart[]
  /** In the kernel's order; the first is the one that it stopped at. Empty: it matched. */
  readonly why: readonly WhyNot[]
  readonly skb: Skb
  /** Everything that is known of it matches, and the rest is not modelled. */
  readonly unmodelled: boolean
}

/** Lists of elements longer than this are left out where there is little room. */
const MANY = 2

/** What a field is called among the reasons. */
function asksOf(field: Field | undefined): Asks {
  switch (field) {
    case 'ip saddr':
    case 'ip6 saddr':
      return 'source'
    case 'ip daddr':
    case 'ip6 daddr':
      return 'destination'
    case 'ip protocol':
    case 'ip6 nexthdr':
    case 'meta l4proto':
      return 'protocol'
    case 'tcp sport':
    case 'udp sport':
    case 'sctp sport':
    case 'th sport':
      return 'source-port'
    case 'tcp dport':
    case 'udp dport':
    case 'sctp dport':
    case 'th dport':
      return 'destination-port'
    case 'icmp type':
    case 'icmpv6 type':
      return 'icmp'
    case 'iif':
    case 'iifname':
      return 'in'
    case 'oif':
    case 'oifname':
      return 'out'
    case 'ct state':
      return 'state'
    case 'meta mark':
      return 'mark'
    case 'ct mark':
      return 'connmark'
    case 'fib saddr type':
      return 'source-type'
    case 'fib daddr type':
      return 'destination-type'
    case 'icmp code':
    case 'icmpv6 code':
    case 'ip ttl':
    case 'ip length':
    case 'ip6 hoplimit':
    case 'meta nfproto':
    case 'meta protocol':
    case 'meta length':
    case 'ct status':
    case 'ct direction':
    case undefined:
      return 'field'
  }
}

/** What can be asked again without changing anything, whether the kernel came to it or not. */
const isQuestion = (s: Statement): boolean => s.kind === 'match' || s.kind === 'in' || s.kind === 'tcp-flags'

const roleOf = (s: Statement): TextPart['role'] => {
  switch (s.kind) {
    case 'match':
    case 'in':
    case 'tcp-flags':
    // they decide nothing
    case 'counter':
    case 'counter-name':
    case 'log':
    case 'nftrace':
    case 'limit':
      return 'condition'
    case 'vmap':
    case 'verdict':
    case 'set-mark':
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
    case 'reject':
    case 'notrack':
    case 'update':
    case 'unknown':
      return 'target'
  }
}

/** The statement without the elements of a long list. */
function shortOf(s: Statement, text: string): string | undefined {
  if ((s.kind !== 'in' && s.kind !== 'vmap') || 'set' in s.among || s.among.elements.length <= MANY) return undefined
  return text.replace(/\{.*\}$/s, `{ … ${s.among.elements.length} }`)
}

/** A rule with nothing asked of it. */
export const nftParts = (rule: NftRule, hit?: (index: number) => boolean | undefined): readonly TextPart[] => [
  ...rule.statements.map((s, i): TextPart => {
    const [text, now] = [printStatement(s), hit?.(i)]
    const short = shortOf(s, text)
    return { text, role: roleOf(s), ...(now === undefined ? {} : { hit: now }), ...(short === undefined ? {} : { short }) }
  }),
  ...(rule.comment === undefined ? [] : [{ text: `comment "${rule.comment}"`, role: 'comment' as const }]),
]

/**
 * Asks a rule of a packet as the kernel does, statement by statement, on the moment that `sight` holds: what a statement changes before
 * another one breaks stays changed. Questions behind the break are asked too, for the reader. A limit is not asked again, for that would take a
 * token: of a rule that was passed over it is the reason where nothing else is.
 */
export function judgeNft(rule: NftRule, sight: NftSight, at: Standing): JudgedNft {
  const hits: (boolean | undefined)[] = []
  const why: WhyNot[] = []
  let skb = sight.skb
  let unmodelled = false
  let limit: number | undefined
  for (const [i, s] of rule.statements.entries()) {
    if (s.kind === 'limit' && why.length === 0) limit ??= i
    if (unmodelled || s.kind === 'limit' || ((why.length > 0 || limit !== undefined) && !isQuestion(s))) {
      hits.push(undefined)
      continue
    }
    const seen = { ...sight, skb }
    const did = act(s, seen, at)
    if (did.did === 'unmodelled') unmodelled ||= why.length === 0
    if (did.did === 'break') why.push(reason(s, seen))
    if (did.did === 'next' && why.length === 0) skb = did.skb ?? skb
    hits.push(did.did === 'unmodelled' ? undefined : did.did !== 'break')
  }
  const slow = limit === undefined || why.length > 0 ? undefined : rule.statements[limit]
  if (limit !== undefined && slow !== undefined) {
    why.push(reason(slow, sight))
    hits[limit] = false
  }
  return { parts: nftParts(rule, (i) => hits[i]), why, skb, unmodelled }
}

const OPS: Readonly<Record<string, string>> = { '==': '', '!=': '' }

/** What a key is among the reasons: the field's own name, or a look-up. */
function keyText(key: Key, sight: NftSight): string {
  return keyOf(key, sight)?.join(' . ') ?? ''
}

function reason(s: Statement, sight: NftSight): WhyNot {
  const ip = ipOf(sight.skb.packet)
  switch (s.kind) {
    case 'match':
      return missed(s, sight)
    case 'in': {
      const wanted = 'set' in s.among ? `@${s.among.set}` : printStatement({ ...s, key: [] }).replace(/^ (!= )?/, '')
      return { part: 'set', wanted, found: keyText(s.key, sight), ...(s.not ? { not: true } : {}) }
    }
    case 'vmap':
      return { part: 'map', wanted: 'set' in s.among ? `@${s.among.set}` : 'vmap', found: 'mod' in s.key ? '' : keyText(s.key, sight) }
    case 'tcp-flags': {
      const l4 = l4Of(sight.skb.packet)
      const found = l4?.kind === 'tcp' ? l4.flags.join(',') : ''
      return { part: 'tcp-flags', wanted: printStatement(s).replace('tcp flags ', ''), found, ...(s.op === '!=' ? { not: true } : {}) }
    }
    case 'update':
      return { part: 'set', wanted: `@${s.set}`, found: keyText(s.key, sight) }
    case 'set-mark':
      return { part: 'connmark', wanted: s.what, found: '' }
    case 'reject':
      return { part: 'protocol', wanted: (s.with ?? '').split(' ')[0] ?? '', found: ip?.proto ?? '' }
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return {
        part: 'field',
        field: 'meta nfproto',
        wanted: s.family === 'ip6' ? 'ipv6' : 'ipv4',
        found: ip?.family === 6 ? 'ipv6' : 'ipv4',
      }
    case 'limit':
      return { part: 'rate', wanted: printStatement(s).replace('limit rate ', ''), found: '' }
    // these never break a rule
    case 'verdict':
    case 'counter':
    case 'counter-name':
    case 'log':
    case 'nftrace':
    case 'notrack':
    case 'unknown':
      return { part: 'unknown', wanted: printStatement(s), found: '' }
  }
}

function missed(s: Extract<Statement, { kind: 'match' }>, sight: NftSight): WhyNot {
  const [field] = s.key
  const types = s.key.map(typeOfField)
  const not = s.op === '!=' ? { not: true as const } : {}
  const values = s.key.length === 1 ? s.values.map((v) => printValues([v], types)).join(',') : printValues(s.values, types)
  const bits = s.bits.map((b) => `${b.op} 0x${b.value.toString(16).padStart(8, '0')}`).join(' ')
  const wanted = `${OPS[s.op] ?? `${s.op} `}${values}${bits === '' ? '' : ` (${bits})`}`
  if (s.key.length > 1 || field === undefined) {
    return { part: 'field', field: s.key.join(' . '), wanted, found: keyText(s.key, sight), ...not }
  }
  const part = asksOf(field)
  const seen = read(field, sight) ?? []
  const ip = ipOf(sight.skb.packet)
  if (part === 'source-type' || part === 'destination-type') {
    const address = part === 'source-type' ? ip?.src : ip?.dst
    return { part, wanted, found: address === undefined ? '' : `${address} ${seen.join('/')}`, ...not }
  }
  const words = part === 'state' ? stateWords(sight, seen) : seen.join(',')
  return { part, wanted, found: words, ...(part === 'field' ? { field } : {}), ...not }
}

/** The state, and whether the connection's addresses were changed. */
const stateWords = ({ run, netns, skb }: NftSight, seen: readonly string[]): string => {
  const status = entryOf(run.moment, netns.name, skb)?.status
  return [...seen, ...(status?.has('SRC_NAT') ? ['snat'] : []), ...(status?.has('DST_NAT') ? ['dnat'] : [])].join(',')
}
