import type { ProbeQuestion } from '../answer.ts'
import type { Moment } from '../kernel/moment.ts'
import type { Cause } from '../trace/cause.ts'
import type { Counts, Journey, Outcome } from '../trace/journey.ts'
import type { Luck, Thrown } from '../trace/luck.ts'
import { forcedLuck, hashLuck } from '../trace/luck.ts'
import type { Problem } from '../trace/problem.ts'
import { type ClientResult, client } from '../userspace/client.ts'
import type { Process } from '../userspace/process.ts'
import { Walk } from '../walk.ts'
import { countsOf } from './count.ts'
import { found } from './findings/late.ts'
import { connected } from './ingress/late.ts'
import { type Heard, outcomeOf } from './outcome.ts'
import { processFor } from './processes.ts'
import { findSource } from './source.ts'
import { timeline } from './timeline/late.ts'
import type { World } from './world.ts'

export interface ProbeOptions {
  readonly seed: number
  /** Choices by key that are not left to luck. */
  readonly forced?: Readonly<Record<string, number>>
  /** Follow the first packet only; a packet that is lost is then told as dropped. */
  readonly noReply?: boolean
  /** Keep what the probe leaves behind (conntrack, counters) in the world. */
  readonly commit?: boolean
}

export interface Probed {
  readonly outcome: Outcome
  readonly counts: Counts
  readonly journeys: readonly Journey[]
  readonly choices: readonly Thrown[]
  readonly causes: readonly Cause[]
  /** Mistakes in the question: an unknown source, a URL that is none. Then there are no journeys. */
  readonly problems: readonly Problem[]
  readonly result?: ClientResult
}

const NOTHING: Outcome = {
  kind: 'unmodelled',
  backend: null,
  backendAddress: null,
  sourceSeen: null,
  reason: null,
  where: null,
  route: null,
}
const NO_COUNTS: Counts = { steps: 0, rulesEvaluated: 0, rulesMatched: 0, natRewrites: 0, lookups: 0 }

const refused = (world: World, problems: readonly Problem[]): Probed => ({
  outcome: NOTHING,
  counts: NO_COUNTS,
  journeys: [],
  choices: [],
  causes: world.cluster.causes.list,
  problems,
})

/** Sends one probe through the world. The world's moment changes only with `commit`. */
export function probe(world: World, question: ProbeQuestion, options: ProbeOptions): Probed {
  const source = findSource(world, question.from)
  if ('problem' in source) return refused(world, [source.problem])
  const meant = connected(world, question)
  if ('problem' in meant) return refused(world, [meant.problem])
  const asked = client(meant, source.files, question.keep ? `${question.from} probe to ${question.to}` : `${question.from} probe`)
  if ('problem' in asked) return refused(world, [asked.problem])
  const luck = options.forced ? forcedLuck(options.forced, hashLuck(options.seed)) : hashLuck(options.seed)
  const moment = world.moment.fork()
  if (question.cold) moment.cold = { neighbours: new Map(), ports: new Map() }
  else delete moment.cold
  const main = question.keep ? timeline.get().kept(asked.process) : asked.process
  const walked = walkProbe(world, source.machines, source.netns, main, luck, moment)
  if (options.commit) world.moment = forgetProcess(moment, main.name, question.keep)
  const { outcome } = walked
  const explained = { ...outcome, ...found({ ...world, journeys: walked.journeys }, outcome.kind === 'ok') }
  return { ...walked, outcome: explained, causes: world.cluster.causes.list, problems: [] }
}

/** ns */
const BETWEEN_PROBES = 1_000_000_000

/**
 * A client program runs once and its connection is over: the next probe from the same place starts afresh, on another port. One that keeps
 * its connection is still there, and so are both ends.
 */
function forgetProcess(moment: Moment, name: string, keep = false): Moment {
  if (keep) for (const key of moment.socks.keys()) moment.kept.add(key)
  else moment.processes.delete(name)
  // a person asks no faster: what the kernel limits by the second (ICMP errors) starts afresh as well
  moment.clock += BETWEEN_PROBES
  for (const key of moment.socks.keys()) {
    moment.usedPorts.add(key)
    if (!moment.kept.has(key)) moment.socks.delete(key)
  }
  return moment
}

export function walkProbe(
  world: Pick<World, 'cluster'>,
  machines: World['machines'],
  netns: string,
  main: Process,
  luck: Luck,
  moment: Moment,
  reached?: () => boolean,
): Omit<Probed, 'causes' | 'problems'> {
  const process = (place: string, name: string): Process | undefined => (name === main.name ? main : processFor(world.cluster, place, name))
  const walk = new Walk({
    machines,
    moment,
    luck,
    process,
    ...(reached ? { stopAfter: (name: string) => name === main.name && reached() } : {}),
  })
  for (const [key, sock] of moment.socks) if (sock.process === main.name) walk.opened.add(key)
  walk.drive(main, netns, { kind: 'start' })
  const running = walk.run(main.name)
  let next = running.next()
  while (!next.done) next = running.next()
  const { journeys, choices, unmodelled } = next.value
  const result = walk.results.get(main.name) as ClientResult | undefined
  const limit = journeys.find((j) => j.ending.kind === 'unfinished')?.ending as { limit: string } | undefined
  const beyond = unmodelled ?? limit?.limit
  const heard: Heard = beyond === undefined ? (result ?? { kind: 'timeout' }) : { kind: 'unmodelled', unmodelled: beyond }
  return { outcome: outcomeOf(heard, journeys), counts: countsOf(journeys), journeys, choices, ...(result ? { result } : {}) }
}
