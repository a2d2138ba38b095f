import type { Rule } from '../../kernel/iptables/ast.ts'
import { protoNumber, protoSaved } from '../../kernel/iptables/print-proto.ts'
import { addressOf, lengthOf } from '../../net/cidr.ts'
import { bitsOf, type Family, familyOf } from '../../net/ip.ts'
import type { Count } from '../tool.ts'
import type { Listing } from './args.ts'
import { listMatch } from './list-match.ts'
import { targetName, targetText } from './list-target.ts'

/** Up to 99999 as it is, then rounded powers of 1000 with K, M, G, T (xtables_print_num). */
export function shortNumber(n: number, width: number): string {
  if (n <= 99999) return `${n}`.padStart(width)
  let rest = n
  for (const unit of ['K', 'M', 'G']) {
    rest = Math.floor((rest + 500) / 1000)
    if (rest <= 9999) return `${rest}`.padStart(width - 1) + unit
  }
  return `${`${Math.floor((rest + 500) / 1000)}`.padStart(width - 1)}T`
}

/** The line of column names. */
export function header(how: Listing): string {
  const numbers = how.lineNumbers ? 'num  ' : ''
  const counts = !how.verbose ? '' : how.exact ? '    pkts      bytes ' : ' pkts bytes '
  const via = how.verbose ? ' in     out    ' : ''
  return `${numbers}${counts}target     prot opt${via} source               destination         `
}

/** What /etc/hosts and /etc/networks of Debian name; addresses are not looked up in DNS. */
const NAMES: Readonly<Record<string, string>> = { '127.0.0.1/32': 'localhost', '::1/128': 'localhost', '127.0.0.0/8': 'loopback/8' }

function net(part: Rule['src'], family: Family, numeric: boolean): string {
  if (part === undefined) return ` ${numeric ? (family === 4 ? '0.0.0.0/0' : '::/0') : 'anywhere'}`
  const host = lengthOf(part.net) === bitsOf(familyOf(part.net))
  const zero = lengthOf(part.net) === 0
  const text = zero && !numeric ? 'anywhere' : ((numeric ? undefined : NAMES[part.net]) ?? (host ? addressOf(part.net) : part.net))
  return `${part.not ? '!' : ' '}${text}`
}

const device = (part: Rule['in'], numeric: boolean): string =>
  (part ? `${part.not ? '!' : ''}${part.dev}` : numeric ? '*' : 'any').padEnd(6)

/** One rule as `iptables -L` 1.8.9 prints it; `number` from 1. */
export function row(rule: Rule, number: number, { packets, bytes }: Count, how: Listing, family: Family): string {
  const { numeric, verbose, exact } = how
  const proto = rule.proto?.proto ?? 'all'
  const shown = (n: number): string => (exact ? `${n}`.padStart(8) : shortNumber(n, 5))
  const opt = fragments(rule) ?? '--'
  const matches = rule.matches.filter((m) => m.kind !== 'unknown' || !/^(! )?-f$/.test(m.words)).map((m) => ` ${listMatch(m, numeric)}`)
  const text = targetText(rule.target, numeric)
  return (
    (how.lineNumbers ? `${`${number}`.padEnd(4)} ` : '') +
    (verbose ? `${shown(packets)} ${shown(bytes)} ` : '') +
    `${targetName(rule.target).padEnd(9)} ${rule.proto?.not ? '!' : ' '}${(numeric ? protoNumber(proto) : protoSaved(proto)).padEnd(4)} ${opt} ` +
    (verbose ? ` ${device(rule.in, numeric)} ${device(rule.out, numeric)} ` : '') +
    `${net(rule.src, family, numeric).padEnd(20)} ${net(rule.dst, family, numeric).padEnd(20)} ` +
    (rule.target?.kind === 'goto' ? '[goto] ' : '') +
    matches.join('') +
    (text === '' ? '' : ` ${text}`)
  )
}

/** -f and ! -f, which rules keep word for word. */
function fragments(rule: Rule): string | undefined {
  const found = rule.matches.find((m) => m.kind === 'unknown' && /^(! )?-f$/.test(m.words))
  return found?.kind === 'unknown' ? (found.words === '-f' ? '-f' : '!f') : undefined
}
