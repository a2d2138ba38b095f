import type { ProbeQuestion } from '../answer.ts'
import { familyOf } from '../net/ip.ts'
import { type Scenario, scenarioOf } from '../tools/netns/scenario.ts'
import type { Tuple } from '../trace/event.ts'
import type { Problem } from '../trace/problem.ts'
import { probe } from './probe.ts'
import { findSource } from './source.ts'
import type { World } from './world.ts'

/** More namespaces than these take a real machine minutes to build. */
const MOST_NAMESPACES = 80
/** How often a probe with random choices is sent, so that most branches are seen. */
const REPEATS = 12
/** The recordings know the client by this port. */
const CLIENT_PORT = 40_001

export type Verifiable = { readonly scenario: Scenario } | { readonly problem: Problem }

const problem = (code: string, params: Problem['params'] = {}): Verifiable => ({ problem: { code, params, severity: 'error' } })

/**
 * The probe's own connection (not its look-ups) as a scenario for a real kernel: names are resolved by the model first, and
 * processes become sockets that answer with what they see.
 */
export function verifiable(world: World, question: ProbeQuestion, seed: number): Verifiable {
  const source = findSource(world, question.from)
  if ('problem' in source) return source
  const probed = probe(world, question, { seed })
  if (probed.problems[0]) return { problem: probed.problems[0] }
  // a probe of a name server itself is a look-up to the timeline
  const own = question.to.startsWith('udp:') ? ['request', 'dns'] : ['connect', 'request']
  const asked: Tuple | undefined = probed.journeys.find((j) => own.includes(j.phase))?.connection
  if (!asked) return problem('verify-nothing', { outcome: probed.outcome.kind })
  const proto = asked.proto === 'icmp6' ? 'icmp' : asked.proto
  if (proto !== 'tcp' && proto !== 'udp' && proto !== 'icmp') return problem('verify-protocol', { proto })
  const count = source.machines.names.length
  if (count > MOST_NAMESPACES) return problem('verify-too-big', { count, most: MOST_NAMESPACES })
  if (source.machines.names.some((name) => source.machines.netns(name)?.bpf)) return problem('verify-bpf')
  if (source.machines.names.some((name) => source.machines.netns(name)?.links.some((l) => l.datapath))) return problem('verify-ovs')
  const dice = probed.choices.some((c) => c.key.includes(` ${asked.proto} `) && c.weights.every((w) => w.num !== 0n))
  const to = { from: source.netns, proto, dst: asked.dst, dport: asked.dport, sport: question.sport ?? CLIENT_PORT } as const
  return {
    scenario: scenarioOf(
      source.machines,
      `${question.from} to ${question.to}`,
      to,
      dice ? REPEATS : 1,
      question.cold && familyOf(asked.dst) === 4,
    ),
  }
}
