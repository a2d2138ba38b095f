import type { Severity } from '../../trace/problem.ts'
import type { ManifestCode } from '../codes.ts'

export type Params = Readonly<Record<string, string | number>>

/** From and to, in characters of the text that was parsed; `to` is exclusive. */
export type Range = readonly [from: number, to: number]

/** A problem before its text has a place in a file: documents are cached by their text, and may move. */
export interface Finding {
  readonly code: ManifestCode
  readonly params: Params
  readonly severity: Severity
  readonly range: Range
  /** `spec.ports[0].port`; empty when it is not about a field. */
  readonly field: string
}
