import type { Cause, CauseId } from '../../trace/cause.ts'
import type { Hook, RuleVerdict } from '../../trace/event.ts'
import type { BpfVisit } from './shape-bpf.ts'
import type { ElementRow, HeadRow, KeyRow, LookKind, SaidRow } from './shape-look.ts'

/** What a rule asks of a packet. `no-ip`: the packet has no IP header at all; `unknown`: a match that is not modelled. */
export type Asks =
  | 'no-ip'
  | 'source'
  | 'destination'
  | 'in'
  | 'out'
  | 'protocol'
  | 'source-port'
  | 'destination-port'
  | 'any-port'
  | 'tcp-flags'
  | 'state'
  | 'mark'
  | 'connmark'
  | 'source-type'
  | 'destination-type'
  | 'dice'
  | 'turn'
  | 'rate'
  | 'way-back'
  | 'recent'
  | 'bridged-in'
  | 'bridged-out'
  | 'bridged'
  | 'icmp'
  | 'set'
  | 'map'
  | 'field'
  | 'ipvs'
  | 'comment'
  | 'unknown'

/**
 * Why a rule did not match: what one part of it wanted, as the tool prints it, and what the packet had. `found` is empty where the
 * packet has no such thing. `not`: the rule wanted anything but this.
 */
export interface WhyNot {
  readonly part: Asks
  readonly wanted: string
  readonly found: string
  readonly not?: true
  /** `recent` only: how far back the list is asked, in seconds. */
  readonly seconds?: number
  /** `field` only: what of the packet was asked, in the rule language's own words (`ip ttl`). */
  readonly field?: string
}

/** A piece of a rule's text; all of them, joined by blanks, are what iptables-save prints after `-A CHAIN`. */
export interface TextPart {
  readonly text: string
  /** The same for a narrow place: the elements of a long list left out. */
  readonly short?: string
  /** `module`: a bare `-m NAME`. */
  readonly role: 'condition' | 'module' | 'comment' | 'target'
  /** Whether it matched; absent where the kernel never asked. */
  readonly hit?: boolean
}

/** What a rule that matched changed in the packet. Marks are in hex with 0x. */
export interface Effect {
  readonly kind: 'mark' | 'src' | 'dst'
  readonly from: string
  readonly to: string
}

interface Counted {
  /** What the rule has counted by the end of the probe. */
  readonly packets: number
  readonly bytes: number
}

/** One rule in a column. `unread`: not looked at by this packet; `unmodelled`: the walk ended at it. */
export interface RuleRow extends Counted {
  readonly kind: 'rule'
  readonly index: number
  readonly state: 'matched' | 'no' | 'unread' | 'unmodelled'
  /** The event of the rule that matched; for the others the event before which they were tried. */
  readonly seq: number
  readonly parts: readonly TextPart[]
  /** In the kernel's order; the first is the one that it stopped at. Empty unless the state is `no`. */
  readonly why: readonly WhyNot[]
  readonly comment?: string
  readonly verdict?: RuleVerdict
  /** The target can rewrite the packet: an address, a port, its mark. */
  readonly rewrites: boolean
  readonly effect?: Effect
  readonly because?: CauseId
}

/** Rules [from, from + count) that are not shown one by one. `reasons`: what they failed on, the most frequent first. */
export interface FoldRow {
  readonly kind: 'fold'
  readonly seq: number
  /** It stands for elements of a look-up: which one of the event's. */
  readonly look?: number
  readonly from: number
  readonly count: number
  readonly tried: boolean
  readonly reasons: readonly { readonly part: Asks; readonly count: number }[]
}

/** Where a chain came to its end: by its policy, or back to the chain that called. */
export interface EndRow {
  readonly kind: 'end'
  readonly seq: number
  readonly policy?: 'accept' | 'drop'
  /** Packets that the policy has decided by the end of the probe. */
  readonly packets?: number
  readonly bytes?: number
  /** The chain that goes on. */
  readonly to?: string
}

export type ChainRow = RuleRow | FoldRow | EndRow | KeyRow | HeadRow | ElementRow | SaidRow

/** One chain that the packet entered, or something that a rule looked up. A chain entered twice has two columns. */
export interface ChainColumn {
  readonly chain: string
  /** What it is, where it is no chain of rules; `type`: as the tool prints it (`hash:ip,port`, `rr`). */
  readonly look?: { readonly kind: LookKind; readonly type: string }
  /** Rules of the chain, elements of the set. */
  readonly total: number
  readonly policy?: 'ACCEPT' | 'DROP'
  /** The column and the event that led here; absent for the base chain. */
  readonly from?: { readonly column: number; readonly seq: number; readonly by: 'jump' | 'goto' | 'look' }
  /** The comment of the rule that led here. */
  readonly said?: string
  readonly rows: readonly ChainRow[]
}

/** Where a mark that a rule of this visit asks for was set, at an earlier hook of the same netns. */
export interface MarkOrigin {
  /** In hex with 0x. */
  readonly mark: string
  readonly hook: Hook
  readonly table: string
  readonly seq: number
  /** From the base chain's first jump down to the chain whose rule set the mark. */
  readonly path: readonly { readonly chain: string; readonly seq: number }[]
  /** The event of this visit whose rule asks, or the one before which it asked in vain. */
  readonly asked: number
}

/**
 * How MASQUERADE chose the new source. `how`: the device has an address in the next hop's net; its first address; or it has none, and
 * another device lends one.
 */
export interface SourceChoice {
  readonly seq: number
  readonly dev: string
  readonly addresses: readonly string[]
  /** As `ip route` prints it. */
  readonly route?: string
  readonly hop: string
  readonly address: string
  readonly how: 'on-net' | 'first' | 'lent'
  /** With ports, as the packet had and has them. */
  readonly from: string
  readonly to: string
  readonly randomFully: boolean
}

/** What one table, or another program at the hook, did. */
export interface TableVisit {
  readonly kind: 'iptables' | 'nft' | 'ipvs' | 'process' | 'bpf'
  /** `nat`; of nft `ip kube-proxy`; `ip_vs`; the process' or the program's name. */
  readonly table: string
  readonly base: string
  /** nft: as its listing prints it (`dstnat`); IPVS: its place among the hook's priorities. */
  readonly priority?: string
  /** Sets and maps that were asked, found or not. */
  readonly lookups?: number
  /** Rules tried, and those of them that matched. */
  readonly evaluated: number
  readonly matched: number
  /** `seq` of its first and last event. */
  readonly first: number
  readonly last: number
  readonly columns: readonly ChainColumn[]
  readonly origin?: MarkOrigin
  readonly source?: SourceChoice
  readonly bpf?: BpfVisit
}

/** All tables that a packet met at one hook, or what a process did. */
export interface HookColumns {
  readonly kind: 'columns'
  readonly netns: string
  /** Absent: it is a process, or a program of eBPF. */
  readonly hook?: Hook
  readonly visits: readonly TableVisit[]
  /** What the rows name as their cause, and all that stands behind. */
  readonly causes: Readonly<Record<number, Cause>>
}

/** Rows of one fold. */
export interface FoldedRows {
  readonly kind: 'rows'
  readonly rows: readonly (RuleRow | ElementRow)[]
  readonly causes: Readonly<Record<number, Cause>>
}
