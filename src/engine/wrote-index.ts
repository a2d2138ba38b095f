import type { WrittenKind } from '../answer.ts'
import { printRule } from '../kernel/iptables/print.ts'
import type { Netns } from '../kernel/machine.ts'
import { printRoute } from '../kernel/route.ts'
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
  /** The chain that a rule leads to. */
  readonly leads?: { readonly family: 4 | 6; readonly table: TableName; readonly chain: string }
  readonly text: () => string
}

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
  readChain(netns: string, family: 4 | 6, table: TableName, chain: string): boolean
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
  const pieces = piecesOf(world, add, readRules)
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
    readChain(name, family, table, chain) {
      const netns = world.machines.netns(name)
      return netns !== undefined && readRules(netns, family, table, chain) > 0
    },
  }
}

/** Machine after machine, chain after chain; each piece says how much it was. */
function* piecesOf(
  world: World,
  add: (because: CauseId | undefined, thing: Omit<Thing, 'because'>) => void,
  readRules: (netns: Netns, family: 4 | 6, table: TableName, chain: string) => number,
): Generator<number, undefined> {
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
  }
  return undefined
}
