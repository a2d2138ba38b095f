import type { Element, NftRule, NftSet } from '../../../kernel/nft/ast.ts'
import { keyText } from '../../../kernel/nft/lookup.ts'
import { writtenElement, writtenRule, writtenSet } from '../../../kernel/nft/print-written.ts'
import type { Ip } from '../../../net/ip.ts'
import type { Endpoint } from '../endpoints.ts'
import { keeping } from '../kept.ts'
import type { Plan } from '../plan.ts'
import { chainKinds, externalRules, firewallRules, masqueradeRules } from './chains.ts'
import { adds, elementsOf } from './elements.ts'
import { fixedRules } from './fixed.ts'
import { type ChainKind, freshEndpointBase, portChain } from './names.ts'
import type { Sync } from './sync.ts'
import { affinityOf, byName, fixedSets } from './table.ts'

// The table after a sync as commands that nft takes: chains, sets and maps by name, rules by chain, then elements in the order of service
// ports. Not the transaction: that is in the order of kube-proxy's work. Nine of ten lines are those of endpoints: they are written here
// straight from their template. The rules themselves are chains.ts'; a test compares line by line.

/** Where a chain stands among a hundred thousand, without a look at its name. */
interface Placed {
  /** Names of Services' chains begin with a kind and a hash. All that share these letters are one bucket, and stand together. */
  readonly bucket: string
  /** The other six letters of the hash in the order of ASCII, five bits each. */
  readonly rank: number
}

/** 2 to 7, then A to Z. */
function rankOf(letters: string): number {
  let rank = 0
  for (let i = 0; i < letters.length; i++) {
    const code = letters.charCodeAt(i)
    rank = rank * 32 + (code < 65 ? code - 50 : code - 59)
  }
  return rank
}

function placeOf(name: string): Placed {
  if (!name.includes('/')) return { bucket: name, rank: 0 }
  const at = name.indexOf('-') + 3
  return { bucket: name.slice(0, at), rank: rankOf(name.slice(at, at + 6)) }
}

const MOST_IN_BUCKET = 2 ** 22

/** A bucket by name. Sorted as numbers: comparing a hundred thousand long names would take as long as all the rest. */
function sortedBucket(list: readonly ChainText[]): readonly ChainText[] {
  if (list.length < 2) return list
  const ranks = new Set(list.map((one) => one.rank))
  if (ranks.size < list.length || list.length > MOST_IN_BUCKET) return [...list].sort(byName)
  const keys = Float64Array.from(list, (one, i) => one.rank * MOST_IN_BUCKET + i).sort()
  return Array.from(keys, (key) => list[key % MOST_IN_BUCKET] as ChainText)
}

/** A chain of one endpoint, as little as its lines are made of: a large cluster has a hundred thousand, and a sync keeps them for the next. */
interface EndpointChain extends Placed {
  readonly name: string
  readonly ip: string
  readonly to: string
  readonly proto: string
  /** Its set of clients. */
  readonly affinity: string | undefined
}

/** Any other chain: the line that adds it, and its rules, whole lines. */
interface OtherChain extends Placed {
  readonly name: string
  readonly head: string
  readonly rules: string
}
type ChainText = EndpointChain | OtherChain

/** What one service port adds. */
interface PortText {
  readonly chains: readonly ChainText[]
  readonly sets: readonly { readonly name: string; readonly head: string }[]
  readonly elements: readonly { readonly set: string; readonly key: string; readonly line: string }[]
}

/** As choiceRules; `bases`: what the chains and sets of these endpoints are named by. */
function choiceLines(
  sync: Sync,
  { port }: Plan,
  rule: string,
  endpoints: readonly Endpoint[],
  bases: ReadonlyMap<Endpoint, string>,
): readonly string[] {
  const known =
    port.affinity === undefined
      ? []
      : endpoints.map((e) => `${rule} ${sync.fields.saddr} @affinity-${bases.get(e)} goto endpoint-${bases.get(e)}`)
  const sides = endpoints.map((e, i) => `${i} : goto endpoint-${bases.get(e)}`)
  return [...known, `${rule} numgen random mod ${endpoints.length} vmap { ${sides.join(' , ')} }`]
}

function portChainText(sync: Sync, plan: Plan, kind: ChainKind, bases: ReadonlyMap<Endpoint, string>, at: string): OtherChain {
  const name = portChain(kind, plan.port)
  const rule = `add rule ${at} ${name}`
  const written = (rules: readonly NftRule[]): readonly string[] => rules.map((one) => `${rule} ${writtenRule(one)}`)
  const lines = (): readonly string[] => {
    switch (kind) {
      case 'service':
        return [...written(masqueradeRules(sync, plan, name)), ...choiceLines(sync, plan, rule, plan.used().cluster, bases)]
      case 'local':
        return [...written(masqueradeRules(sync, plan, name)), ...choiceLines(sync, plan, rule, plan.used().local, bases)]
      case 'external':
        return written(externalRules(sync, plan))
      case 'firewall':
        return written(firewallRules(sync, plan))
    }
  }
  return { name, ...placeOf(name), head: `add chain ${at} ${name}`, rules: lines().join('\n') }
}

const elementLine = (at: string, set: NftSet, e: Element): string =>
  ['add element ', at, ' ', set.name, ' ', writtenElement(e, set)].join('')

