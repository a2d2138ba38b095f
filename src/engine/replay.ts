import { entriesOf, viewOf } from '../kernel/conntrack.ts'
import type { Machines } from '../kernel/machine.ts'
import { Moment } from '../kernel/moment.ts'
import { ip } from '../net/ip.ts'
import type { CtView } from '../trace/event.ts'
import type { Luck } from '../trace/luck.ts'
import { hashLuck } from '../trace/luck.ts'
import { Walk, type Walked } from '../walk.ts'
import { branches } from './branches.ts'
import { diff, relax, renumber } from './replay/compare.ts'
import { type Golden, type GoldenExpected, type GoldenProbe, isGolden, type Step } from './replay/golden.ts'
import { machinesOf } from './replay/machines.ts'
import { type Naming, naming } from './replay/names.ts'
import { prober, server } from './replay/processes.ts'
import { stepsOf, type Unseen } from './replay/steps.ts'

export interface Replayed {
  readonly scenario: string
  readonly same: boolean
  /** Steps compared. */
  readonly steps: number
  readonly differences: readonly string[]
  /** Why this file can't be replayed by the model. */
  readonly skipped?: string
}

/** Builds a recorded topology in the model, sends its probe and compares with what the kernel did. Throws on a file of another format. */
export function replay(json: unknown): Replayed {
  if (!isGolden(json)) throw new Error('not a packetwalk-kernel-golden/1 file')
  const golden = json
  const skipped = reasonToSkip(golden)
  if (skipped !== undefined || !golden.probe)
    return { scenario: golden.scenario, same: false, steps: 0, differences: [], skipped: skipped ?? 'no probe' }
  const machines = machinesOf(golden)
  if (golden.expected_by_branch) return replayBranches(golden, machines, golden.expected_by_branch, golden.probe)
  const ours = walkOnce(golden, machines, golden.probe, hashLuck(1))
  if (!golden.expected) return { scenario: golden.scenario, same: false, steps: 0, differences: ['the file has no expected walk'] }
  return verdict(golden, [[golden.expected, ours]])
}

function reasonToSkip(golden: Golden): string | undefined {
  if (golden.sequence) return 'sequences of probes are not replayed yet'
  const rules = Object.values(golden.rules)
  if (rules.some((r) => r.ipvs && r.ipvs.length > 0)) return 'IPVS is not modelled yet'
  if (rules.some((r) => r.backend === 'nft')) return 'nftables is not modelled yet'
  if (golden.topology.namespaces.some((n) => n.links.some((l) => l.kind === 'ipip'))) return 'IPIP is not modelled yet'
  if (golden.probe?.proto === 'sctp') return 'SCTP is not modelled yet'
  if (golden.probe?.flags !== undefined) return 'hand-made segments are not modelled yet'
  if (golden.probe?.size !== undefined) return 'probes with a size are not replayed yet'
  return undefined
}

/** A branch of random choices is told apart by the rules that its request matched. */
const branchOf = (e: GoldenExpected): string =>
  JSON.stringify(
    (e.steps ?? []).flatMap((s) =>
      ((s.chains ?? []) as { rules: { chain: string; rule?: string }[] }[]).flatMap((c) =>
        c.rules.map((r) => [s.ns, r.chain, r.rule?.replaceAll('"', '')]),
      ),
    ),
  )

function replayBranches(golden: Golden, machines: Machines, recorded: readonly GoldenExpected[], probe: GoldenProbe): Replayed {
  const ours = branches((luck) => walkOnce(golden, machines, probe, luck), hashLuck(1), 256).leaves.map((l) => l.result)
  const pairs: [GoldenExpected, GoldenExpected | undefined][] = recorded.map((r) => [
    r,
    ours.find((o) => branchOf(relax(o) as GoldenExpected) === branchOf(relax(r) as GoldenExpected)),
  ])
  const missing = pairs
    .filter(([, o]) => o === undefined)
    .map(([r]) => `no branch of this walk matches the recorded one that ends at ${r.server?.ns ?? r.outcome}`)
  if (missing.length > 0) return { scenario: golden.scenario, same: false, steps: 0, differences: missing }
  return verdict(golden, pairs as [GoldenExpected, GoldenExpected][])
}

const PARTS = ['outcome', 'server', 'answer_from', 'steps', 'reply_steps', 'third_packet_steps', 'conntrack'] as const

/** Ports of repeated probes differ by the number of the repeat. */
const samePorts = (e: unknown): unknown => JSON.parse(JSON.stringify(e).replace(/\b400[0-4]\d\b/g, '40001'))

function verdict(golden: Golden, pairs: readonly (readonly [GoldenExpected, GoldenExpected])[]): Replayed {
  const differences: string[] = []
  let steps = 0
  for (const [recorded, ours] of pairs) {
    const only = (e: GoldenExpected): unknown =>
      Object.fromEntries(PARTS.filter((p) => e[p] !== undefined && !(golden.random_choice && p === 'conntrack')).map((p) => [p, e[p]]))
    const view = (e: GoldenExpected): unknown => relax(renumber(golden.random_choice ? samePorts(only(e)) : only(e)))
    differences.push(...diff(view(recorded), view(ours)))
    steps += (recorded.steps?.length ?? 0) + (recorded.reply_steps?.length ?? 0) + (recorded.third_packet_steps?.length ?? 0)
  }
  return { scenario: golden.scenario, same: differences.length === 0, steps, differences }
}

