import { addressOf, hostCidr, lengthOf } from '../net/cidr.ts'
import { type Cidr, type Family, familyOf, parseIp } from '../net/ip.ts'
import type { IpRule } from './rules.ts'

/** Names of /etc/iproute2/rt_tables. */
const NAMES: Readonly<Record<string, string>> = { '255': 'local', '254': 'main', '253': 'default' }
export const tableName = (word: string): string => NAMES[word] ?? word

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
