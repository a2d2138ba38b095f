import { entriesOf, viewOf } from '../../kernel/conntrack.ts'
import type { Machines } from '../../kernel/machine.ts'
import type { Moment } from '../../kernel/moment.ts'
import { ip } from '../../net/ip.ts'
import type { CtView } from '../../trace/event.ts'
import type { Journey } from '../../trace/journey.ts'
import type { Golden, GoldenExpected, GoldenRules, Step } from './golden.ts'
import type { Naming } from './names.ts'
import type { ProbeResult } from './processes.ts'
import { stepsOf, type Unseen } from './steps.ts'

/** A walk in the words of the recordings. */
export function expectedOf(
  machines: Machines,
  moment: Moment,
  journeys: readonly Journey[],
  result: ProbeResult,
  names: Naming,
  unseen: Unseen,
  withData = false,
): GoldenExpected {
  const tables = Object.fromEntries(
    machines.names
      .filter((n) => machines.netns(n)?.kind === 'node')
      .map((n) => [n, conntrackOf(moment, n, names)] as const)
      .filter(([, list]) => list.length > 0),
  )
  // a SYN that is sent again is left out, as the recorder does
  const [request, ...others] = journeys.filter(
    (j) => j.phase !== 'close' && j.phase !== 'arp' && !(j.parent?.as === 'retry' && j.phase === 'connect') && !isRedirect(j),
  )
  const reply = others.find((j) => j.parent?.journey === request?.id)
  const third = others.find((j) => reply && j.parent?.journey === reply.id && j.phase !== 'request')
  const data = journeys.filter((j) => third && j.id > third.id && j.phase !== 'close' && !isRedirect(j))
  const part = (key: string, journey: Journey | undefined): object => {
    const steps = journey ? stepsOf(journey, names, unseen) : []
    return steps.length > 0 || key === 'steps' ? { [key]: steps } : {}
  }
  const server = result.server ? { server: { ...result.server, sees_client_as: normalised(names, result.server.sees_client_as) } } : {}
  const answer = result.answer_from === undefined ? {} : { answer_from: result.answer_from }
  // the recorder tells how long it took from 0.9 s on, where the outcome does not say so itself
  const waited = result.took > 900_000_000 && result.outcome !== 'timeout' && result.outcome !== 'connected'
  return {
    outcome: result.outcome,
    ...answer,
    ...server,
    ...(waited ? { after_seconds: Math.round(result.took / 1e9) } : {}),
    ...part('steps', request),
    ...part('reply_steps', reply),
    ...part('third_packet_steps', third),
    ...(withData ? { data_steps: data.flatMap((j) => stepsOf(j, names, unseen)) } : {}),
    conntrack: tables,
  } as GoldenExpected
}

/** Recorded as an aside, for the kernel limits them by the time that has passed. */
const isRedirect = (journey: Journey): boolean => journey.events.some((e) => e.kind === 'icmp-error' && e.type === 5 && !e.limited)

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
    // `unknown` to conntrack -L, and not read by the recorder
    .filter((v) => v.orig.proto !== 'ipip')
    .map((v) => ({ orig: names.tuple(v.orig), reply: names.tuple(v.reply), state: state(v) }))
  // the recorder lists equal rows once: tunnel entries that differ in their source port alone
  return [...new Map(rows.map((r) => [JSON.stringify(r), r])).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, r]) => r)
}

/** iptables-nft makes a base chain when somebody names it; the legacy backend, which the model follows, has them all. */
export function unseenOf(golden: Golden, rules: Readonly<Record<string, GoldenRules>>): Unseen {
  const made = new Set<string>()
  for (const [node, one] of Object.entries(rules)) {
    let table = ''
    for (const line of [...(one.text ?? []), ...(one.extra ?? [])]) {
      if (line.startsWith('*')) table = line.slice(1)
      const chain = /^:(\S+)|^-[AI] (\S+)/.exec(line)
      if (chain) made.add(`${node} ${table} ${chain[1] ?? chain[2]}`)
    }
    for (const call of one.calls ?? []) {
      const words = call.split(' ')
      made.add(`${node} ${words[1]} ${words[3]}`)
    }
  }
  const hidden = new Set(golden.topology.namespaces.filter((n) => n.observe === false).map((n) => n.name))
  return { netns: (name) => hidden.has(name), chain: (netns, table, base) => !made.has(`${netns} ${table} ${base}`) }
}
