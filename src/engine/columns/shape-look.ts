import type { CauseId } from '../../trace/cause.ts'
import type { BpfSaid } from './shape-bpf.ts'

/** What a column stands for that is not a chain of rules. */
export type LookKind =
  | 'set'
  | 'map'
  | 'ipset'
  | 'numgen'
  /** Connections that IPVS knows, its virtual servers, and the real servers of one of them. */
  | 'connections'
  | 'virtuals'
  | 'servers'
  /** kube-proxy as a process: ports that it listens on, and the endpoints of one service port. */
  | 'listeners'
  | 'endpoints'
  /** eBPF: a program where it is attached, a map that it asked, and what comes of it. */
  | 'program'
  | 'bpf-map'
  | 'wire'

/** What was looked for: one value for each field of the key. `absent`: nothing was found. */
export interface KeyRow {
  readonly kind: 'key'
  readonly seq: number
  readonly parts: readonly { readonly name: string; readonly value: string }[]
  readonly absent: boolean
  /** eBPF: which look-up of the run it is, from 1. */
  readonly n?: number
}

/** The line above a table, as the tool prints it. */
export interface HeadRow {
  readonly kind: 'head'
  readonly seq: number
  readonly text: string
}

/** One element of a set or map, one virtual or real server, one listener or endpoint: a line as the tool prints it. */
export interface ElementRow {
  readonly kind: 'element'
  readonly seq: number
  /** Its place in the order of the tool's listing, from 0. */
  readonly index: number
  readonly state: 'matched' | 'no'
  readonly text: string
  /** Why it was taken, or why not. */
  readonly said?: Said
  readonly comment?: string
  readonly because?: CauseId
}

/** A sentence about the column's choice. `rewrites`: the packet changes here. */
export interface SaidRow {
  readonly kind: 'said'
  readonly seq: number
  readonly said: Said
  readonly rewrites: boolean
  /** What it looks like, where it is not plain: what was matched, what ends the packet, a card of its own. */
  readonly tone?: 'hit' | 'drop' | 'card'
}

/** By which number a scheduler compares: connections (active × 256 + inactive), or what one more would make (active + 1), by weight or not. */
export type Measure = 'overhead' | 'overhead/weight' | 'soon/weight'

/** What is said of a choice, as code and figures. Texts of addresses as the tool prints them. */
export type Said =
  /** Each branch is as likely as the others: this one was drawn. */
  | { readonly code: 'drawn'; readonly at: number; readonly of: number }
  /** One after the other: this one's turn. */
  | { readonly code: 'counted'; readonly at: number; readonly of: number }
  /** rr, wrr and userspace: who was last (absent: nobody), who is now and who comes next. */
  | { readonly code: 'turn'; readonly last?: string; readonly now: string; readonly next: string; readonly ring: readonly string[] }
  /** wrr besides: the weight that a server needed. */
  | { readonly code: 'needs-weight'; readonly weight: number }
  | { readonly code: 'least'; readonly measure: Measure; readonly now: string; readonly figure: string; readonly equal: number }
  /** nq: a server without active connections is taken before all others. */
  | { readonly code: 'idle'; readonly now: string }
  | {
      readonly code: 'hashed'
      readonly by: 'sh' | 'dh' | 'mh'
      readonly of: string
      readonly place: number
      readonly places: number
      readonly now: string
      /** The server of the first place takes nothing: another one was searched. */
      readonly fallback: boolean
    }
  /** Persistence, affinity: the client has a server of its own. `seconds`: how long after its last connection. */
  | { readonly code: 'stays'; readonly client: string; readonly now: string; readonly seconds: number }
  /** The client's choice is kept from now on. */
  | { readonly code: 'kept'; readonly client: string; readonly seconds: number }
  | { readonly code: 'known' }
  | { readonly code: 'answer' }
  /** No server takes new connections. */
  | { readonly code: 'nobody' }
  | { readonly code: 'scheduler'; readonly name: string }
  | { readonly code: 'changed'; readonly side: 'src' | 'dst'; readonly from: string; readonly to: string }
  /** Each node keeps its own pointer. */
  | { readonly code: 'own-pointer' }
  /** What the packet does next: out of the hook and on as if it were made here. */
  | { readonly code: 'stolen'; readonly hook: 'input' | 'output' }
  /** Not taken: why. */
  | { readonly code: 'weight-0' }
  | { readonly code: 'later-turn'; readonly after: number }
  | { readonly code: 'more'; readonly measure: Measure; readonly figure: string }
  | { readonly code: 'equal'; readonly measure: Measure; readonly figure: string }
  | { readonly code: 'busy'; readonly active: number }
  | { readonly code: 'idle-later' }
  | { readonly code: 'places'; readonly held: number; readonly places: number }
  | { readonly code: 'other-stays' }
  | { readonly code: 'share'; readonly of: number }
  /** userspace: the process takes the connection, and makes one of its own. */
  | { readonly code: 'accepted'; readonly from: string; readonly to: string; readonly asked: string }
  | { readonly code: 'dials'; readonly from: string; readonly to: string; readonly attempt: number }
  /** Of a program of eBPF. */
  | { readonly code: 'bpf'; readonly bpf: BpfSaid }
  | { readonly code: 'removed' }
  | { readonly code: 'no-endpoints' }
  | { readonly code: 'gave-up' }
