import { addressOf, hostCidr, inCidr, lengthOf } from '../net/cidr.ts'
import { type Cidr, type Family, familyOf, type Ip, parseIp } from '../net/ip.ts'
import type { CauseId } from '../trace/cause.ts'

/** One line of `ip rule`: who is asked which table, in the order of `priority`. */
export interface IpRule {
  readonly family: Family
  readonly priority: number
  readonly not?: true
  /** undefined: all. */
  readonly from?: Cidr
  readonly to?: Cidr
  /** `lo`: packets that were made here. */
  readonly iif?: string
  readonly oif?: string
  /** (mark & mask) == value. */
  readonly fwmark?: { readonly value: number; readonly mask: number }
  readonly action: 'lookup' | 'blackhole' | 'unreachable' | 'prohibit'
  /** Name or number as `ip rule` prints it. */
  readonly table: string
  /** suppress_prefixlength: an answer of this length or shorter does not count. */
  readonly suppress?: number
  readonly because?: CauseId
}

/** What a look-up is for. `mark` of the packet; `iif`: where it came in; `oif`: the device that a socket is bound to. */
export interface Flow {
  readonly src?: Ip
  readonly iif?: string
  readonly oif?: string
  readonly mark?: number
}

const made = (family: Family, priority: number, table: string): IpRule => ({ family, priority, action: 'lookup', table })

/** The kernel's own rules (fib_default_rules_init; IPv6 has no table `default`). */
export const ownRules = (family: Family): readonly IpRule[] =>
  family === 4 ? [made(4, 0, 'local'), made(4, 32766, 'main'), made(4, 32767, 'default')] : [made(6, 0, 'local'), made(6, 32766, 'main')]

/** Names of /etc/iproute2/rt_tables. */
const NAMES: Readonly<Record<string, string>> = { '255': 'local', '254': 'main', '253': 'default' }
export const tableName = (word: string): string => NAMES[word] ?? word

/** fib_rule_match. */
export function ruleFits(rule: IpRule, dst: Ip, flow: Flow): boolean {
  const fits =
    (rule.iif === undefined || rule.iif === (flow.iif ?? 'lo')) &&
    (rule.oif === undefined || rule.oif === flow.oif) &&
    (rule.fwmark === undefined || ((flow.mark ?? 0) & rule.fwmark.mask) >>> 0 === (rule.fwmark.value & rule.fwmark.mask) >>> 0) &&
    (rule.from === undefined || (flow.src !== undefined && inCidr(flow.src, rule.from))) &&
    (rule.to === undefined || inCidr(dst, rule.to))
  return fits !== (rule.not === true)
}

/** The list with one rule more, in its place. Without a priority it goes before all but the first (fib_default_rule_pref). */
export function withRule(rules: readonly IpRule[], rule: Omit<IpRule, 'priority'> & { readonly priority?: number }): readonly IpRule[] {
  const second = rules.filter((r) => r.family === rule.family)[1]
  const priority = rule.priority ?? Math.max(0, (second?.priority ?? 32767) - 1)
  const whole: IpRule = { ...rule, priority }
  const at = rules.findIndex((r) => r.family === rule.family && r.priority > priority)
  return at < 0 ? [...rules, whole] : [...rules.slice(0, at), whole, ...rules.slice(at)]
}

/** Words that `ip rule` prints and a walk need not heed. */
const IDLE: ReadonlySet<string> = new Set(['proto', 'protocol'])

function net(word: string | undefined): Cidr | undefined | 'bad' {
  if (word === 'all' || word === 'default' || word === 'any') return undefined
  const address = parseIp((word ?? '').split('/')[0] ?? '')
  if (address === undefined) return 'bad'
  return word?.includes('/') ? (word as Cidr) : hostCidr(address)
}

function markOf(word: string | undefined): IpRule['fwmark'] {
  const [value = '', mask = '0xffffffff'] = (word ?? '').split('/')
  return { value: Number(value), mask: Number(mask) }
}

