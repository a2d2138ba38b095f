import type { WrittenKind } from '../answer.ts'
import { printRule } from '../kernel/iptables/print.ts'
import type { Netns } from '../kernel/machine.ts'
import type { Element, NftTable } from '../kernel/nft/ast.ts'
import { nft } from '../kernel/nft/late.ts'
import { printRoute } from '../kernel/route.ts'
import { endpointText } from '../net/message.ts'
import type { CauseId } from '../trace/cause.ts'
import type { TableName } from '../trace/event.ts'
import type { World } from './world.ts'

/** One thing that a program wrote on a machine; its text is printed when somebody reads it. */
export interface Thing {
  readonly netns: string
  readonly kind: WrittenKind
  readonly because: CauseId
  /** A rule's table and chain. */
  readonly place?: string
  /** The chain that a rule or an element leads to. */
  readonly leads?: Leads
  readonly text: () => string
}

/** A chain of iptables, or one of a table of nft. */
export type Leads =
  | { readonly family: 4 | 6; readonly table: TableName; readonly chain: string }
  | { readonly nft: NftTable; readonly chain: string }

/**
 * What stands on the machines, by its cause. Chains are made when they are read, and a large cluster has a hundred
 * thousand of them, so the index is read piece by piece: each question reads on where the one before stopped.
 */
export interface Index {
  readonly things: Map<CauseId, Thing[]>
  /** Everything read so far, in the order of machines and chains. */
  readonly order: Map<Thing, number>
  /** Reads on until about so many things were looked at. `done`: nothing is left; `stopped`: there is more than we keep. */
  readOn(budget: number): 'on' | 'done' | 'stopped'
  /** Reads one chain now, out of its turn. True: it had not been read. */
  readChain(netns: string, at: Leads): boolean
}

/** No more is kept: a page has to live beside it. */
const LIMIT = 200_000

/** A machine costs about so much as this many rules to write. */
const MACHINE = 100

const known = new WeakMap<World, Index>()

/** The index of a world, begun when first asked for. */
export function indexOf(world: World): Index {
  const old = known.get(world)
  if (old !== undefined) return old
  const made = begin(world)
  known.set(world, made)
  return made
}

function begin(world: World): Index {
  const things = new Map<CauseId, Thing[]>()
  const order = new Map<Thing, number>()
  const read = new Set<string>()
  const add = (because: CauseId | undefined, thing: Omit<Thing, 'because'>): void => {
    if (because === undefined || because === 0) return
    const whole = { ...thing, because }
    order.set(whole, order.size)
    const list = things.get(because)
    if (list === undefined) things.set(because, [whole])
    else list.push(whole)
  }
  const readRules = (netns: Netns, family: 4 | 6, table: TableName, name: string): number => {
    const key = `${netns.name} ${family} ${table} ${name}`
    if (read.has(key)) return 0
    read.add(key)
    const rules = netns.rules[family].chain(table, name)?.rules ?? []
    for (const rule of rules) {
      const { target } = rule
      const leads = target !== undefined && 'chain' in target ? { leads: { family, table, chain: target.chain } } : {}
      add(rule.because, { netns: netns.name, kind: 'rule', place: `${table} ${name}`, text: () => printRule(name, rule), ...leads })
    }
    return rules.length + 1
  }
  const readNft = (netns: string, table: NftTable, name: string): number => {
    const key = `${netns} nft ${table.family} ${table.name} ${name}`
    if (read.has(key)) return 0
    read.add(key)
    const rules = table.chains.get(name)?.rules ?? []
    for (const rule of rules) {
      const place = `${table.family} ${table.name} ${name}`
      const to = rule.statements.find((s) => s.kind === 'verdict' && 'chain' in s)
      const leads = to && 'chain' in to ? { leads: { nft: table, chain: to.chain } } : {}
      add(rule.because, { netns, kind: 'rule', place, text: () => nft.get().printNftRule(rule), ...leads })
      for (const s of rule.statements) {
        if (s.kind === 'vmap' && 'elements' in s.among) for (const e of s.among.elements) addElement(netns, table, name, ['integer'], e)
      }
    }
    return rules.length + 1
  }
  const addElement = (netns: string, table: NftTable, place: string, types: readonly string[], e: Element): void => {
    const leads = e.to && 'chain' in e.to ? { leads: { nft: table, chain: e.to.chain } } : {}
    const text = (): string => nft.get().printElement(e, types, undefined)
    add(e.because, { netns, kind: 'element', place: `${table.family} ${table.name} ${place}`, text, ...leads })
  }
  const pieces = piecesOf(world, { add, readRules, readNft, addElement })
  let done = false
  return {
    things,
    order,
    readOn(budget) {
      for (let left = budget; left > 0 && !done && order.size < LIMIT; ) {
        const piece = pieces.next()
        if (piece.done === true) done = true
        else left -= piece.value
      }
      return done ? 'done' : order.size < LIMIT ? 'on' : 'stopped'
    },
    readChain(name, at) {
      const netns = world.machines.netns(name)
      if (netns === undefined) return false
      return ('nft' in at ? readNft(name, at.nft, at.chain) : readRules(netns, at.family, at.table, at.chain)) > 0
    },
  }
}

