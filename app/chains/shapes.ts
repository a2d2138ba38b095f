import type { ChainColumn, ChainRow } from '../../src/engine/columns/shape.ts'
import type { LookKind } from '../../src/engine/columns/shape-look.ts'
import type { Point } from '../scene/path.ts'
import type { Art } from './art.ts'
import type { PlacesBox } from './bpf/places.ts'
import type { RowTone } from './rows.ts'
import type { Line } from './wrap.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** Has the packet been here, is the playhead on it, or is it still to come? */
export type When = 'past' | 'now' | 'later'

/** A row in its column; y from the column's top. `more`: the button that shows more of an opened fold. */
export interface RowBox {
  readonly key: string
  readonly y: number
  readonly h: number
  readonly row: ChainRow
  readonly tone: RowTone
  readonly lines: readonly Line[]
  /** Notes that stand out, before the others. */
  readonly leads: readonly string[]
  readonly notes: readonly string[]
  /** eBPF: the number of the look-up, before its key. */
  readonly badge?: number
  readonly counted: string
  /** The count stands at the end of the last note. */
  readonly beside: boolean
  readonly when: When
  /** A small picture above the words. */
  readonly art?: Art
  /** A fold that is open, or the button for the rest of it. */
  readonly fold?: 'open' | 'more'
}

export interface ColumnBox extends Box {
  readonly key: string
  readonly index: number
  readonly title: string
  /** The name, broken where it is longer than a column is wide. */
  readonly titleLines: readonly string[]
  readonly sub: readonly string[]
  /** The whole of a subtitle that is cut. */
  readonly subFull: string
  readonly rows: readonly RowBox[]
  /** It is no chain: what it is. */
  readonly look?: LookKind
  readonly of?: ChainColumn['look']
  /** Not entered yet: only its title shows. */
  readonly later: boolean
}

/** The column at the left that says where a mark came from. */
export interface OriginBox extends Box {
  readonly title: readonly string[]
  readonly sub: string
  readonly stops: readonly { readonly chain: string; readonly seq: number; readonly y: number; readonly lines: readonly string[] }[]
  readonly mark: string
  readonly markY: number
  readonly seq: number
}

export interface Field {
  readonly name: string
  readonly lines: readonly string[]
  readonly y: number
  readonly rewrites: boolean
}

/** The column at the right that says how MASQUERADE chose. */
export interface SourceBox extends Box {
  readonly title: readonly string[]
  readonly sub: string
  readonly fields: readonly Field[]
  readonly remark: readonly string[]
  readonly remarkY: number
  readonly later: boolean
}

/** A way from a row to the column that it leads to. */
export interface Link {
  readonly key: string
  readonly points: readonly Point[]
  readonly kind: 'jump' | 'mark' | 'source'
  readonly later: boolean
}

/** Everything that is drawn of one table's visit, in px from the top left. */
export interface Picture {
  readonly w: number
  readonly h: number
  readonly columns: readonly ColumnBox[]
  readonly links: readonly Link[]
  readonly origin?: OriginBox
  readonly source?: SourceBox
  /** eBPF: the places of the way, and the cost. */
  readonly places?: PlacesBox
  /** What should be in view: the column and row of the playhead. */
  readonly focus: Box
}
