import type { ProbeQuestion } from '../answer.ts'
import { Moment } from '../kernel/moment.ts'
import { tupleOfSock } from '../kernel/sockets.ts'
import { inverse, tupleKey } from '../kernel/tuple.ts'
import type { Journey, Outcome } from '../trace/journey.ts'
import { type Fraction, fraction, hashLuck, type Luck, plus, times } from '../trace/luck.ts'
import type { Problem } from '../trace/problem.ts'
import { client } from '../userspace/client.ts'
import { branches, type Decisions } from './branches.ts'
import { connected } from './ingress/late.ts'
import { type ProbeOptions, walkProbe } from './probe.ts'
import { findSource } from './source.ts'
import type { World } from './world.ts'

export interface Odds {
  /** Distinct by what the caller sees, the backend, and whether it saw the caller's own address; most likely first. */
  readonly outcomes: readonly { readonly probability: Fraction; readonly outcome: Outcome }[]
  /** 1 unless the tree was cut. */
  readonly covered: Fraction
  readonly problems: readonly Problem[]
}

/** More leaves than these are not walked; what they stand for is stated. */
const MOST_LEAVES = 4096

/** Where a walk may be joined with others: after each thing that the client program has heard. */
interface State {
  readonly decisions: Decisions
  readonly probability: Fraction
}

interface Stop {
  readonly signature?: string
  readonly ended?: { readonly outcome: Outcome; readonly rewritten: boolean }
}

/** How the kernels on the way translate the connections that a client still holds: a reply or a next segment depends on it. */
function openFlows(moment: Moment, client: string): readonly string[] {
  const seen = new Set<string>()
  const open = [...moment.socks.values()].filter((s) => s.process === client && s.state !== 'CLOSE').map(tupleOfSock)
  for (let tuple = open.pop(); tuple !== undefined; tuple = open.pop()) {
    for (const [netns, table] of moment.conntrack) {
      const entry = table.get(tupleKey(tuple))
      const text = entry && `${netns} ${tupleKey(entry.orig)} ${tupleKey(entry.reply)}`
      if (!entry || text === undefined || seen.has(text)) continue
      seen.add(text)
      open.push(inverse(entry.reply))
    }
  }
  return [...seen].sort()
}

/** What programs of eBPF remember of the client's open sockets, and whom they keep with whom. */
function programmed(moment: Moment, client: string): readonly unknown[] {
  if (moment.bpf.size === 0) return []
  const open = [...moment.socks.values()].filter((s) => s.process === client && s.state !== 'CLOSE')
  const ends = open.map((s) => `${s.local.address}:${s.local.port} `)
  const entries = [...moment.bpf].flatMap(([map, table]) =>
    [...table].filter(([key]) => map.endsWith('_affinity') || ends.some((end) => key.includes(end))).map((entry) => [map, ...entry]),
  )
  return [open.filter((s) => s.asked).map((s) => [s.conn, s.peer]), entries]
}

/** All that later steps of a new connection depend on: what the client knows, its open connections, affinity lists and sets, schedulers. */
function signatureOf(moment: Moment, client: string): string {
  const lists = [...moment.recent].map(([name, entries]) => [name, [...entries.keys()]])
  const sets = [...moment.nftSets].map(([name, held]) => [name, [...held.keys()]])
  const schedulers = [...moment.ipvs].map(([name, { cursors, conns }]) => [
    name,
    [...cursors].map(([virtual, { last, cw }]) => [virtual, last, cw]),
    [...conns.values()].filter((c) => c.template).map((c) => [c.caddr, c.service, c.dest]),
  ])
  return JSON.stringify([moment.processes.get(client), openFlows(moment, client), lists, sets, schedulers, ...programmed(moment, client)])
}

/** The backend saw another address than the one that the client sends from. */
function rewritten(outcome: Outcome, journeys: readonly Journey[]): boolean {
  const request = [...journeys].reverse().find((j) => j.phase === 'request' || j.phase === 'connect')
  const { sourceSeen } = outcome
  return sourceSeen !== null && request !== undefined && addressIn(sourceSeen) !== request.connection.src
}

/** The address of `10.0.0.1:80`, `[fd00::1]:80` or an address alone. */
const addressIn = (endpoint: string): string =>
  /^\[(.*)\]:\d+$|^([\d.]+):\d+$/
    .exec(endpoint)
    ?.slice(1)
    .find((a) => a !== undefined) ?? endpoint

/**
 * Follows every random branch of one new connection on empty conntrack and affinity lists. After each exchange, branches that left the
 * client equally wise are one again, so name servers that answer alike do not multiply the tree.
 */
export function odds(world: World, question: ProbeQuestion, options: ProbeOptions): Odds {
  const source = findSource(world, question.from)
  if ('problem' in source) return { outcomes: [], covered: fraction(0, 1), problems: [source.problem] }
  const meant = connected(world, question)
  if ('problem' in meant) return { outcomes: [], covered: fraction(0, 1), problems: [meant.problem] }
  const asked = client(meant, source.files, `${question.from} probe`)
  if ('problem' in asked) return { outcomes: [], covered: fraction(0, 1), problems: [asked.problem] }
  const main = asked.process
  const fixed = hashLuck(options.seed)
  const until =
    (stop: number) =>
    (luck: Luck): Stop => {
      const moment = new Moment()
      let heard = 0
      let signature: string | undefined
      const reached = (): boolean => {
        if (heard++ < stop) return false
        signature = signatureOf(moment, main.name)
        return true
      }
      const walked = walkProbe(world, source.machines, source.netns, main, luck, moment, reached)
      if (signature !== undefined && walked.result === undefined) return { signature }
      return { ended: { outcome: walked.outcome, rewritten: rewritten(walked.outcome, walked.journeys) } }
    }
  const found = new Map<string, { probability: Fraction; outcome: Outcome }>()
  let covered = fraction(0, 1)
  let left = MOST_LEAVES
  let states: readonly State[] = [{ decisions: new Map(), probability: fraction(1, 1) }]
  for (let stop = 1; states.length > 0 && left > 0; stop++) {
    const next = new Map<string, State>()
    for (const state of states) {
      const tree = branches(until(stop), fixed, left, state.decisions)
      left -= tree.leaves.length
      for (const leaf of tree.leaves) {
        const probability = times(state.probability, leaf.probability)
        const { signature, ended } = leaf.result
        if (signature !== undefined) {
          const known = next.get(signature)
          next.set(signature, {
            decisions: known?.decisions ?? leaf.decisions,
            probability: known ? plus(known.probability, probability) : probability,
          })
        } else if (ended) {
          const key = JSON.stringify([
            ended.outcome.kind,
            ended.outcome.status,
            ended.outcome.backendAddress,
            ended.rewritten,
            ended.outcome.route,
          ])
          const known = found.get(key)
          found.set(key, {
            probability: known ? plus(known.probability, probability) : probability,
            outcome: known?.outcome ?? ended.outcome,
          })
          covered = plus(covered, probability)
        }
      }
    }
    states = [...next.values()]
  }
  const outcomes = [...found.values()].sort((a, b) => Number(b.probability.num * a.probability.den - a.probability.num * b.probability.den))
  return { outcomes, covered, problems: [] }
}
