import { applyOps, newNetns } from '../kernel/apply.ts'
import type { FdbEntry, Netns, Route } from '../kernel/machine.ts'
import type { NftRuleset } from '../kernel/nft/ast.ts'
import { parseNft } from '../kernel/nft/parse.ts'
import { emptyNft, withNft } from '../kernel/nft/ruleset.ts'
import type { Op } from '../kernel/op.ts'
import { familyOf, type Ip } from '../net/ip.ts'
import type { Dump } from './dump.ts'
import { type MergedLinks, mergedLinks, type Surroundings } from './merge-links.ts'
import { withRules, withSets } from './merge-sets.ts'
import { type LineCause, type Source, withSaved } from './tables.ts'

/** Interfaces anew: the kernel's own routes and FDB entries follow from them; what else was written stays where its device is still there. */
function withLinks(netns: Netns, merged: MergedLinks): Netns {
  const bare = newNetns(netns.name, netns.kind)
  const settings = Object.entries(netns.sysctls).map(([name, value]): Op => ({ do: 'sysctl', name, value }))
  const made = applyOps(bare, [...merged.links.map((link): Op => ({ do: 'link', link })), ...settings])
  const has = new Set(made.links.map((l) => l.dev))
  const there = (dev: string | undefined): boolean => dev === undefined || has.has(dev)
  const own = new Set(made.fdb.map((f) => `${f.mac} ${f.dev}`))
  return {
    ...made,
    routes: [...made.routes, ...netns.routes.filter((r) => r.protocol !== 'kernel' && there(r.dev))],
    neigh: netns.neigh.filter((n) => there(n.dev)),
    fdb: [...made.fdb, ...netns.fdb.filter((f) => there(f.dev) && f.dst !== undefined && !own.has(`${f.mac} ${f.dev}`))],
    rules: netns.rules,
    ...(netns.nft === undefined ? {} : { nft: netns.nft }),
    ...(netns.ipsets === undefined ? {} : { ipsets: netns.ipsets }),
    ...(netns.ipvs === undefined ? {} : { ipvs: netns.ipvs }),
    ...(netns.ipRules === undefined ? {} : { ipRules: netns.ipRules }),
    listeners: netns.listeners,
    files: netns.files,
  }
}

/** The routing tables that the dump shows, in the place of the same tables. */
function withRoutes(netns: Netns, dump: Dump, because: LineCause): Netns {
  const told = dump.routes
  if (told === undefined) return netns
  const key = (r: { readonly table?: string; readonly dst: Route['dst'] }): string => `${familyOf(r.dst)} ${r.table ?? 'main'}`
  const shown = new Set(told.list.map(({ route }) => key(route)))
  const has = new Set(netns.links.map((l) => l.dev))
  const kept = told.piece ? netns.routes : netns.routes.filter((r) => !shown.has(key(r)))
  const routes = told.list.flatMap(({ route, line }): readonly Route[] => {
    if (route.dev !== undefined && !has.has(route.dev)) return []
    const v6 = familyOf(route.dst) === 6
    const whole = {
      type: 'unicast',
      table: 'main',
      protocol: 'boot',
      onlink: false,
      metric: v6 ? 1024 : 0,
      scope: v6 || route.via !== undefined ? 'global' : route.type === 'local' ? 'host' : 'link',
      ...route,
      because: because(line),
    } as const
    return [told.piece && kept.some((r) => r.dst === whole.dst && r.table === whole.table) ? [] : [whole]].flat()
  })
  return { ...netns, routes: [...kept, ...routes] }
}

function withSmall(netns: Netns, dump: Dump, because: LineCause, elsewhere: ReadonlySet<Ip>): Netns {
  const { neigh, fdb, sysctls } = dump
  const told = new Set(fdb?.map(({ is }) => is.dev))
  const entries = (fdb ?? []).map(({ is, line }): FdbEntry => ({ ...is, because: because(line) }))
  const settings = (sysctls ?? []).map(({ is, line }): Op => ({ do: 'sysctl', ...is, because: because(line) }))
  const now: Netns = {
    ...netns,
    ...(neigh === undefined
      ? {}
      : { neigh: neigh.filter(({ is }) => !elsewhere.has(is.address)).map(({ is, line }) => ({ ...is, because: because(line) })) }),
    ...(fdb === undefined ? {} : { fdb: [...netns.fdb.filter((f) => !told.has(f.dev)), ...entries] }),
  }
  return settings.length === 0 ? now : applyOps(now, settings)
}

/** The same tables once more, now with the line of each rule as its cause. */
function nftOf(dump: Dump, because: LineCause): NftRuleset {
  const commands = (dump.nft?.pieces ?? []).flatMap((piece) => {
    const starts = lineStarts(piece.text)
    return parseNft(piece.text, dump.file, (offset) => because(piece.line + lineAt(starts, offset))).commands
  })
  return withNft(emptyNft(), commands)
}

const lineStarts = (text: string): readonly number[] => [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((m) => m.index + m[0].length)]

/** Index of the line that holds an offset. */
function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] as number) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * A node's namespace with what its dumps say in the place of what the lab's programs wrote there. Layers that no dump holds stay as they were.
 */
export function withDumps(netns: Netns, sources: readonly Source[], around: Surroundings): Netns {
  const merged = mergedLinks(netns, sources, around)
  let now = merged === undefined ? netns : withLinks(netns, merged)
  // Pods that hang where the lab put them: the node saw others at their addresses
  const elsewhere = new Set([...around.pods].flatMap(([pod, addresses]) => (merged?.attached.has(pod) === true ? [] : addresses)))
  for (const { dump, because } of sources) {
    now = withRules(withRoutes(now, dump, because), dump, because)
    now = withSmall(now, dump, because, elsewhere)
    if (dump.nft !== undefined) now = { ...now, nft: nftOf(dump, because) }
  }
  now = withSets(now, sources)
  return { ...now, rules: { 4: withSaved(now.rules[4], sources, 4), 6: withSaved(now.rules[6], sources, 6) } }
}
