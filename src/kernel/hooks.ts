import type { Family } from '../net/ip.ts'
import type { Hook, Skb, TableName } from '../trace/event.ts'
import { conntrackConfirm, conntrackIn, natEntry, tracks } from './hook-entries.ts'
import { baseName, runTable, type TableVerdict } from './iptables/run.ts'
import { ipvs } from './ipvs/late.ts'
import { errors, fragments } from './late.ts'
import type { Netns } from './machine.ts'
import type { BaseChain } from './nft/base.ts'
import { nft } from './nft/late.ts'
import { isPiece } from './piece.ts'
import { drop, type Follow, follow, note, type Place, type Run } from './run.ts'
import { withDevices } from './skb.ts'

type AtHook = Extract<Place, { at: 'hook' }>

/** What an entry of a hook did with a packet: go on with this skb, or these places instead (dropped: none; stolen: others). */
export type Done = { readonly go: Place['skb'] } | { readonly instead: readonly Place[] }

/** One program registered at a hook. Lower priorities run first (linux/netfilter_ipv4.h). */
export interface Entry {
  readonly priority: number
  /** A table that has no rule here and accepts: there is something to tell of it, and nothing else. */
  readonly idle?: boolean
  run(run: Run, place: AtHook, netns: Netns): Done
}

const TABLES: readonly { readonly table: TableName; readonly priority: number; readonly hooks: readonly Hook[] }[] = [
  { table: 'raw', priority: -300, hooks: ['prerouting', 'output'] },
  { table: 'mangle', priority: -150, hooks: ['prerouting', 'input', 'forward', 'output', 'postrouting'] },
  { table: 'filter', priority: 0, hooks: ['input', 'forward', 'output'] },
  { table: 'security', priority: 50, hooks: ['input', 'forward', 'output'] },
]

const CONFIRM = 2 ** 31 - 1

/** What a walk runs at a hook. `order` tells entries of one priority apart. */
interface Registered extends Entry {
  readonly order: number
}

type ByHook = { readonly [F in Family]: { [H in Hook]?: readonly Registered[] } }
const kept = new WeakMap<Netns, ByHook>()

/** All that is registered at a hook of this netns, in the order of running; sorted once, since a netns never changes. */
function entriesAt(netns: Netns, family: Family, hook: Hook): readonly Registered[] {
  const mine: ByHook = kept.get(netns) ?? { 4: {}, 6: {} }
  const old = mine[family][hook]
  if (old !== undefined) return old
  const made = register(netns, family, hook)
  mine[family][hook] = made
  kept.set(netns, mine)
  return made
}

/** nft's base chains come first at a priority: iptables' tables are taken to be older, and the younger of two runs first (nf_hook_entries_grow). */
function register(netns: Netns, family: Family, hook: Hook): readonly Registered[] {
  const found: Entry[] = []
  for (const base of netns.nft ? nft.get().baseChains(netns.nft, family, hook) : []) {
    if (base.base.type === 'nat') continue
    found.push({ priority: base.base.priority, run: (r, p, n) => nftEntry(r, p, n, base) })
  }
  for (const { table, priority, hooks } of TABLES) {
    if (!hooks.includes(hook) || !netns.rules[family].tables.includes(table)) continue
    const chain = netns.rules[family].chain(table, baseName(hook))
    const idle = chain === undefined || (chain.rules.length === 0 && chain.policy !== 'DROP')
    found.push({ priority, idle, run: (r, p, n) => tableEntry(r, p, n, table, priority) })
  }
  if (tracks(netns, family)) {
    if (hook === 'prerouting' || hook === 'output')
      found.push({ priority: -200, run: conntrackIn }, natEntry(netns, family, hook, 'dst', -100))
    if (hook === 'input' || hook === 'postrouting')
      found.push(natEntry(netns, family, hook, 'src', 100), { priority: CONFIRM, run: conntrackConfirm })
  }
  if (netns.ipvs) found.push(...ipvs.get().ipvsEntries(netns.ipvs, hook))
  found.sort((a, b) => a.priority - b.priority)
  return found.map((entry, i) => ({ ...entry, order: entry.priority + (i - found.findIndex((e) => e.priority === entry.priority)) / 1024 }))
}

