import { entryOf } from '../kernel/conntrack.ts'
import { ipset } from '../kernel/ipset/late.ts'
import type { Match, Rule } from '../kernel/iptables/ast.ts'
import { ruleMatches, type Sight } from '../kernel/iptables/match.ts'
import { printMatch, printRule, printTarget } from '../kernel/iptables/print.ts'
import { Moment } from '../kernel/moment.ts'
import { addressType, lookup } from '../kernel/route.ts'
import type { Ip } from '../net/ip.ts'
import { ipOf, l4Of, portsOf } from '../net/packet.ts'
import { fractionText } from '../trace/luck.ts'
import type { Asks, TextPart, WhyNot } from './columns/shape.ts'
import { blameCount, LIMIT } from './whynot-count.ts'

/** One thing that a rule asks. It is judged by the kernel's own function, as a rule that asks nothing else. */
interface Condition {
  readonly part: Asks
  readonly alone: Rule
  readonly not: boolean
}

/** A match's conditions, and the `-m NAME` that stands before them; `asks`: what the bare name asks. */
interface Group {
  readonly module: string
  readonly asks?: Condition
  readonly conditions: readonly Condition[]
}

const alone = (part: Asks, match: Match, not?: true): Condition => ({ part, alone: { matches: [match] }, not: not === true })

/** What stands before the matches, in the kernel's order. */
function headConditions(rule: Rule): readonly Condition[] {
  const found: Condition[] = []
  if (rule.src) found.push({ part: 'source', alone: { src: rule.src, matches: [] }, not: rule.src.not === true })
  if (rule.dst) found.push({ part: 'destination', alone: { dst: rule.dst, matches: [] }, not: rule.dst.not === true })
  if (rule.in) found.push({ part: 'in', alone: { in: rule.in, matches: [] }, not: rule.in.not === true })
  if (rule.out) found.push({ part: 'out', alone: { out: rule.out, matches: [] }, not: rule.out.not === true })
  if (rule.proto) found.push({ part: 'protocol', alone: { proto: rule.proto, matches: [] }, not: rule.proto.not === true })
  return found
}

function groupOf(match: Match): Group {
  const one = (part: Asks, module: string, not?: true): Group => ({ module, conditions: [alone(part, match, not)] })
  switch (match.kind) {
    case 'comment':
      return one('comment', '')
    case 'tcp':
    case 'udp':
    case 'sctp': {
      const { kind, sport, dport, flags } = match
      return {
        module: `-m ${kind}`,
        asks: alone('protocol', { kind }),
        conditions: [
          ...(sport ? [alone('source-port', { kind, sport }, sport.not)] : []),
          ...(dport ? [alone('destination-port', { kind, dport }, dport.not)] : []),
          ...(flags ? [alone('tcp-flags', { kind, flags }, flags.not)] : []),
        ],
      }
    }
    case 'conntrack':
      return one('state', `-m ${match.module ?? 'conntrack'}`, match.not)
    case 'mark':
      return one('mark', '-m mark', match.not)
    case 'connmark':
      return one('connmark', '-m connmark', match.not)
    case 'addrtype': {
      const { src, dst, notSrc, notDst, limitIn, limitOut } = match
      const last: Match = {
        kind: 'addrtype',
        ...(dst === undefined ? {} : { dst }),
        ...(notDst ? { notDst } : {}),
        ...(limitIn ? { limitIn } : {}),
        ...(limitOut ? { limitOut } : {}),
      }
      return {
        module: '-m addrtype',
        conditions: [
          ...(src === undefined ? [] : [alone('source-type', { kind: 'addrtype', src, ...(notSrc ? { notSrc } : {}) }, notSrc)]),
          ...(dst === undefined && !limitIn && !limitOut ? [] : [alone('destination-type', last, notDst)]),
        ],
      }
    }
    case 'statistic':
      return one('dice', '-m statistic --mode random', match.not)
    case 'nth':
      return one('turn', '-m statistic --mode nth', match.not)
    case 'rpfilter':
      return one('way-back', '-m rpfilter', match.not)
    case 'multiport': {
      const part = { sports: 'source-port', dports: 'destination-port', ports: 'any-port' } as const
      return one(part[match.which], '-m multiport', match.not)
    }
    case 'recent':
      return one('recent', '-m recent', match.not)
    case 'physdev': {
      // A negation stands for all of its options together.
      if (match.not) return one('bridged', '-m physdev', true)
      const { isIn, in: into, isOut, out, isBridged } = match
      return {
        module: '-m physdev',
        conditions: [
          ...(isIn ? [alone('bridged-in', { kind: 'physdev', isIn })] : []),
          ...(into === undefined ? [] : [alone('bridged-in', { kind: 'physdev', in: into })]),
          ...(isOut ? [alone('bridged-out', { kind: 'physdev', isOut })] : []),
          ...(out === undefined ? [] : [alone('bridged-out', { kind: 'physdev', out })]),
          ...(isBridged ? [alone('bridged', { kind: 'physdev', isBridged })] : []),
        ],
      }
    }
    case 'set':
      return one('set', '-m set', match.not)
    case 'ipvs':
      return one('ipvs', '-m ipvs')
    case 'icmp':
      return one('icmp', match.v6 ? '-m icmp6' : '-m icmp', match.not)
    case 'unknown':
      return match.words.startsWith(`${LIMIT} `) ? one('rate', LIMIT) : one('unknown', '')
  }
}

