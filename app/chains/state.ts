import { create } from 'zustand'
import type { Answer } from '../../src/answer.ts'
import type { ChainColumn, HookColumns, RuleRow, TableVisit } from '../../src/engine/columns/shape.ts'
import type { ElementRow } from '../../src/engine/columns/shape-look.ts'

/** A rule or an element beside the way that the visitor wants to read; it belongs to one hook of one answer. */
export interface Picked {
  readonly answer: Answer
  /** `seq` of the hook. */
  readonly hook: number
  /** Key of its column. */
  readonly column: string
  readonly chain: string
  readonly look?: ChainColumn['look']
  readonly kind: TableVisit['kind']
  readonly row: RuleRow | ElementRow
  readonly causes: HookColumns['causes']
}

interface ChainsState {
  readonly picked: Picked | undefined
  /** The table that the visitor chose at a hook; other hooks choose for themselves. */
  readonly table: { readonly answer: Answer; readonly hook: number; readonly table: string } | undefined
  /** The columns lie over editor, stage and inspector. */
  readonly whole: boolean
}

export const useChains = create<ChainsState>(() => ({ picked: undefined, table: undefined, whole: false }))
export const { setState: setChains } = useChains

/** Names a visit among those of its hook. */
export const visitKey = ({ kind, table, base }: TableVisit): string => `${kind} ${table} ${base}`

/** The visit in which an event happened: the last that had begun by then. */
export const visitAt = (visits: readonly TableVisit[], seq: number): TableVisit | undefined => visits.filter((v) => v.first <= seq).at(-1)

/** The table that says most: one that rewrote or dropped, else the one whose rules matched most. */
export function tellingVisit(visits: readonly TableVisit[]): TableVisit | undefined {
  const weight = (visit: TableVisit): number => {
    const rows = visit.columns.flatMap((c) => c.rows)
    const decides = rows.some(
      (r) => r.kind === 'rule' && (r.state === 'unmodelled' || r.verdict?.kind === 'drop' || r.verdict?.kind === 'reject'),
    )
    const drops = rows.some((r) => r.kind === 'end' && r.policy === 'drop')
    const nat = rows.some((r) => r.kind === 'rule' && r.effect !== undefined && r.effect.kind !== 'mark')
    const rewrites = rows.some((r) => r.kind === 'said' && r.rewrites)
    return (decides || drops ? 10_000 : 0) + (nat || rewrites ? 5_000 : 0) + visit.matched
  }
  return visits.reduce<TableVisit | undefined>((best, v) => (best === undefined || weight(v) > weight(best) ? v : best), undefined)
}
