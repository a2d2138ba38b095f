import { printRule } from '../kernel/iptables/print.ts'
import type { Netns } from '../kernel/machine.ts'
import { printRoute } from '../kernel/route.ts'
import { behind, type CauseId } from '../trace/cause.ts'
import type { World } from './world.ts'

export interface Written {
  readonly netns: string
  /** route, neighbour, fdb, link, listener, or the table and chain of a rule. */
  readonly what: string
  readonly text: string
}

/** Enough for a reader; the line that wrote more is a loop over Services. */
const MOST = 200

/** What a line of a manifest made on the machines that have been looked at: the other way round from "comes from". */
export function wroteBy(world: World, file: string, line: number): readonly Written[] {
  const ids = causesAt(world, file, line)
  const found: Written[] = []
  for (const name of world.machines.names) {
    const netns = world.machines.netns(name)
    if (netns) collect(netns, ids, found)
    if (found.length >= MOST) break
  }
  return found.slice(0, MOST)
}

/** Causes that the line says, and every cause that has one of them behind it. */
function causesAt(world: World, file: string, line: number): ReadonlySet<CauseId> {
  const text = world.files.find((f) => f.name === file)?.text ?? ''
  const lines = text.split('\n')
  const start = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0)
  const end = start + (lines[line - 1]?.length ?? 0)
  const list = world.cluster.causes.list
  const says = new Set<CauseId>()
  for (const [id, { what }] of list.entries())
    if (what.kind === 'manifest' && what.file === file && what.offset >= start && what.offset <= end) says.add(id)
  const all = new Set<CauseId>()
  for (const id of list.keys()) if (behind(list, id).some((b) => says.has(b))) all.add(id)
  return all
}

function collect(netns: Netns, ids: ReadonlySet<CauseId>, out: Written[]): void {
  const add = (because: CauseId | undefined, what: string, text: () => string): void => {
    if (because !== undefined && ids.has(because) && out.length < MOST) out.push({ netns: netns.name, what, text: text() })
  }
  for (const link of netns.links) add(link.because, 'link', () => `${link.dev} ${link.addrs.join(' ')}`)
  for (const route of netns.routes) add(route.because, 'route', () => printRoute(route))
  for (const n of netns.neigh) add(n.because, 'neighbour', () => `${n.address} dev ${n.dev} lladdr ${n.mac ?? ''} ${n.state}`)
  for (const f of netns.fdb) add(f.because, 'fdb', () => `${f.mac} dev ${f.dev}${f.dst === undefined ? '' : ` dst ${f.dst}`}`)
  for (const l of netns.listeners) add(l.because, 'listener', () => `${l.proto} ${l.address ?? '*'}:${l.port} ${l.process}`)
  for (const family of [4, 6] as const) {
    const rules = netns.rules[family]
    for (const table of rules.tables) {
      for (const name of rules.chainNames(table)) {
        for (const rule of rules.chain(table, name)?.rules ?? []) add(rule.because, `${table} ${name}`, () => printRule(name, rule))
        if (out.length >= MOST) return
      }
    }
  }
}
