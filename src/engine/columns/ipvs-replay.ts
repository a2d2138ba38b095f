import type { Virtuals } from '../../kernel/ipvs/ast.ts'
import { answered, count, endsOf, stateOf, touch } from '../../kernel/ipvs/conn.ts'
import { connFor } from '../../kernel/ipvs/in.ts'
import type { Netns } from '../../kernel/machine.ts'
import { Moment } from '../../kernel/moment.ts'
import type { Skb, TraceEvent } from '../../trace/event.ts'
import type { Scene } from './language.ts'
import { momentAt, skbOf } from './sight.ts'

/** A packet that IPVS rewrote, and how it was before. */
export interface IpvsStep {
  readonly event: Extract<TraceEvent, { readonly kind: 'nat' }>
  readonly skb: Skb
}

const known = new WeakMap<Scene['journeys'], Map<string, readonly IpvsStep[]>>()

/** All that IPVS did on a machine, in the order of time. */
function stepsOf(scene: Scene, netns: string): readonly IpvsStep[] {
  const kept = known.get(scene.journeys) ?? new Map<string, readonly IpvsStep[]>()
  known.set(scene.journeys, kept)
  const old = kept.get(netns)
  if (old) return old
  const found = scene.journeys.flatMap(({ events }) =>
    events.flatMap((event, i): readonly IpvsStep[] => {
      const skb = skbOf(events[i - 1])
      return event.kind === 'nat' && event.by === 'ipvs' && event.at.netns === netns && skb ? [{ event, skb }] : []
    }),
  )
  const sorted = found.sort((a, b) => a.event.seq - b.event.seq)
  kept.set(netns, sorted)
  return sorted
}

/** Sets clock and connection to what they were for a packet. */
function standAt(scene: Scene, moment: Moment, seq: number, skb: Skb): void {
  const then = momentAt(scene, { seq }, skb)
  moment.clock = then.clock
  for (const [id, entry] of then.held) moment.held.set(id, entry)
}

/** What IPVS of a machine knew before an event: its packets up to there are put through it again. */
export function ipvsBefore(scene: Scene, netns: Netns, virtuals: Virtuals, seq: number, skb: Skb): Moment {
  const moment = scene.before?.fork() ?? new Moment()
  const state = stateOf(moment, netns.name)
  for (const step of stepsOf(scene, netns.name)) {
    if (step.event.seq >= seq) break
    standAt(scene, moment, step.event.seq, step.skb)
    const ends = endsOf(step.skb.packet)
    if (!ends) continue
    const out = step.event.ipvs?.how === 'answer'
    const found = out ? undefined : connFor({ moment, luck: scene.luck }, netns, virtuals, step.skb, ends)
    const conn = out ? answered(state, ends, moment.clock) : found?.kind === 'conn' ? found.conn : undefined
    if (!conn) continue
    count(state, conn, out ? 'out' : 'in', step.skb.packet)
    touch(moment, netns.name, conn, out ? 'out' : 'in', step.skb.packet)
  }
  standAt(scene, moment, seq, skb)
  return moment
}