interface Readers {
  add(because: CauseId | undefined, thing: Omit<Thing, 'because'>): void
  readRules(netns: Netns, family: 4 | 6, table: TableName, chain: string): number
  readNft(netns: string, table: NftTable, chain: string): number
  addElement(netns: string, table: NftTable, place: string, types: readonly string[], element: Element): void
}

/** Machine after machine, chain after chain; each piece says how much it was. */
function* piecesOf(world: World, { add, readRules, readNft, addElement }: Readers): Generator<number, undefined> {
  for (const name of world.machines.names) {
    const netns = world.machines.netns(name)
    if (netns === undefined) continue
    for (const l of netns.links) add(l.because, { netns: name, kind: 'link', text: () => [l.dev, l.kind, ...l.addrs].join(' ') })
    for (const r of netns.routes) add(r.because, { netns: name, kind: 'route', text: () => printRoute(r) })
    for (const n of netns.neigh)
      add(n.because, {
        netns: name,
        kind: 'neighbour',
        text: () => [n.address, 'dev', n.dev, ...(n.mac === undefined ? [] : ['lladdr', n.mac]), n.state].join(' '),
      })
    for (const f of netns.fdb)
      add(f.because, {
        netns: name,
        kind: 'fdb',
        text: () => [f.mac, 'dev', f.dev, ...(f.dst === undefined ? [] : ['dst', f.dst]), ...f.flags].join(' '),
      })
    for (const l of netns.listeners)
      add(l.because, { netns: name, kind: 'listener', text: () => `${l.proto} ${l.address ?? '*'}:${l.port} ${l.process}` })
    yield MACHINE
    for (const family of [4, 6] as const)
      for (const table of netns.rules[family].tables)
        for (const chain of netns.rules[family].chainNames(table)) yield readRules(netns, family, table, chain)
    for (const table of netns.nft?.tables ?? []) {
      for (const set of table.sets.values()) {
        for (const e of set.elements) addElement(name, table, set.name, set.type, e)
        yield set.elements.length + 1
      }
      for (const chain of table.chains.keys()) yield readNft(name, table, chain)
    }
    for (const set of netns.ipsets?.values() ?? []) {
      for (const e of set.entries.values())
        add(e.because, { netns: name, kind: 'element', place: `ipset ${set.name}`, text: () => e.values.join(',') })
      yield set.entries.size + 1
    }
    for (const v of netns.ipvs?.values() ?? []) {
      const own = 'mark' in v.name ? `FWM ${v.name.mark}` : `${v.name.proto.toUpperCase()} ${endpointText(v.name.address, v.name.port)}`
      add(v.because, { netns: name, kind: 'server', place: 'virtual', text: () => `${own} ${v.scheduler}` })
      for (const d of v.dests)
        add(d.because, {
          netns: name,
          kind: 'server',
          place: `real, of ${own}`,
          text: () => `${endpointText(d.address, d.port)} ${d.weight}`,
        })
      yield v.dests.length + 1
    }
  }
  return undefined
}
