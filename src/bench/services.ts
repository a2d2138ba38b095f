import { rulesText } from '../agents/proxy/list.ts'
import type { ClusterNode } from '../cluster/cluster.ts'
import { probe, type World } from '../explain.ts'
import type { Netns } from '../kernel/machine.ts'
import { find, indexed, plain } from './find.ts'
import { worldOf } from './lab.ts'
import { measure, once } from './measure.ts'
import { ms, ratio, table } from './table.ts'

const ENDPOINTS = 2
const SIZES = [10, 100, 1000, 10_000] as const

/** The Service that comes last in KUBE-SERVICES: every other one is passed over. */
function lastService(world: World, node: Netns): string {
  const chain = node.rules[4].chain('nat', 'KUBE-SERVICES')
  const last = [...(chain?.rules ?? [])].reverse().find((r) => r.dst?.net.endsWith('/32'))
  return last?.dst?.net.slice(0, -3) ?? world.cluster.services[0]?.spec.clusterIPs[0] ?? ''
}

interface Row {
  readonly services: number
  readonly build: number
  readonly rules: number
  readonly lines: number
  readonly megabytes: number
  readonly first: number
  readonly walk: number
  readonly plain: number
  readonly indexed: number
  readonly evaluated: number
}

function rowOf(services: number): Row {
  const made = once(() => worldOf({ services, endpoints: ENDPOINTS }))
  const world = made.result
  const node = world.cluster.nodes[0] as ClusterNode
  const text = once(() => rulesText(world.cluster, node))
  const netns = world.machines.netns(node.meta.name)
  if (!netns) throw new Error(`no netns ${node.meta.name}`)
  const address = lastService(world, netns)
  const question = { from: 'default/client', to: `http://${address}/`, sport: 40001 }
  const first = once(() => probe(world, question, { seed: 1 }))
  const { outcome, counts, problems } = first.result
  if (outcome.kind !== 'ok') throw new Error(`${services} Services: ${address}: ${outcome.kind} ${JSON.stringify([outcome, problems])}`)
  const walk = measure(
    () => probe(world, question, { seed: 1 }),
    () => undefined,
  )
  // One search is too short for the clock.
  const search = (way: typeof plain): number =>
    measure(
      () => Array.from({ length: 20 }, () => find(way, netns, address)),
      () => undefined,
    ).least / 20
  if (find(plain, netns, address) !== find(indexed, netns, address)) throw new Error('index and plain search differ')
  return {
    services,
    build: made.ms,
    rules: text.ms,
    lines: text.result.split('\n').length,
    megabytes: text.result.length / 1e6,
    first: first.ms,
    walk: walk.least,
    plain: search(plain),
    indexed: search(indexed),
    evaluated: counts.rulesEvaluated,
  }
}

const MODES = ['iptables', 'ipvs', 'nftables', 'userspace'] as const

/** A walk's own time, the node's rules once made, in each mode: it may not grow with the Services that it passes over. */
function byMode(mode: string): readonly string[] {
  const times = SIZES.map((services) => {
    const world = worldOf({ services, endpoints: ENDPOINTS, proxy: mode })
    const last = world.cluster.services.at(-1)?.spec.clusterIPs[0] ?? ''
    const walk = (): ReturnType<typeof probe> => probe(world, { from: 'default/client', to: `http://${last}/`, sport: 40_001 }, { seed: 1 })
    const { outcome, problems } = walk()
    if (outcome.kind !== 'ok') throw new Error(`${mode}, ${services} Services: ${last}: ${JSON.stringify([outcome, problems])}`)
    return measure(walk, () => undefined, 400, 60).least
  })
  return [mode, ...times.map((n) => (n * 1000).toFixed(0)), ratio((times.at(-1) as number) / (times[0] as number))]
}

/** The same probe over ever more Services. The reference tries rule by rule what the model finds by an index. */
export function services(): string {
  const rows = SIZES.map(rowOf)
  const base = rows[0] as Row
  const walks = table(
    ['Services, one node', 'build ms', 'rules text ms', 'lines', 'MB', 'first walk ms', 'next walk ms', 'to 10', 'rules evaluated'],
    rows.map((r) => [
      ...[`${r.services}`, ms(r.build), ms(r.rules), `${r.lines}`, r.megabytes.toFixed(1)],
      ...[ms(r.first), ms(r.walk), ratio(r.walk / base.walk), `${r.evaluated}`],
    ]),
  )
  const searches = table(
    ['last rule of KUBE-SERVICES', 'rule by rule (reference) us', 'by index us', 'ratio'],
    rows.map((r) => [`${r.services} Services`, (r.plain * 1000).toFixed(1), (r.indexed * 1000).toFixed(1), ratio(r.plain / r.indexed)]),
  )
  const modes = table(['next walk, us', ...SIZES.map((n) => `${n} Services`), 'last to first'], MODES.map(byMode))
  return `${walks}\n${modes}\n${searches}`
}
