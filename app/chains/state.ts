import { create } from 'zustand'
import type { Answer } from '../../src/answer.ts'
import type { HookColumns, RuleRow, TableVisit } from '../../src/engine/columns/shape.ts'
import type { TableName } from '../../src/trace/event.ts'

/** A rule beside the way that the visitor wants to read; it belongs to one hook of one answer. */
export interface Picked {
  readonly answer: Answer
  /** `seq` of the hook. */
  readonly hook: number
  readonly chain: string
  readonly row: RuleRow
  readonly causes: HookColumns['causes']
}

interface ChainsState {
  readonly picked: Picked | undefined
  /** The table that the visitor chose at a hook; other hooks choose for themselves. */
  readonly table: { readonly answer: Answer; readonly hook: number; readonly table: TableName } | undefined
}

export const useChains = create<ChainsState>(() => ({ picked: undefined, table: undefined }))
export const { setState: setChains } = useChains

/** The table that says most: one that rewrote or dropped, else the one whose rules matched most. */
export function tellingVisit(visits: readonly TableVisit[]): TableVisit | undefined {
  const weight = (visit: TableVisit): number => {
    const rows = visit.columns.flatMap((c) => c.rows)
    const decides = rows.some(
      (r) => r.kind === 'rule' && (r.state === 'unmodelled' || r.verdict?.kind === 'drop' || r.verdict?.kind === 'reject'),
    )
    const drops = rows.some((r) => r.kind === 'end' && r.policy === 'drop')
    const nat = rows.some((r) => r.kind === 'rule' && r.effect !== undefined && r.effect.kind !== 'mark')
    return (decides || drops ? 10_000 : 0) + (nat ? 5_000 : 0) + visit.matched
  }
  return visits.reduce<TableVisit | undefined>((best, v) => (best === undefined || weight(v) > weight(best) ? v : best), undefined)
}
