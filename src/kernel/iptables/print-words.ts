import type { Fraction } from '../../trace/luck.ts'
import type { CtStateWord, PortRange } from './ast.ts'

const SPACE = 2 ** 31

/**
 * What the kernel makes of a probability: a whole number of 2^-31 (libxt_statistic rounds to the nearest).
 * 1/k comes from a writer that gave 10 decimals, as kube-proxy does.
 */
export function kernelProbability({ num, den }: Fraction): number {
  const exact = Number(num) / Number(den)
  return Math.round(SPACE * (num === 1n ? Number(exact.toFixed(10)) : exact))
}

/** 11 decimals, as iptables-save prints what the kernel keeps: 1/3 is 0.33333333349. */
export const probabilityText = (p: Fraction): string => (kernelProbability(p) / SPACE).toFixed(11)

/** 10 decimals, as kube-proxy writes it. */
export const writtenProbability = ({ num, den }: Fraction): string => (Number(num) / Number(den)).toFixed(10)

export const hex = (n: number): string => `0x${(n >>> 0).toString(16)}`
export const hex8 = (n: number): string => `0x${(n >>> 0).toString(16).padStart(8, '0')}`

export const portText = ({ from, to }: PortRange, between = ':'): string => (from === to ? `${from}` : `${from}${between}${to}`)

/** libxt_conntrack and libxt_state print states in this order, whatever the input's was. */
const STATES: readonly CtStateWord[] = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT']
export const stateText = (states: readonly CtStateWord[]): string => STATES.filter((s) => states.includes(s)).join(',')

/** TCP flags from the lowest bit up, as libxt_tcp prints them. */
export const TCP_FLAGS: readonly string[] = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG']
export function flagText(flags: readonly string[]): string {
  if (flags.length === 0) return 'NONE'
  return TCP_FLAGS.filter((f) => flags.includes(f)).join(',')
}

/** xtables_save_string: bare when only letters, digits, `_` and `-`; else in double quotes, with `"`, `\` and `'` escaped. */
export function savedString(text: string): string {
  return /^[\w-]+$/.test(text) ? text : `"${text.replace(/["\\']/g, '\\$&')}"`
}

/** As a careful writer puts it: quotes only where a reader would split or unquote the text. */
export function writtenString(text: string, quoted: boolean): string {
  return quoted || text === '' || /[\s"'\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text
}
