import { BUILTIN, TABLES } from '../kernel/iptables/ruleset-table.ts'
import type { TableName } from '../trace/event.ts'
import type { SavedChain } from './saved.ts'

/** What only one table may do, and whose chains stand only there. */
const SIGNS: readonly (readonly [RegExp, TableName])[] = [
  [/ -j (?:DNAT|SNAT|MASQUERADE|REDIRECT|NETMAP)\b| to:\d| masquerade\b/i, 'nat'],
  [/ -j REJECT\b|reject-with/, 'filter'],
  [/ -j (?:NOTRACK|CT|TRACE)\b|NOTRACK|CT notrack/, 'raw'],
  [/ -j (?:TPROXY|TOS|DSCP|TTL|HL|CLASSIFY|CHECKSUM)\b/, 'mangle'],
]

const NAMES: readonly (readonly [RegExp, TableName])[] = [
  [
    /^KUBE-(?:SVC|SEP|SVL|XLB|EXT|FW|MARK-MASQ|MARK-DROP|POSTROUTING|LOAD-BALANCER|NODE-PORT)|-POSTROUTING$|^POSTROUTING$|^FLANNEL-POSTRTG|^AWS-SNAT/,
    'nat',
  ],
  [/^KUBE-(?:FORWARD|FIREWALL|PROXY-FIREWALL|EXTERNAL-SERVICES)|^FLANNEL-FWD|^FORWARD$|^KUBE-(?:POD-FW|NWPLCY)/, 'filter'],
]

/**
 * The table that rules are of when nothing says it, as in the output of `iptables -S`: its built-in chains tell (nat alone has four
 * without FORWARD), else what only one table may do, else chains that a known program keeps in one table.
 * @param heads chains that have a policy
 */
export function guessedTable(text: string, heads: readonly string[], chains: ReadonlyMap<string, SavedChain>): TableName | undefined {
  const own = [...heads].sort().join()
  const fits = TABLES.filter((t) => t !== 'security' && [...BUILTIN[t]].sort().join() === own)
  if (fits.length === 1) return fits[0]
  const told = new Set<TableName>()
  for (const { at } of chains.values()) {
    for (let i = 0; i < at.length && i < 300; i += 3) {
      const rule = text.slice(at[i], at[i + 1])
      for (const [sign, table] of SIGNS) if (sign.test(rule)) told.add(table)
    }
  }
  if (told.size === 1) return [...told][0]
  const named = new Set([...chains.keys()].flatMap((name) => NAMES.filter(([sign]) => sign.test(name)).map(([, table]) => table)))
  return named.size === 1 ? [...named][0] : undefined
}
