import type { ProbeQuestion } from '../answer.ts'
import type { ClusterPod } from '../cluster/cluster.ts'
import { recalled } from '../kernel/iptables/memo.ts'
import { endpointText } from '../net/message.ts'
import type { OutcomeKind } from '../trace/journey.ts'
import { hashLuck, type Luck } from '../trace/luck.ts'
import { type ClientResult, client } from '../userspace/client.ts'
import type { Process } from '../userspace/process.ts'
import { Walk } from '../walk.ts'
import { processFor } from './processes.ts'
import { findSource, type ProbeSource } from './source.ts'
import type { World } from './world.ts'

/** Which table is wanted: every Pod asks each of these. */
export interface MatrixQuestion {
  readonly to: 'services' | 'pods' | 'all'
  /** Asked of every target; without it each is asked at its own first port. */
  readonly port?: { readonly number: number; readonly proto: 'tcp' | 'udp' | 'sctp' }
}

/** A column: the name, and what a probe would be told to reach it. */
export interface MatrixTarget {
  readonly name: string
  readonly kind: 'pod' | 'service'
  readonly to: string
}

export interface Matrix {
  /** `NS/POD`. */
  readonly sources: readonly string[]
  readonly targets: readonly MatrixTarget[]
  /** A row a source: what its client program sees. */
  readonly cells: readonly (readonly OutcomeKind[])[]
}

const runs = (pod: ClusterPod): boolean => pod.podIPs.length > 0 && pod.phase === 'Running'
const nameOf = ({ meta }: { readonly meta: ClusterPod['meta'] }): string => `${meta.namespace}/${meta.name}`
/** Asked of a Pod on which nothing is known to listen: who is let through is refused there. A TCP port goes first: it answers whoever connects. */
const ANY = { number: 80, proto: 'tcp' } as const

/** Pods at their own addresses, Services at their ClusterIPs: names are no part of the question. What has no address has no column. */
export function targetsOf({ cluster }: Pick<World, 'cluster'>, { to, port }: MatrixQuestion): readonly MatrixTarget[] {
  const pods = cluster.pods.filter(runs).map((pod): MatrixTarget => {
    const first = pod.listens.find((l) => l.proto === 'tcp') ?? pod.listens[0]
    const { number, proto } = port ?? (first === undefined ? ANY : { number: first.port, proto: first.proto })
    return { name: nameOf(pod), kind: 'pod', to: `${proto}://${endpointText(pod.podIPs[0] as ClusterPod['podIPs'][number], number)}` }
  })
  const services = cluster.services.flatMap((service): readonly MatrixTarget[] => {
    const [address] = service.spec.clusterIPs
    const first = service.spec.ports.find((p) => p.protocol === 'TCP') ?? service.spec.ports[0]
    if (address === undefined || address === 'None' || first === undefined) return []
    const { number, proto } = port ?? { number: first.port, proto: first.protocol.toLowerCase() }
    return [{ name: nameOf(service), kind: 'service', to: `${proto}://${endpointText(address, number)}` }]
  })
  return [...(to === 'pods' ? [] : services), ...(to === 'services' ? [] : pods)]
}

/** The probe behind a cell: asked alone, it has the same end. Who takes the connection is reached, whatever it would answer. */
export const cellProbe = (source: string, target: MatrixTarget): ProbeQuestion => ({ from: source, to: target.to, open: true })

function verdict(world: World, from: Pick<ProbeSource, 'netns' | 'machines'>, main: Process, luck: Luck): OutcomeKind {
  const process = (place: string, name: string): Process | undefined => (name === main.name ? main : processFor(world.cluster, place, name))
  const walk = new Walk({ machines: from.machines, moment: world.moment.fork(), luck, process, silent: true, tables: recalled })
  walk.drive(main, from.netns, { kind: 'start' })
  const running = walk.run(main.name)
  let next = running.next()
  while (!next.done) next = running.next()
  const { journeys, unmodelled } = next.value
  if (unmodelled !== undefined || journeys.some((j) => j.ending.kind === 'unfinished')) return 'unmodelled'
  return (walk.results.get(main.name) as ClientResult | undefined)?.kind ?? 'timeout'
}

/** How far a table is, in cells; `matrix` has the rows that are done, and more each time. */
export interface MatrixProgress {
  readonly done: number
  readonly total: number
  readonly matrix: Matrix
}

/** Rows that are done since the last part; the first part says of whom. */
export interface MatrixPart {
  readonly head?: Pick<Matrix, 'sources' | 'targets'>
  readonly cells: Matrix['cells']
}

/** Every walk starts in the world as it is now and leaves nothing behind, so their order does not matter. Gives way after each row. */
export function* matrixOf(world: World, asked: MatrixQuestion, seed: number): Generator<MatrixProgress, Matrix> {
  const sources = world.cluster.pods.filter(runs).map(nameOf)
  const targets = targetsOf(world, asked)
  const total = sources.length * targets.length
  const luck = hashLuck(seed)
  const cells: (readonly OutcomeKind[])[] = []
  const matrix = { sources, targets, cells }
  for (const name of sources) {
    yield { done: cells.length * targets.length, total, matrix }
    const source = findSource(world, name)
    cells.push(
      targets.map((target): OutcomeKind => {
        if ('problem' in source) return 'unmodelled'
        const made = client(cellProbe(name, target), source.files, `${name} probe`)
        return 'problem' in made ? 'unmodelled' : verdict(world, source, made.process, luck)
      }),
    )
  }
  return matrix
}

/** The whole table at once. */
export function wholeMatrix(world: World, asked: MatrixQuestion, seed: number): Matrix {
  const running = matrixOf(world, asked, seed)
  let next = running.next()
  while (!next.done) next = running.next()
  return next.value
}