type Draft = { -readonly [K in keyof IpRule]?: IpRule[K] }

/** Takes the next words; how many, or undefined for a word that is not modelled. */
function takeWord(rule: Draft, words: readonly string[], at: number): number | undefined {
  const [word = '', value] = [words[at], words[at + 1]]
  switch (word) {
    case 'not':
      rule.not = true
      return 1
    case 'from':
    case 'to': {
      const found = net(value)
      if (found === 'bad') return undefined
      if (found !== undefined) rule[word] = found
      return 2
    }
    case 'iif':
    case 'dev':
    case 'oif':
      if (value === undefined) return undefined
      rule[word === 'oif' ? 'oif' : 'iif'] = value
      return 2
    case 'fwmark': {
      const mark = markOf(value)
      if (mark === undefined || Number.isNaN(mark.value) || Number.isNaN(mark.mask)) return undefined
      rule.fwmark = mark
      return 2
    }
    case 'lookup':
    case 'table':
      if (value?.startsWith('[')) return undefined // [l3mdev-table]
      rule.action = 'lookup'
      rule.table = tableName(value ?? '')
      return value === undefined ? undefined : 2
    case 'suppress_prefixlength':
      rule.suppress = Number(value)
      return Number.isNaN(rule.suppress) ? undefined : 2
    case 'priority':
    case 'preference':
    case 'pref':
    case 'order':
      rule.priority = Number(value)
      return Number.isNaN(rule.priority) ? undefined : 2
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
      rule.action = word
      return 1
    default:
      return IDLE.has(word) ? 2 : undefined
  }
}

/**
 * A line of `ip rule`, or the words after `ip rule add`. `unknown`: a word that is not modelled (`tos`, `uidrange`, `ipproto`, `l3mdev`, `goto` …);
 * a rule that is half understood is no rule.
 */
export function parseIpRule(
  text: string,
  family: Family,
): { readonly rule: Omit<IpRule, 'priority'> & { readonly priority?: number } } | { readonly unknown: string } {
  const first = /^(\d+):\s*/.exec(text)
  const words = text
    .slice(first?.[0].length ?? 0)
    .trim()
    .split(/\s+/)
  const rule: Draft = first ? { priority: Number(first[1]) } : {}
  for (let at = 0; at < words.length; ) {
    const took = takeWord(rule, words, at)
    if (took === undefined) return { unknown: words[at] ?? '' }
    at += took
  }
  const own = rule.from ?? rule.to
  return {
    rule: { ...rule, family: own === undefined ? family : familyOf(own), action: rule.action ?? 'lookup', table: rule.table ?? 'main' },
  }
}

/** A net as `ip rule` prints it: a host without its length. */
const short = (n: Cidr): string => (lengthOf(n) === (familyOf(n) === 4 ? 32 : 128) ? addressOf(n) : n)
const hex = (n: number): string => `0x${n.toString(16)}`

/** The words after `ip rule add`, priority first; parseIpRule reads them back. */
export function ruleWords(r: IpRule): string {
  return `pref ${r.priority} ${bodyOf(r)}`
}

function bodyOf(r: IpRule): string {
  const words = [r.not ? 'not from' : 'from', r.from === undefined ? 'all' : short(r.from)]
  if (r.to !== undefined) words.push('to', short(r.to))
  if (r.fwmark) words.push('fwmark', `${hex(r.fwmark.value)}${r.fwmark.mask === 0xffffffff ? '' : `/${hex(r.fwmark.mask)}`}`)
  if (r.iif !== undefined) words.push('iif', r.iif)
  if (r.oif !== undefined) words.push('oif', r.oif)
  if (r.action === 'lookup') words.push('lookup', r.table)
  if (r.suppress !== undefined) words.push('suppress_prefixlength', `${r.suppress}`)
  if (r.action !== 'lookup') words.push(r.action)
  return words.join(' ')
}

/** One line as `ip rule` of iproute2 6.1 prints it. */
export const printIpRule = (r: IpRule): string => `${r.priority}:\t${bodyOf(r)}`
