import { ipOf } from '../net/packet.ts'
import type { TraceEvent } from '../trace/event.ts'
import type { Ending, Journey, Outcome, OutcomeKind, RouteTaken } from '../trace/journey.ts'

/** What the client program came to know, in its own words. */
export interface Heard {
  readonly kind: OutcomeKind
  readonly status?: number
  readonly errno?: string
  readonly resolved?: Outcome['resolved']
  readonly unmodelled?: string
  readonly certificate?: Outcome['certificate']
}

/** The word of the closed list that says why a journey did not lead on. */
function reasonOf(ending: Ending): string | undefined {
  switch (ending.kind) {
    case 'dropped':
      return ending.reason
    case 'rejected':
      return 'rule'
    case 'failed-locally':
      return 'no-route'
    case 'unmodelled':
    case 'unfinished':
      return ending.kind
    case 'answered-by-kernel':
      return ending.with === 'echo-reply' ? undefined : 'no-listener'
    case 'delivered':
      return undefined
  }
}

const hookOf = (events: readonly TraceEvent[]): string | null => [...events].reverse().find((e) => e.at.hook !== undefined)?.at.hook ?? null

function ruleText(journey: Journey): string | null {
  const { ending } = journey
  if (ending.kind !== 'rejected' && !(ending.kind === 'dropped' && ending.rule)) return null
  const { rule } = ending as { rule: { chain: string; index: number } }
  const hit = [...journey.events].reverse().find((e) => e.kind === 'rule' && e.rule.chain === rule.chain && e.rule.index === rule.index)
  return hit?.kind === 'rule' ? hit.text : null
}

/** An ICMP redirect that NAT swallows: advice that nobody waits for. */
const onlyAdvice = ({ ending }: Journey): boolean => ending.kind === 'dropped' && ending.reason === 'redirect-of-nat'

/** The last journey of the probe that came to nothing: the place where a reader should look. */
function culprit(journeys: readonly Journey[]): Journey | undefined {
  return [...journeys].reverse().find((j) => j.phase !== 'arp' && reasonOf(j.ending) !== undefined && !onlyAdvice(j))
}

function whereOf(journey: Journey): Outcome['where'] {
  const last = journey.events[journey.events.length - 1]
  if (!last) return null
  const { kind } = journey.ending
  const atHook =
    kind === 'rejected' || kind === 'dropped'
      ? (last.at.hook ?? (journey.ending.kind === 'dropped' && journey.ending.rule ? hookOf(journey.events) : null))
      : null
  return { netns: last.at.netns, hook: atHook, rule: ruleText(journey) }
}

interface Served {
  readonly backend: string
  readonly backendAddress: string
  readonly sourceSeen: string
}

/** NS/POD of a process NS/POD/CONTAINER; other names stay as they are. */
const machineOf = (process: string): string => process.split('/').slice(0, 2).join('/')

/** An echo request has no socket: the machine's kernel answers. Nodes go by `node/NAME`, as in a question. */
function echoedBy({ events }: Journey): Served | undefined {
  const last = events[events.length - 1]
  const ip = last?.after.kind === 'skb' ? ipOf(last.after.skb.packet) : undefined
  if (!last || !ip) return undefined
  const { netns } = last.at
  return { backend: netns.includes('/') ? netns : `node/${netns}`, backendAddress: ip.dst, sourceSeen: ip.src }
}

/** Who took the last request, at which of its addresses, and whom it saw. A name server is a backend only when it was asked for itself. */
function servedBy(journeys: readonly Journey[]): Served | undefined {
  // what the kernel acknowledges of a request goes the other way
  const last = (phase: Journey['phase']): Journey | undefined =>
    [...journeys]
      .reverse()
      .find(
        (j) => j.phase === phase && j.parent?.as !== 'reply' && (j.ending.kind === 'delivered' || j.ending.kind === 'answered-by-kernel'),
      )
  const taken = last('request') ?? last('dns')
  if (taken?.ending.kind === 'answered-by-kernel' && taken.ending.with === 'echo-reply') return echoedBy(taken)
  const socket = [...(taken?.events ?? [])].reverse().find((e) => e.kind === 'socket' && e.what === 'receive' && e.after.kind === 'socket')
  if (!taken || socket?.after.kind !== 'socket') return undefined
  const { owner, local, peer } = socket.after.socket
  return { backend: machineOf(owner), backendAddress: local, sourceSeen: peer ?? '' }
}

/** What the last L7 proxy on the way decided. */
function routeOf(journeys: readonly Journey[]): RouteTaken | null {
  for (const { events } of [...journeys].reverse())
    for (const event of [...events].reverse()) if (event.kind === 'process' && event.route) return event.route
  return null
}

/** What the caller sees, and where to look when it is not what it wanted. */
export function outcomeOf(heard: Heard, journeys: readonly Journey[]): Outcome {
  const ok = heard.kind === 'ok' || heard.kind === 'http-error'
  const served = ok ? servedBy(journeys) : undefined
  const guilty = ok ? undefined : culprit(journeys)
  return {
    kind: heard.kind,
    ...(heard.status === undefined ? {} : { status: heard.status }),
    backend: served?.backend ?? null,
    backendAddress: served?.backendAddress ?? null,
    sourceSeen: served?.sourceSeen ?? null,
    reason: heard.kind === 'ok' ? null : heard.kind === 'unmodelled' ? 'unmodelled' : guilty ? (reasonOf(guilty.ending) ?? null) : null,
    where: guilty ? whereOf(guilty) : null,
    route: routeOf(journeys),
    ...(heard.errno === undefined ? {} : { errno: heard.errno }),
    ...(heard.resolved === undefined ? {} : { resolved: heard.resolved }),
    ...(heard.certificate === undefined ? {} : { certificate: heard.certificate }),
    ...(heard.kind === 'unmodelled' && heard.unmodelled !== undefined ? { unmodelled: heard.unmodelled } : {}),
  }
}
