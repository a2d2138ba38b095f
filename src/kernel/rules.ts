import { inCidr } from '../net/cidr.ts'
import type { Cidr, Family, Ip } from '../net/ip.ts'
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
export const ownRules = (family: Family): readonly IpRule[] => OWN[family]
const OWN = {
  4: [made(4, 0, 'local'), made(4, 32766, 'main'), made(4, 32767, 'default')],
  6: [made(6, 0, 'local'), made(6, 32766, 'main')],
} as const

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
