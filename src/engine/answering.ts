import type { Answer, ProbeQuestion, Question } from '../answer.ts'
import type { Cause } from '../trace/cause.ts'
import { behind } from '../trace/cause.ts'
import type { Journey, Outcome } from '../trace/journey.ts'
import { fractionText } from '../trace/luck.ts'
import { ingressPart } from './ingress/late.ts'
import { modesOf } from './modes.ts'
import type { Probed } from './probe.ts'
import { sourcesOf } from './source.ts'
import { stageOf } from './stage.ts'
import { hasErrors, type World } from './world.ts'

/** More than these are not offered in a list that somebody has to read. */
const MOST_OFFERED = 200

/** The question's own probe, else the lab's first. */
export function probeOf(question: Question, world: World): ProbeQuestion | undefined {
  if (question.probe) return question.probe
  const first = world.cluster.probes[0]
  return (
    first && {
      from: first.from,
      to: first.to,
      ...(first.sport === undefined ? {} : { sport: first.sport }),
      ...(first.cold === undefined ? {} : { cold: first.cold }),
      ...(first.keep === undefined ? {} : { keep: first.keep }),
    }
  )
}

/** The causes that the steps and what was found name, and all that stand behind those. */
export function causesOf(
  journeys: readonly Journey[],
  list: readonly Cause[],
  findings: Outcome['findings'] = [],
): Readonly<Record<number, Cause>> {
  const needed: Record<number, Cause> = {}
  for (const { events } of [...journeys, { events: findings.filter((one) => 'because' in one) }]) {
    for (const { because } of events) {
      if (because === undefined || needed[because]) continue
      for (const id of behind(list, because)) {
        const cause = list[id]
        if (cause) needed[id] = cause
      }
    }
  }
  return needed
}

function touchedBy(journeys: readonly Journey[]): ReadonlySet<string> {
  return new Set(journeys.flatMap((j) => j.events.map((e) => e.at.netns)))
}

/** URLs that a visitor may want to ask for: each Service by its name, its load balancer's addresses, and each node port. */
export function targetsOf(world: World): readonly string[] {
  const { cluster } = world
  const node = cluster.nodes[0]?.addresses[0]
  const own = cluster.ingresses.length === 0 ? [] : ingressPart.get().targetsOf(cluster)
  const services = cluster.services.flatMap(({ meta, spec, ingress }) =>
    spec.ports.flatMap((p) => {
      const scheme = p.protocol === 'UDP' ? 'udp' : p.port === 443 || p.port === 53 ? 'tcp' : 'http'
      const port = scheme === 'http' && p.port === 80 ? '' : `:${p.port}`
      const tail = scheme === 'http' ? '/' : ''
      const name = meta.namespace === 'default' ? meta.name : `${meta.name}.${meta.namespace}`
      return [
        `${scheme}://${name}${port}${tail}`,
        ...ingress.flatMap(({ ip }) => (ip === undefined ? [] : [`${scheme}://${ip.includes(':') ? `[${ip}]` : ip}${port}${tail}`])),
        ...(p.nodePort !== 0 && node !== undefined ? [`${scheme}://${node}:${p.nodePort}${tail}`] : []),
      ]
    }),
  )
  return [...own, ...services]
}

/** Everything that the page gets, as plain data. */
export function answerOf(question: Question, world: World, walk?: { readonly asked: ProbeQuestion; readonly probed: Probed }): Answer {
  const { cluster, machines } = world
  const madeUp = [...cluster.nodes, ...cluster.services, ...cluster.pods, ...cluster.hosts].filter((o) => o.madeUp).map((o) => o.meta.name)
  const broken = hasErrors(world.problems)
  const probed = walk && walk.probed.problems.length === 0 ? walk.probed : undefined
  return {
    question,
    problems: [...world.problems, ...(walk?.probed.problems ?? [])],
    ...(walk && probed
      ? {
          walk: {
            probe: walk.asked,
            outcome: probed.outcome,
            counts: probed.counts,
            journeys: probed.journeys,
            causes: causesOf(probed.journeys, probed.causes, probed.outcome.findings),
            choices: probed.choices.map((c) => ({
              key: c.key,
              taken: c.taken,
              weights: c.weights.map(fractionText),
              labels: c.labels ?? [],
              told: c.told,
            })),
          },
        }
      : {}),
    ...(broken ? {} : { stage: stageOf(cluster, machines, touchedBy(probed?.journeys ?? [])) }),
    summary: { objects: world.objects, madeUp },
    modes: modesOf(cluster),
    defaults: world.defaults,
    sources: sourcesOf(world).slice(0, MOST_OFFERED),
    targets: targetsOf(world).slice(0, MOST_OFFERED),
  }
}
