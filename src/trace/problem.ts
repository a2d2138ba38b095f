/** Where in the text a problem lies. Line and column count from 1 and are in characters. */
export interface Where {
  readonly file: string
  readonly line: number
  readonly column: number
  /** Offsets in characters from the start of the file; `end` is exclusive. */
  readonly offset: number
  readonly end: number
  /** `spec.ports[0].nodePort`; empty when the problem has no field. */
  readonly field: string
}

export type Severity = 'error' | 'warning' | 'hint'

/**
 * A user's mistake, as data. `code` names a sentence in words/; `params` fill it. What an API server prints
 * word for word comes in params.text under the code `api`. An `error` means: the lab can't be run as it is.
 */
export interface Problem {
  readonly code: string
  readonly params: Readonly<Record<string, string | number>>
  readonly severity: Severity
  /** Absent when the problem is with the arguments or the question. */
  readonly where?: Where
}
