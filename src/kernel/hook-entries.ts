import type { Family, Ip } from '../net/ip.ts'
import { ipOf, l4Of } from '../net/packet.ts'
import { confirm, entryOf, track, viewOf } from './conntrack.ts'
import type { Done, Entry } from './hooks.ts'
import type { Rule } from './iptables/ast.ts'
import { type NatTarget, runTable, type TableVerdict, type Visit } from './iptables/run.ts'
import type { Netns } from './machine.ts'
import type { CtEntry } from './moment.ts'
import { bind, type Manip, rewrites, translate, type Wanted } from './nat.ts'
import { nft } from './nft/late.ts'
import { addressesOf, addressTowards, linkOf, lookup, nextHop } from './route.ts'
import { drop, note, type Place, type Run, subject } from './run.ts'
import { withPacket } from './skb.ts'

type AtHook = Extract<Place, { at: 'hook' }>

const known = new WeakMap<object, boolean>()

/** Connections are tracked once a rule asks for it: a nat table, or anything that reads or marks a connection (nf_ct_netns_get). */
export function tracks(netns: Netns, family: Family): boolean {
  if (netns.nft && nft.get().nftTracks(netns.nft, family)) return true
  const rules = netns.rules[family]
  const old = known.get(rules)
  if (old !== undefined) return old
  const asks =
    rules.tables.includes('nat') || rules.tables.some((t) => rules.chainNames(t).some((c) => rules.chain(t, c)?.rules.some(asksConntrack)))
  known.set(rules, asks)
  return asks
}

const asksConntrack = (r: Rule): boolean =>
  r.target?.kind === 'connmark' || r.matches.some((m) => m.kind === 'conntrack' || m.kind === 'connmark')

const where = (place: AtHook): { netns: string; hook: AtHook['hook']; family: Family } => ({
  netns: place.netns,
  hook: place.hook,
  family: place.family,
})

export function conntrackIn(run: Run, place: AtHook, netns: Netns): Done {
  if (place.skb.ct?.state === 'untracked') return { go: place.skb }
  const tracked = track(run.moment, netns, place.skb)
  if (!tracked) return { go: place.skb }
  if (!run.silent) {
    const entry = tracked.entry ? { entry: viewOf(tracked.entry, run.moment.clock) } : {}
    note(run, place, { kind: 'conntrack', what: tracked.what, ...entry, at: where(place), after: subject(tracked.skb) })
  }
  return { go: tracked.skb }
}

export function conntrackConfirm(run: Run, place: AtHook): Done {
  const told = confirm(run.moment, place.netns, place.skb)
  if (told && !run.silent) {
    const entry = viewOf(told.entry, run.moment.clock)
    const change = {
      kind: 'conntrack' as const,
      netns: place.netns,
      entry,
      what: told.what === 'confirmed' ? ('new' as const) : ('update' as const),
    }
    note(run, place, { kind: 'conntrack', what: told.what, entry, at: where(place), writes: [change] })
  }
  return { go: place.skb }
}

/** The nat table's place at a hook. */
export function natEntry(netns: Netns, family: Family, hook: AtHook['hook'], manip: Manip, priority: number): Entry {
  const chains = natChains(netns, family, hook, priority)
  return { priority, run: (r, p, n) => natAt(r, p, n, manip, chains) }
}

/** Rules are asked once a connection, then what they said is replayed on each packet. */
function natAt(run: Run, place: AtHook, netns: Netns, manip: Manip, chains: readonly Asker[]): Done {
  const entry = entryOf(run.moment, place.netns, place.skb)
  const ct = place.skb.ct
  if (!entry || !ct || ct.state === 'untracked' || ct.state === 'invalid') return { go: place.skb }
  if (ct.state === 'related' && isRedirect(place) && !(entry.bound.src && entry.bound.dst && !translated(entry)))
    return { instead: drop(run, place, { kind: 'dropped', reason: 'redirect-of-nat' }, where(place)) }
  let skb = place.skb
  let by: 'rule' | 'conntrack' = 'conntrack'
  let because: number | undefined
  // a reset that a REJECT sends counts as related, and is asked for as a first packet is
  const first = (ct.state === 'new' && ct.dir === 'original') || (ct.state === 'related' && l4Of(skb.packet)?.kind !== 'icmp')
  if (first && !entry.bound[manip]) {
    const { journey } = place
    const verdict = askNat(run, place, chains, skb)
    skb = verdict?.skb ?? skb
    if (verdict?.kind === 'drop' || verdict?.kind === 'unmodelled' || verdict?.kind === 'reject') {
      if (verdict.kind === 'drop')
        run.end(journey, { kind: 'dropped', reason: verdict.rule ? 'rule' : 'policy', ...(verdict.rule ? { rule: verdict.rule } : {}) })
      else run.end(journey, { kind: 'unmodelled', what: verdict.kind === 'unmodelled' ? verdict.what : `-j ${verdict.kind} in table nat` })
      return { instead: [] }
    }
    const wanted = verdict?.kind === 'nat' ? wantedOf(place, netns, verdict.target) : undefined
    // REDIRECT at a device without an address, MASQUERADE without one to take (nf_nat_redirect_ipv4, nf_nat_masquerade_ipv4: NF_DROP)
    if (verdict?.kind === 'nat' && wanted === undefined)
      return { instead: drop(run, { ...place, skb }, { kind: 'dropped', reason: 'rule', rule: verdict.rule }, where(place)) }
    if (verdict?.kind === 'nat') {
      by = 'rule'
      because = verdict.because
    }
    bind(run.moment, place.netns, entry, manip, wanted, run.luck)
  }
  if (!rewrites(entry, manip, ct.dir)) return { go: skb }
  const changed = translate(skb.packet, entry, manip, ct.dir)
  if (!changed) return { go: skb }
  skb = withPacket(skb, changed.packet)
  note(run, place, {
    kind: 'nat',
    manip,
    by,
    from: changed.from,
    to: changed.to,
    undo: ct.dir === 'reply',
    at: where(place),
    after: subject(skb),
    ...(because === undefined ? {} : { because }),
  })
  return { go: skb }
}

