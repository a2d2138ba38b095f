/** What stays on the desk from one command to the next: standard input, and what was worked out already. */
export interface Desk {
  /** All of standard input; undefined when somebody else reads it (a batch). */
  readonly stdin?: () => Uint8Array
}