/** What has an effect or a cost of its own is asked only as far as the kernel came. */
const onlyInTurn = (part: Asks): boolean => part === 'dice' || part === 'recent'

/** A list of addresses that asking would change, in a copy. */
function copyOfList(sight: Sight, name: string): Moment {
  const [copy, key] = [new Moment(), `${sight.netns.name} ${name}`]
  copy.clock = sight.moment.clock
  copy.recent.set(key, new Map([...(sight.moment.recent.get(key) ?? [])].map(([address, times]) => [address, [...times]])))
  return copy
}

/** undefined: not modelled. */
function holds({ part, alone: rule }: Condition, sight: Sight): boolean | undefined {
  // where a rule's count stood at that moment is not kept with the steps; what IPVS knew is known to those who asked it again
  if (part === 'unknown' || part === 'turn' || part === 'rate') return undefined
  if (part === 'ipvs' && !sight.moment.ipvs.has(sight.netns.name)) return undefined
  const [match] = rule.matches
  const verdict = ruleMatches(rule, match?.kind === 'recent' ? { ...sight, moment: copyOfList(sight, match.name) } : sight)
  return typeof verdict === 'object' ? undefined : verdict === 'yes'
}

/** The first part of a rule that does not match, in the kernel's order; undefined when none does. */
export function firstMiss(rule: Rule, sight: Sight): Asks | undefined {
  if (!ipOf(sight.skb.packet)) return 'no-ip'
  for (const c of headConditions(rule)) if (holds(c, sight) === false) return c.part
  for (const match of rule.matches) {
    const { asks, conditions } = groupOf(match)
    for (const c of asks ? [asks, ...conditions] : conditions) if (holds(c, sight) === false) return c.part
  }
  return undefined
}

/** What a rule made of a packet: its text part by part, and why it did not match. */
export interface Judged {
  readonly parts: readonly TextPart[]
  readonly why: readonly WhyNot[]
}

/** `sight` undefined: the rule was not asked, and only its text is wanted. `passed`: the kernel passed it over. */
export function judge(rule: Rule, sight: Sight | undefined, passed = false): Judged {
  const parts: TextPart[] = []
  const why: WhyNot[] = []
  const ip = sight && ipOf(sight.skb.packet)
  if (sight && !ip) why.push({ part: 'no-ip', wanted: '', found: '' })
  const ask = (c: Condition): boolean | undefined => {
    if (!sight || !ip || (why.length > 0 && onlyInTurn(c.part))) return undefined
    const hit = holds(c, sight)
    // `-p udp -m udp` asks the same twice.
    if (hit === false && !why.some((w) => w.part === c.part)) why.push(reason(c, sight))
    return hit
  }
  const add = (text: string, role: TextPart['role'], hit: boolean | undefined): void => {
    if (text !== '') parts.push({ text, role, ...(hit === undefined ? {} : { hit }) })
  }
  for (const c of headConditions(rule)) add(printRule('', c.alone).slice(4), 'condition', ask(c))
  for (const match of rule.matches) {
    if (match.kind === 'comment') {
      add(printMatch(match), 'comment', undefined)
      continue
    }
    const { module, asks, conditions } = groupOf(match)
    const first = asks && ask(asks)
    add(module, 'module', first)
    for (const c of conditions) {
      const text = c.alone.matches.map(printMatch).join(' ')
      add(module === '' ? text : text.slice(module.length + 1), 'condition', first === false ? undefined : ask(c))
    }
  }
  if (rule.target) add(printTarget(rule.target), 'target', undefined)
  if (sight && passed) blameCount(rule, parts, why)
  return { parts, why }
}

const hex = (n: number): string => `0x${(n >>> 0).toString(16)}`
const LETTERS = { S: 'SYN', A: 'ACK', F: 'FIN', R: 'RST', P: 'PSH' } as const

/** The words that `--ctstate` knows for a packet. */
function stateOf(sight: Sight): string {
  const status = entryOf(sight.moment, sight.netns.name, sight.skb)?.status
  return [
    (sight.skb.ct?.state ?? 'invalid').toUpperCase(),
    ...(status?.has('SRC_NAT') ? ['SNAT'] : []),
    ...(status?.has('DST_NAT') ? ['DNAT'] : []),
  ].join(',')
}

