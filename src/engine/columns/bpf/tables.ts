import type { AgentMap, BpfMap, FlowMap } from '../../../kernel/bpf/ast.ts'
import type { Scene } from '../language.ts'

/** An entry of a map that programs fill, as it stood before a step. */
export interface Noted {
  readonly key: string
  readonly value: string
  /** Which program wrote it in this walk, and when; absent: it was there before. */
  readonly program?: string
  readonly seq?: number
}

export const isAgentMap = (map: BpfMap): map is AgentMap<unknown> => 'list' in map

/** What programs of a machine had written into a map before a step: what stood there before the walk, and what the walk's own steps wrote. */
export function notedBefore(scene: Scene, machine: string, map: FlowMap<unknown>, seq: number): readonly Noted[] {
  const entries = new Map<string, Noted>()
  for (const [key, value] of scene.before?.bpf.get(`${machine} ${map.name}`) ?? []) entries.set(key, { key, value: map.show(value) })
  const updates = scene.journeys.flatMap(({ events }) =>
    events.flatMap((e) => {
      if (e.kind !== 'bpf-map' || e.op !== 'update' || e.map !== map.name || e.seq >= seq) return []
      return scene.machines.netns(e.at.netns)?.bpf?.machine === machine ? [e] : []
    }),
  )
  for (const e of updates.sort((a, b) => a.seq - b.seq))
    entries.set(e.key, { key: e.key, value: e.value ?? '', program: e.program, seq: e.seq })
  return [...entries.values()]
}
