import type { ChainColumn, ChainRow, FoldRow } from './shape.ts'
import type { ElementRow, KeyRow, LookKind, Said } from './shape-look.ts'

/** Lists up to this long are shown whole; of longer ones only what was found. */
const SHORT = 5

/** A look into a list: a set, a map, the servers of IPVS. Elements are made when they are asked for. */
export interface Look {
  readonly kind: LookKind
  /** Its name, as the tool prints it. */
  readonly title: string
  readonly type: string
  readonly total: number
  /** eBPF: entries of the map beside these, and whether it can be said of an entry why it was not found. */
  readonly others?: number
  readonly why?: boolean
  /** What was looked for; absent where nothing is (the servers of a virtual server). */
  readonly key?: KeyRow['parts']
  /** Place of the element that was found, or chosen. */
  readonly hit?: number
  /** The line above the elements, as the tool prints it. */
  readonly head?: string
  /** What is said before and behind the elements. */
  readonly before?: readonly Said[]
  readonly after?: readonly Said[]
  element(index: number): Pick<ElementRow, 'text' | 'said' | 'comment' | 'because'>
}

const rewrites = (said: Said): boolean => said.code === 'changed' || said.code === 'dials'

/** The element at a place, as a row. */
export const elementRow = (look: Look, seq: number, index: number): ElementRow => ({
  kind: 'element',
  seq,
  index,
  state: index === look.hit ? 'matched' : 'no',
  ...look.element(index),
})

/** Elements [from, to), folded where there are more than a few. */
function run(look: Look, seq: number, n: number, from: number, to: number): readonly ChainRow[] {
  const count = to - from
  if (count <= 0) return []
  if (look.total <= SHORT || count === 1) return Array.from({ length: count }, (_, i) => elementRow(look, seq, from + i))
  const fold: FoldRow = { kind: 'fold', seq, look: n, from, count, tried: look.hit !== undefined || look.key !== undefined, reasons: [] }
  return [fold]
}

/** The look as a column; `n`: which one of its event's. */
export function lookColumn(look: Look, seq: number, n: number, from: ChainColumn['from']): ChainColumn {
  const { hit, key, head, total } = look
  const said = (list: readonly Said[] | undefined): readonly ChainRow[] =>
    (list ?? []).map((one) => ({ kind: 'said', seq, said: one, rewrites: rewrites(one) }))
  const rows: readonly ChainRow[] = [
    ...(key ? [{ kind: 'key' as const, seq, parts: key, absent: hit === undefined }] : []),
    ...said(look.before),
    ...(head === undefined ? [] : [{ kind: 'head' as const, seq, text: head }]),
    ...(hit === undefined ? run(look, seq, n, 0, total) : [...run(look, seq, n, 0, hit), elementRow(look, seq, hit)]),
    ...(hit === undefined ? [] : run(look, seq, n, hit + 1, total)),
    ...said(look.after),
  ]
  return { chain: look.title, look: { kind: look.kind, type: look.type }, total, ...(from ? { from } : {}), rows }
}
