import type { StepCode } from '../../agents/cni/add/codes.ts'
import type { Actor } from '../../agents/cni/add/types.ts'
import type { NoWalk } from '../../agents/cni/add/walk.ts'

/** A device as it stands after a step. */
export interface WiredLink {
  readonly dev: string
  readonly kind: string
  readonly mac: string
  readonly addrs: readonly string[]
  readonly mtu: number
  readonly up: boolean
  readonly master?: string
  readonly hairpin?: true
  readonly peer?: readonly [netns: string, dev: string]
}

/** What of the node matters here: its devices but other Pods' ends, and routes that the walk touches. */
export interface Wired {
  /** undefined: there is no namespace yet, or no longer. */
  readonly pod?: { readonly links: readonly WiredLink[]; readonly routes: readonly string[] }
  readonly node: { readonly links: readonly WiredLink[]; readonly routes: readonly string[] }
  /** Ends of other Pods on the node. */
  readonly others: number
}

/** A step as page and command line show it. Texts of JSON are laid out. */
export interface ShownStep {
  readonly from: Actor
  readonly to: Actor
  readonly program: string
  readonly code: StepCode
  readonly params: Readonly<Record<string, string | number>>
  /** The same by hand, by the namespace in which it is typed: `node` or `pod`. */
  readonly commands: readonly { readonly at: 'node' | 'pod'; readonly text: string }[]
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly stdout?: string
  readonly files: readonly { readonly path: string; readonly how: 'writes' | 'reads' | 'removes'; readonly text: string }[]
  /** What stands afterwards and no command makes: rules of a daemon, programs, entries of maps. */
  readonly lines: readonly string[]
  readonly error?: string
  readonly after: Wired
}

/** What the page asks for: a walk, or why there is none, and whom else it may ask about. */
export interface CniView {
  /** Pods with a network of their own, or that want one; `stuck`: it gets none. */
  readonly pods: readonly { readonly name: string; readonly stuck: boolean }[]
  readonly pod: string
  readonly walk?: ShownWalk
  readonly none?: NoWalk
}

/** ADD or DEL of one Pod. */
export interface ShownWalk {
  readonly command: 'ADD' | 'DEL'
  readonly pod: string
  readonly node: string
  readonly cni: string
  readonly steps: readonly ShownStep[]
  readonly result?: string
  readonly event?: { readonly reason: string; readonly message: string }
}
