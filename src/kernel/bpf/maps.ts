import type { Luck } from '../../trace/luck.ts'
import type { Netns } from '../machine.ts'
import type { Moment } from '../moment.ts'
import type { AgentMap, Bpf, FlowMap, Helpers } from './ast.ts'

/** What a program asked of a map, for the trace. */
export interface MapStep {
  readonly map: string
  readonly op: 'lookup' | 'update'
  readonly key: string
  /** Absent: a look-up that found nothing. */
  readonly value?: string
  readonly because?: number
}

/** The entries of a map that programs fill. */
function tableOf(moment: Moment, machine: string, name: string): Map<string, unknown> {
  const key = `${machine} ${name}`
  const table = moment.bpf.get(key) ?? new Map<string, unknown>()
  moment.bpf.set(key, table)
  return table
}

/** What programs of a machine have written into a map. */
export const entriesOf = <V>(moment: Moment, machine: string, map: FlowMap<V>): ReadonlyMap<string, V> =>
  (moment.bpf.get(`${machine} ${map.name}`) ?? new Map()) as ReadonlyMap<string, V>

/** The helpers of one run of a program. `tell` hears of every question; undefined: nobody wants to. */
export function helpersFor(netns: Netns, bpf: Bpf, moment: Moment, luck: Luck, tell: ((step: MapStep) => void) | undefined): Helpers {
  return {
    netns,
    now: moment.clock,
    luck,
    look<V>(map: AgentMap<V>, key: string): V | undefined {
      const found = map.get(key)
      if (tell === undefined) return found?.value
      const because = found?.because === undefined ? {} : { because: found.because }
      // what a longer question found is told with the prefix that it found
      const said = found === undefined || found.key === key ? {} : { value: `${found.key}: ${map.show(found.value)}` }
      const value = found === undefined ? {} : { value: map.show(found.value) }
      tell({ map: map.name, op: 'lookup', key, ...value, ...said, ...because })
      return found?.value
    },
    find<V>(map: FlowMap<V>, key: string): V | undefined {
      const value = tableOf(moment, bpf.machine, map.name).get(key) as V | undefined
      tell?.({ map: map.name, op: 'lookup', key, ...(value === undefined ? {} : { value: map.show(value) }) })
      return value
    },
    put<V>(map: FlowMap<V>, key: string, value: V): void {
      tableOf(moment, bpf.machine, map.name).set(key, value)
      tell?.({ map: map.name, op: 'update', key, value: map.show(value) })
    },
  }
}