function walkOnce(golden: Golden, machines: Machines, probe: GoldenProbe, luck: Luck): GoldenExpected {
  const moment = new Moment()
  const client = prober(probe, golden.timeout ?? 0.8)
  const processes = new Map(golden.servers.map((s) => server(s)).map((p) => [p.name, p]))
  processes.set(client.name, client)
  const walk = new Walk({ machines, moment, luck, process: (_netns, name) => processes.get(name) })
  walk.drive(client, probe.from, { kind: 'start' })
  const running = walk.run(client.name)
  let next = running.next()
  while (!next.done) next = running.next()
  const result = walk.results.get(client.name) as { outcome: string; answer_from?: string; server?: GoldenExpected['server'] } | undefined
  return expectedOf(golden, machines, moment, next.value, result ?? { outcome: 'unmodelled' }, probe)
}

function expectedOf(
  golden: Golden,
  machines: Machines,
  moment: Moment,
  walked: Walked,
  result: { outcome: string; answer_from?: string; server?: GoldenExpected['server'] },
  probe: GoldenProbe,
): GoldenExpected {
  const names = naming([
    ...golden.servers.map((s) => s.port),
    ...(golden.ports ?? []),
    ...[probe.sport, probe.dport].filter((p) => p !== undefined),
  ])
  const unseen = unseenOf(golden)
  const tables = Object.fromEntries(
    machines.names
      .filter((n) => n.startsWith('node'))
      .map((n) => [n, conntrackOf(moment, n, names)] as const)
      .filter(([, list]) => list.length > 0),
  )
  const [request, ...others] = walked.journeys.filter((j) => j.phase !== 'close')
  const reply = others.find((j) => j.parent?.journey === request?.id)
  const third = others.find((j) => reply && j.parent?.journey === reply.id && j.phase !== 'request')
  const part = (key: string, journey: typeof request): object => {
    const steps = journey ? stepsOf(journey, names, unseen) : []
    return steps.length > 0 || key === 'steps' ? { [key]: steps } : {}
  }
  const server = result.server ? { server: { ...result.server, sees_client_as: normalised(names, result.server.sees_client_as) } } : {}
  const answer = result.answer_from === undefined ? {} : { answer_from: result.answer_from }
  return {
    outcome: result.outcome,
    ...answer,
    ...server,
    ...part('steps', request),
    ...part('reply_steps', reply),
    ...part('third_packet_steps', third),
    conntrack: tables,
  } as GoldenExpected
}

/** `10.244.1.1:40001` or `[fd00::1]:40001`, with random ports by name. */
function normalised(names: Naming, endpoint: string): string {
  const at = endpoint.lastIndexOf(':')
  return names.end(ip(endpoint.slice(0, at).replace(/^\[|\]$/g, '')), Number(endpoint.slice(at + 1)))
}

/** As `conntrack -L` words are read by the recorder: the TCP state when it is one plain word, then the bracketed flags. */
function conntrackOf(moment: Moment, netns: string, names: Naming): readonly Step[] {
  const state = (v: CtView): readonly string[] => [
    ...(v.tcp !== undefined && /^[A-Z]+$/.test(v.tcp) ? [v.tcp] : []),
    ...(v.status.includes('SEEN_REPLY') ? [] : ['UNREPLIED']),
    ...(v.status.includes('ASSURED') ? ['ASSURED'] : []),
  ]
  const rows = entriesOf(moment, netns)
    .map((e) => viewOf(e, moment.clock))
    .map((v) => ({ orig: names.tuple(v.orig), reply: names.tuple(v.reply), state: state(v) }))
  return rows.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** iptables-nft makes a base chain when somebody names it; the legacy backend, which the model follows, has them all. */
function unseenOf(golden: Golden): Unseen {
  const made = new Set<string>()
  for (const [node, rules] of Object.entries(golden.rules)) {
    let table = ''
    for (const line of [...(rules.text ?? []), ...(rules.extra ?? [])]) {
      if (line.startsWith('*')) table = line.slice(1)
      const chain = /^:(\S+)|^-[AI] (\S+)/.exec(line)
      if (chain) made.add(`${node} ${table} ${chain[1] ?? chain[2]}`)
    }
    for (const call of rules.calls ?? []) {
      const words = call.split(' ')
      made.add(`${node} ${words[1]} ${words[3]}`)
    }
  }
  const hidden = new Set(golden.topology.namespaces.filter((n) => n.observe === false).map((n) => n.name))
  return { netns: (name) => hidden.has(name), chain: (netns, table, base) => !made.has(`${netns} ${table} ${base}`) }
}