/** An ICMP redirect names the better way for one address alone: of a translated connection, or one that may yet be, none is sent (nf_nat_icmp_reply_translation). */
const isRedirect = (place: AtHook): boolean => {
  const l4 = l4Of(place.skb.packet)
  return place.family === 4 && l4?.kind === 'icmp' && l4.type === 5
}
const translated = (entry: CtEntry): boolean => entry.status.has('SRC_NAT') || entry.status.has('DST_NAT')

type Asker = (run: Run, place: AtHook, skb: Place['skb']) => TableVerdict | undefined

/** All chains that do NAT at a hook, by their priorities; nft runs its own first where both have the same. */
function natChains(netns: Netns, family: Family, hook: AtHook['hook'], priority: number): readonly Asker[] {
  const all = netns.nft ? nft.get().baseChains(netns.nft, family, hook) : []
  const chains: { readonly at: number; readonly ask: Asker }[] = all
    .filter((b) => b.base.type === 'nat')
    .map((base) => ({
      at: base.base.priority,
      ask: (run, { journey, iif, oif }, skb) => nft.get().runBaseChain({ run, journey, netns, family, hook, base, iif, oif }, skb),
    }))
  if (netns.rules[family].tables.includes('nat'))
    chains.push({
      at: priority,
      ask: (run, { journey, iif, oif }, skb) => iptablesNat({ run, journey, netns, family, table: 'nat', hook, priority, iif, oif }, skb),
    })
  return chains.sort((a, b) => a.at - b.at).map(({ ask }) => ask)
}

/** Asks them until one binds the connection (nf_nat_inet_fn). */
function askNat(run: Run, place: AtHook, chains: readonly Asker[], before: Place['skb']): TableVerdict | undefined {
  let last: TableVerdict | undefined
  for (const ask of chains) {
    const verdict = ask(run, place, last?.skb ?? before)
    last = verdict ?? last
    if (verdict && verdict.kind !== 'accept') return verdict
  }
  return last
}

function iptablesNat(visit: Visit, skb: Place['skb']): TableVerdict | undefined {
  const verdict = runTable(visit, skb)
  if (verdict?.kind !== 'nat') return verdict
  const because = visit.netns.rules[visit.family].chain('nat', verdict.rule.chain)?.rules[verdict.rule.index]?.because
  return because === undefined ? verdict : { ...verdict, because }
}

/** The next hop that the packet's route has; a bridged packet has none, and is asked for anew. */
function hopOf(place: AtHook, netns: Netns, dst: Ip): Ip {
  if (place.then.at === 'neighbour') return place.then.via
  const route = lookup(netns, dst, place.oif === undefined ? {} : { oif: place.oif })
  return route ? nextHop(route, dst) : dst
}

function wantedOf(place: AtHook, netns: Netns, target: NatTarget): Wanted | undefined {
  const dst = ipOf(place.skb.packet)?.dst as Ip
  switch (target.kind) {
    case 'dst':
    case 'src':
      return target.wanted
    case 'redirect': {
      const own =
        place.hook === 'output'
          ? place.family === 4
            ? ('127.0.0.1' as Ip)
            : ('::1' as Ip)
          : addressesOf(linkOf(netns, place.iif ?? ''), place.family)[0]
      return own === undefined ? undefined : { address: own, ...(target.port === undefined ? {} : { port: target.port }) }
    }
    case 'masquerade': {
      const address = addressTowards(netns, place.oif, hopOf(place, netns, dst))
      return address === undefined
        ? undefined
        : { address, randomFully: target.randomFully, ...(target.port === undefined ? {} : { port: target.port }) }
    }
  }
}