function portText(sync: Sync, plan: Plan, shared: readonly NftSet[], at: string): PortText {
  const { port } = plan
  const { reachable } = plan.used()
  const bases = new Map(reachable.map((e) => [e, freshEndpointBase(port, e)]))
  const endpointChain = (e: Endpoint): EndpointChain => {
    const base = bases.get(e) as string
    const affinity = port.affinity === undefined ? undefined : `affinity-${base}`
    const place = { bucket: `endpoint-${base.slice(0, 2)}`, rank: rankOf(base.slice(2, 8)) }
    return { name: `endpoint-${base}`, ...place, ip: e.ip, to: e.text, proto: port.proto, affinity }
  }
  return {
    chains: [...chainKinds(plan).map((kind) => portChainText(sync, plan, kind, bases, at)), ...reachable.map(endpointChain)],
    sets:
      port.affinity === undefined
        ? []
        : reachable.map((e) => {
            const set = affinityOf(sync, port, e)
            return { name: set.name, head: `add set ${at} ${set.name} ${writtenSet(set)}` }
          }),
    elements: shared
      .filter((set) => set.name !== 'nodeport-ips')
      .flatMap((set) => adds(sync, plan, set.name).map((e) => ({ set: set.name, key: keyText(e.key), line: elementLine(at, set, e) }))),
  }
}

/** The text for one address family; a piece is one line or more. What a Service came to is kept for the next sync. */
export function* tableText(sync: Sync, nodePortIps: () => readonly Ip[]): Generator<string> {
  const { version, table } = sync
  const at = `${table.family} ${version.table}`
  const keep = keeping<PortText>(sync, 'nftables', sync.masqueradeAll, sync.nodePorts.all)
  const shared = fixedSets(sync)
  const texts = sync.ports.map((port) => keep.of(port, () => portText(sync, sync.plan(port), shared, at)))

  const buckets = new Map<string, ChainText[]>()
  const put = (one: ChainText): void => {
    const list = buckets.get(one.bucket)
    if (list === undefined) buckets.set(one.bucket, [one])
    else list.push(one)
  }
  for (const [name, rules] of fixedRules(sync)) put(fixedChain(sync, name, rules, at))
  for (const { chains } of texts) for (const one of chains) put(one)
  // One bucket's name is never the beginning of another's, so buckets in order are names in order.
  const chains = [...buckets.keys()]
    .sort()
    .map((key) => keep.joined(key, buckets.get(key) as ChainText[], (list) => joined(list, at, sync.fields.saddr)))
  keep.done()

  yield `add table ${at} { comment "${version.comment}" ; }`
  for (const { heads } of chains) yield heads
  yield* setLines(shared, texts, at)
  for (const { rules } of chains) if (rules !== '') yield rules
  yield* elementLines(sync, shared, texts, nodePortIps, at)
}

/** Sets by name, then maps. */
function* setLines(shared: readonly NftSet[], texts: readonly PortText[], at: string): Generator<string> {
  const fixed = shared.map((set) => ({ name: set.name, kind: set.kind, head: `add ${set.kind} ${at} ${set.name} ${writtenSet(set)}` }))
  const own = texts.flatMap(({ sets }) => sets)
  for (const { head } of [...fixed.filter((set) => set.kind === 'set'), ...own].sort(byName)) yield head
  for (const { head } of fixed.filter((set) => set.kind === 'map').sort(byName)) yield head
}

function fixedChain({ version }: Sync, name: string, rules: readonly NftRule[], at: string): OtherChain {
  const base = version.bases[name]
  const head = base ? ` { type ${base.type} hook ${base.hook} priority ${base.priority} ; }` : ''
  const comment = name === 'reject-chain' ? ` { comment "${version.texts.rejectChain}" ; }` : ''
  const lines = rules.map((rule) => `add rule ${at} ${name} ${writtenRule(rule)}`)
  return { name, ...placeOf(name), head: `add chain ${at} ${name}${head}${comment}`, rules: lines.join('\n') }
}

/** As endpointRules. */
function endpointLines({ name, ip, to, proto, affinity }: EndpointChain, at: string, saddr: string): string {
  const rule = `add rule ${at} ${name} `
  const remember = affinity === undefined ? '' : `${rule}update @${affinity} { ${saddr} }\n`
  return `${rule}${saddr} ${ip} jump mark-for-masquerade\n${remember}${rule}meta l4proto ${proto} dnat to ${to}`
}

interface Joined {
  readonly heads: string
  readonly rules: string
}

function joined(list: readonly ChainText[], at: string, saddr: string): Joined {
  const sorted = sortedBucket(list)
  return {
    heads: sorted.map((one) => ('head' in one ? one.head : `add chain ${at} ${one.name}`)).join('\n'),
    rules: sorted
      .map((one) => ('head' in one ? one.rules : endpointLines(one, at, saddr)))
      .filter((lines) => lines !== '')
      .join('\n'),
  }
}

/** Each key once: the first service port that asks for it has it. */
function* elementLines(
  sync: Sync,
  shared: readonly NftSet[],
  texts: readonly PortText[],
  nodePortIps: () => readonly Ip[],
  at: string,
): Generator<string> {
  const bySet = new Map(shared.map((set) => [set.name, new Map<string, string>()]))
  for (const { elements } of texts) {
    for (const { set, key, line } of elements) {
      const lines = bySet.get(set) as Map<string, string>
      if (!lines.has(key)) lines.set(key, line)
    }
  }
  for (const kind of ['set', 'map'] as const) {
    for (const set of shared) {
      if (set.kind !== kind) continue
      if (set.name === 'nodeport-ips') for (const e of elementsOf(sync, set.name, nodePortIps)) yield elementLine(at, set, e)
      else yield* (bySet.get(set.name) as Map<string, string>).values()
    }
  }
}
