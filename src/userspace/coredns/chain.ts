import type { Ip } from '../../net/ip.ts'
import type { DnsMessage, DnsType } from '../../net/message.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Found } from '../dns/message.ts'
import type { Directive } from './corefile.ts'
import type { CoreDnsHome } from './home.ts'
import type { IndexedView } from './view.ts'

/** A question on its way down the chain. */
export interface Query {
  /** Absolute, in the case in which it was asked. */
  readonly name: string
  readonly type: DnsType
  readonly client: Ip
  /** How the client asked. */
  readonly proto: 'udp' | 'tcp'
  /** Of the client's message: makes shuffles differ from query to query. */
  readonly id: number
}

/** A question to an upstream server, and which try it is. */
export interface Upstream {
  readonly server: Ip
  readonly port: number
  readonly proto: 'udp' | 'tcp'
  readonly name: string
  readonly type: DnsType
  readonly attempt: number
}

export type Result =
  | { readonly kind: 'answer'; readonly found: Found; readonly because?: CauseId }
  /** The chain stops here until the upstream has answered; it is then run again from its head, with the answer at hand. */
  | { readonly kind: 'ask'; readonly upstream: Upstream }
  | { readonly kind: 'unmodelled'; readonly what: string }

/** What an upstream came back with. */
export type Heard = DnsMessage | 'timeout' | 'error'

/** One run of the chain for one question. */
export interface ChainRun {
  readonly view: IndexedView
  /** Addresses of the pod that CoreDNS runs in. */
  readonly localIPs: readonly Ip[]
  readonly home: CoreDnsHome
  readonly seed: number
  /** ns on the lab's clock; undefined when nobody told. */
  readonly now: number | undefined
  readonly heard: (upstream: Upstream) => Heard | undefined
  /** Asks the server itself, from the choice of the block on: what CNAME chains do. */
  readonly lookup: (name: string, type: DnsType) => Result
  readonly cached: (key: string) => Cached | undefined
  readonly store: (key: string, entry: Cached) => void
}

export interface Cached {
  readonly found: Found
  /** ns. */
  readonly since: number
  readonly until: number
  readonly because?: CauseId
}

export type Next = (query: Query) => Result
export type Handler = (query: Query, next: Next, run: ChainRun) => Result

/** The block that a directive stands in. */
export interface BlockPlace {
  readonly zones: readonly string[]
  /** Its number in the file. */
  readonly block: number
  readonly directives: readonly Directive[]
  readonly home: CoreDnsHome
}

/** What a plugin does not like about a line, in CoreDNS's words; then it does not start. `at`: the line, and it is printed too. */
export interface SetUpError {
  readonly error: string
  readonly at?: { readonly file: string; readonly line: number }
}

/** `handler` undefined: a plugin that has no part in answering. */
export type SetUp = { readonly handler: Handler | undefined } | SetUpError | { readonly unmodelled: string }

/** One plugin: one file in plugins/ and one line in plugins/list.ts. */
export interface Plugin {
  readonly name: string
  /** All lines of the block that name it, in their order; at least one. */
  setup(lines: readonly [Directive, ...Directive[]], place: BlockPlace): SetUp
}

/** caddy's ArgErr: too many words behind `word`, or too few. */
export const argErr = (word: string, at: { readonly file: string; readonly line: number }): SetUpError => ({
  error: `Wrong argument count or unexpected line ending after '${word}'`,
  at,
})

/** A plugin that may stand in a block once (plugin.ErrOnce). */
export const once = (name: string, setup: (d: Directive, place: BlockPlace) => SetUp): Plugin => ({
  name,
  setup: ([d, ...more], place) => (more.length > 0 ? { error: 'this plugin can only be used once per Server Block' } : setup(d, place)),
})

export const answer = (found: Found, because?: CauseId): Result => ({
  kind: 'answer',
  found,
  ...(because === undefined ? {} : { because }),
})

/** Changes an answer; whatever is none goes up as it is. */
export const mapFound = (result: Result, change: (found: Found) => Found): Result =>
  result.kind === 'answer' ? { ...result, found: change(result.found) } : result
