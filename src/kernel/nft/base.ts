import type { Family } from '../../net/ip.ts'
import type { Hook } from '../../trace/event.ts'
import type { Base, NftChain, NftFamily, NftRuleset, NftTable, Statement } from './ast.ts'

/** A base chain that packets of a family meet at a hook. */
export interface BaseChain {
  readonly table: NftTable
  readonly chain: NftChain
  readonly base: Base
}

/** The base chains of a table, in the order of making. */
const basesOf = (table: NftTable): readonly NftChain[] =>
  table.bases?.flatMap((name) => table.chains.get(name) ?? []) ?? [...table.chains.values()].filter((c) => c.base)

const sees = (table: NftFamily, family: Family): boolean => table === 'inet' || table === (family === 4 ? 'ip' : 'ip6')

const known = new WeakMap<NftRuleset, Map<string, readonly BaseChain[]>>()

/** Base chains at a hook by priority; of two at the same priority the younger runs first (nf_hook_entries_grow, seen on 6.18). */
export function baseChains(ruleset: NftRuleset, family: Family, hook: Hook): readonly BaseChain[] {
  const key = `${family} ${hook}`
  const kept = known.get(ruleset) ?? new Map<string, readonly BaseChain[]>()
  known.set(ruleset, kept)
  const old = kept.get(key)
  if (old) return old
  const found: BaseChain[] = []
  for (const table of ruleset.tables) {
    if (!sees(table.family, family) || table.flags.includes('dormant')) continue
    for (const chain of basesOf(table)) if (chain.base?.hook === hook) found.push({ table, chain, base: chain.base })
  }
  const sorted = found.reverse().sort((a, b) => a.base.priority - b.base.priority)
  kept.set(key, sorted)
  return sorted
}

function asksConntrack(s: Statement): boolean {
  switch (s.kind) {
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return true
    case 'match':
    case 'in':
    case 'update':
      return s.key.some((f) => f.startsWith('ct '))
    case 'vmap':
      return !('mod' in s.key) && s.key.some((f) => f.startsWith('ct '))
    case 'set-mark':
      return s.what === 'ct mark' || s.from === 'ct mark'
    case 'unknown':
      return /(^|\s)ct\s/.test(s.words)
    case 'tcp-flags':
    case 'verdict':
    case 'counter':
    case 'counter-name':
    case 'log':
    case 'nftrace':
    case 'limit':
    case 'reject':
    case 'notrack':
      return false
  }
}

const tracked = new WeakMap<NftRuleset, Map<Family, boolean>>()

/** A rule that reads conntrack or does NAT turns tracking on for its table's family, wherever it stands (nf_ct_netns_get); so does a nat chain. */
export function nftTracks(ruleset: NftRuleset, family: Family): boolean {
  const kept = tracked.get(ruleset) ?? new Map<Family, boolean>()
  tracked.set(ruleset, kept)
  const old = kept.get(family)
  if (old !== undefined) return old
  const tables = ruleset.tables.filter((t) => sees(t.family, family))
  const asks =
    tables.some((t) => basesOf(t).some((c) => c.base?.type === 'nat')) ||
    tables.some((t) => [...t.chains.values()].some((c) => c.rules.some((r) => r.statements.some(asksConntrack))))
  kept.set(family, asks)
  return asks
}

/**
 * A base chain with something to say where packets are not shown to nft here: at a device's ingress or egress, in a bridge, to ARP. Its family and
 * name; undefined: there is none, and nothing is missed.
 */
export function unrunChain(ruleset: NftRuleset, where: 'ingress' | 'egress' | 'bridge' | 'arp', device?: string): string | undefined {
  for (const table of ruleset.tables) {
    if (table.flags.includes('dormant')) continue
    for (const { base, rules, name } of basesOf(table)) {
      if (!base || (rules.length === 0 && base.policy === 'accept')) continue
      const at = table.family === 'bridge' || table.family === 'arp' ? table.family : base.hook
      if (at === where && (base.device === undefined || base.device === device)) return `nft ${table.family} ${table.name} ${name}`
    }
  }
  return undefined
}