function nftEntry(run: Run, place: AtHook, netns: Netns, base: BaseChain): Done {
  const { hook, family, iif, oif, journey } = place
  return decided(
    run,
    place,
    netns,
    nft.get().runBaseChain({ run, journey, netns, family, hook, base, iif, oif }, place.skb),
    base.table.name,
  )
}

function tableEntry(run: Run, place: AtHook, netns: Netns, table: TableName, priority: number): Done {
  const { hook, family, iif, oif, journey } = place
  return decided(run, place, netns, runTable({ run, journey, netns, family, table, hook, priority, iif, oif }, place.skb), table)
}

function decided(run: Run, place: AtHook, netns: Netns, verdict: TableVerdict | undefined, table: string): Done {
  if (!verdict || verdict.kind === 'accept') return { go: verdict?.skb ?? place.skb }
  switch (verdict.kind) {
    case 'drop': {
      const ending = {
        kind: 'dropped' as const,
        reason: verdict.rule ? ('rule' as const) : ('policy' as const),
        ...(verdict.rule ? { rule: verdict.rule } : {}),
      }
      const here = behind(place, verdict.skb, place.after)
      note(run, here, { kind: 'hook-end', verdict: 'drop', at: whereOf(place) })
      return { instead: drop(run, here, ending, whereOf(place)) }
    }
    case 'reject':
      return { instead: errors.get().rejectWith(run, { ...place, skb: verdict.skb }, netns, verdict) }
    case 'unmodelled':
    case 'nat': {
      const what = verdict.kind === 'nat' ? `NAT target in table ${table}` : verdict.what
      run.end(place.journey, { kind: 'unmodelled', what })
      return { instead: [] }
    }
  }
}

export const whereOf = (place: AtHook): { netns: string; hook: Hook; family: Family } => ({
  netns: place.netns,
  hook: place.hook,
  family: place.family,
})

/** The same packet at the same hook, behind an entry. Written out, as all places on the way are: spreads are what costs most in a walk. */
function behind({ journey, netns, hook, family, then, iif, oif }: AtHook, skb: Skb, after: number): AtHook {
  return { journey, netns, skb, at: 'hook', hook, family, after, then, iif, oif }
}

/** Runs the entries of a hook, from the first behind `after` on; after the last one the packet goes on at `then`. */
export function stepHook(run: Run, place: AtHook): readonly Place[] {
  const netns = run.netns(place.netns)
  const { iif, oif } = place
  let now = place
  if (place.after === Number.NEGATIVE_INFINITY && place.hook === 'prerouting' && isPiece(place.skb) && tracks(netns, place.family)) {
    // conntrack wants whole packets: they are put together at -400, before any table (nf_defrag_ipv4, nf_defrag_ipv6)
    const whole = fragments.get().gather(run, place, 'conntrack', { netns: place.netns, device: iif ?? '' })
    return whole ? [{ ...place, skb: whole }] : []
  }
  if (place.after === Number.NEGATIVE_INFINITY) {
    now = behind(place, withDevices(place.skb, iif, oif), place.after)
    if (!run.silent) note(run, now, { kind: 'hook', at: whereOf(now) })
  }
  for (const entry of entriesAt(netns, place.family, place.hook)) {
    if (entry.order <= place.after || (run.silent && entry.idle)) continue
    const done = entry.run(run, now, netns)
    if ('instead' in done) return done.instead
    now = behind(now, done.go, entry.order)
  }
  if (!run.silent) note(run, now, { kind: 'hook-end', verdict: 'accept', at: whereOf(now) })
  return [follow(now, now.then)]
}

/** A packet at the start of a hook. */
export function atHook(
  { journey, netns, skb }: Pick<Place, 'journey' | 'netns' | 'skb'>,
  hook: Hook,
  family: Family,
  then: Follow,
  iif: string | undefined,
  oif: string | undefined,
): AtHook {
  return { journey, netns, skb, at: 'hook', hook, family, after: Number.NEGATIVE_INFINITY, then, iif, oif }
}
