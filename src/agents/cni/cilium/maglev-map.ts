import type { AgentMap, MapEntry } from '../../../kernel/bpf/ast.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { maglevTable } from './maglev.ts'
import type { Backend } from './services.ts'

interface Entry {
  readonly value: Backend
  readonly because?: CauseId
}

/** What a backend is called where the table is made: every node has to come to the same. */
export const maglevName = (b: Backend): string => `${b.address}:${b.port}/${b.proto}`
export const maglevKey = (revNat: number, place: number): string => `rev_nat_index ${revNat} place ${place}`
const KEY = /^rev_nat_index (\d+) place (\d+)$/

/** cilium_lb4_maglev: a table of `size` places for each frontend that has backends, made when it is asked for. */
export function maglevMap(tables: ReadonlyMap<number, readonly Entry[]>, size: number): AgentMap<Backend> {
  const at = (revNat: number, place: number): MapEntry<Backend> | undefined => {
    const all = tables.get(revNat) ?? []
    if (all.length === 0 || !(place >= 0 && place < size)) return undefined
    const names = all.map((b) => maglevName(b.value))
    const owner = all[maglevTable(names, size)[place] ?? 0]
    return owner && { key: maglevKey(revNat, place), ...owner }
  }
  const filled = (): readonly number[] => [...tables].filter(([, all]) => all.length > 0).map(([revNat]) => revNat)
  return {
    name: 'cilium_lb4_maglev',
    get(key) {
      const [, revNat, place] = KEY.exec(key) ?? []
      return at(Number(revNat), Number(place))
    },
    show: (b) => `backend_id ${b.id}`,
    list(near) {
      const [, one] = KEY.exec(near ?? '') ?? []
      const numbers = one === undefined ? filled() : [Number(one)]
      return {
        length: numbers.length * size,
        at: (i) => at(numbers[Math.floor(i / size)] ?? -1, i % size),
      }
    },
  }
}
