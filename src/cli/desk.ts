import { DocumentCache } from '../manifest/read.ts'

/** What stays on the desk from one command to the next: standard input, and what was worked out already. */
export interface Desk {
  /** All of standard input; undefined when somebody else reads it (a batch). */
  readonly stdin?: () => Uint8Array
  readonly documents: DocumentCache
}

export const newDesk = (stdin?: () => Uint8Array): Desk => ({ documents: new DocumentCache(), ...(stdin === undefined ? {} : { stdin }) })