const recentAddress = (match: Extract<Match, { kind: 'recent' }>, sight: Sight): string => {
  const ip = ipOf(sight.skb.packet)
  return (match.side === 'rsource' ? ip?.src : ip?.dst) ?? ''
}

/** The option's own words: `10.96.0.1` of `! -d 10.96.0.1/32`, `80` of `--dport 80`. */
const bareValue = (text: string): string =>
  text
    .replace(/^! /, '')
    .replace(/^-\S+ /, '')
    .replace(/^(\d+\.\d+\.\d+\.\d+)\/32$|^([\da-f:]+)\/128$/, '$1$2')

function reason({ part, alone: rule, not }: Condition, sight: Sight): WhyNot {
  const { skb, netns } = sight
  const ip = ipOf(skb.packet)
  const l4 = l4Of(skb.packet)
  const ports = l4?.kind === 'icmp' ? undefined : portsOf(l4)
  const [match] = rule.matches
  const text = match ? printMatch(match) : printRule('', rule).slice(4)
  const option = match ? text.slice(groupOf(match).module.length + 1) : text
  const made = (wanted: string, found: string | number | undefined): WhyNot => ({
    part,
    wanted,
    found: `${found ?? ''}`,
    ...(not ? { not: true as const } : {}),
  })
  const type = (address: Ip | undefined): string => (address === undefined ? '' : `${address} ${addressType(netns, address)}`)
  switch (part) {
    case 'source':
      return made(bareValue(option), ip?.src)
    case 'destination':
      return made(bareValue(option), ip?.dst)
    case 'in':
      return made(bareValue(option), sight.iif)
    case 'out':
      return made(bareValue(option), sight.oif)
    case 'protocol':
      return made(match ? match.kind : bareValue(option), match ? (l4?.kind ?? ip?.proto) : ip?.proto)
    case 'source-port':
      return made(bareValue(option), ports?.sport)
    case 'destination-port':
      return made(bareValue(option), ports?.dport)
    case 'any-port':
      return made(bareValue(option), ports && `${ports.sport},${ports.dport}`)
    case 'tcp-flags':
      return made(bareValue(option), l4?.kind === 'tcp' ? l4.flags.map((f) => LETTERS[f]).join(',') : '')
    case 'state':
      return made(bareValue(option), stateOf(sight))
    case 'mark':
      return made(bareValue(option), hex(skb.mark))
    case 'connmark':
      return made(bareValue(option), hex(entryOf(sight.moment, sight.netns.name, skb)?.mark ?? 0))
    case 'source-type':
      return made(match?.kind === 'addrtype' ? (match.src ?? '') : '', type(ip?.src))
    case 'destination-type':
      return made(match?.kind === 'addrtype' ? (match.dst ?? '') : '', type(ip?.dst))
    case 'dice':
      return made(match?.kind === 'statistic' ? fractionText(match.probability) : '', '')
    case 'turn':
      return made(match?.kind === 'nth' ? `${match.packet}/${match.every}` : '', '')
    case 'way-back':
      return made(sight.iif ?? '', (ip && lookup(netns, ip.src, { src: ip.dst })?.dev) ?? '')
    case 'recent': {
      if (match?.kind !== 'recent') return made('', '')
      return { ...made(match.name, recentAddress(match, sight)), ...(match.seconds === undefined ? {} : { seconds: match.seconds }) }
    }
    case 'bridged-in':
      return made(match?.kind === 'physdev' ? (match.in ?? '') : '', skb.bridged?.physin)
    case 'bridged-out':
      return made(match?.kind === 'physdev' ? (match.out ?? '') : '', skb.bridged?.physout)
    case 'bridged':
      return made(option, [skb.bridged?.physin, skb.bridged?.physout].filter((d) => d !== undefined).join(' '))
    case 'icmp':
      return made(bareValue(option), l4?.kind === 'icmp' ? `${l4.type}/${l4.code}` : '')
    case 'set': {
      if (match?.kind !== 'set') return made('', '')
      const { iif, oif, moment } = sight
      const devices = { ...(iif === undefined ? {} : { iif }), ...(oif === undefined ? {} : { oif }) }
      const asked = { skb, dirs: match.dirs, now: moment.clock, ...devices }
      return made(match.name, ipset.get().lookedUp(netns.ipsets ?? new Map(), match.name, asked))
    }
    case 'no-ip':
    case 'comment':
    case 'ipvs':
    case 'rate':
    case 'unknown':
    // iptables has neither maps nor fields by name: they are nft's (whynot-nft.ts)
    case 'map':
    case 'field':
      return made(option, '')
  }
}
