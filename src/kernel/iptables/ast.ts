import type { Cidr, Ip } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { CtState, TableName } from '../../trace/event.ts'
import type { Fraction } from '../../trace/luck.ts'

/** A set that a negation can stand in front of: `! -s 10.0.0.0/8`. */
export interface Not {
  readonly not?: true
}

export type AddrType = 'LOCAL' | 'UNICAST' | 'BROADCAST' | 'MULTICAST' | 'BLACKHOLE' | 'UNREACHABLE' | 'PROHIBIT' | 'ANYCAST' | 'UNSPEC'
export type CtStateWord = Uppercase<CtState> | 'DNAT' | 'SNAT'
/** `from`-`to`, both included; one port has from = to. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

/**
 * One word group of a rule as somebody wrote it, in writing order. A writer (kube-proxy, flannel, a user's dump) keeps the order;
 * `load` turns the groups into the kernel's form, whose printing has an order of its own.
 */
export type Part =
  | ({ readonly part: 'src' | 'dst'; readonly net: Cidr | Ip } & Not)
  | ({ readonly part: 'in' | 'out'; readonly dev: string } & Not)
  /** As somebody wrote it: `tcp`, `17`, `ipv6-icmp`. `load` makes it the word of net/packet.ts's Protocol where that has one. */
  | ({ readonly part: 'proto'; readonly proto: string } & Not)
  | { readonly part: 'match'; readonly match: Match }
  /** `-m tcp` standing apart from its options, as kube-proxy writes it. */
  | { readonly part: 'module'; readonly name: 'tcp' | 'udp' | 'sctp' }
  | ({ readonly part: 'dport' | 'sport'; readonly ports: PortRange } & Not)
  /** `--tcp-flags MASK SET`; `syn`: written as `--syn`. */
  | ({ readonly part: 'tcp-flags'; readonly mask: readonly string[]; readonly set: readonly string[]; readonly syn?: true } & Not)
  | { readonly part: 'target'; readonly target: Target }

/** A `-m` match with all its options. Adding a member makes the compiler name the printer, the parser and the runner. */
export type Match =
  /** `quoted`: the writer put quotes around a text that could do without. */
  | { readonly kind: 'comment'; readonly text: string; readonly quoted?: true }
  | {
      readonly kind: 'tcp' | 'udp' | 'sctp'
      readonly sport?: PortRange & Not
      readonly dport?: PortRange & Not
      readonly flags?: { readonly mask: readonly string[]; readonly set: readonly string[] } & Not
    }
  /** `module`: written as the older `-m state --state`. */
  | ({ readonly kind: 'conntrack'; readonly states: readonly CtStateWord[]; readonly module?: 'state' } & Not)
  /** (mark & mask) == value. `digits`: as written, for printing back to the writer (0x00004000). */
  | ({ readonly kind: 'mark'; readonly value: number; readonly mask: number; readonly digits?: 8 } & Not)
  /** The same of the connection's mark. */
  | ({ readonly kind: 'connmark'; readonly value: number; readonly mask: number } & Not)
  | {
      readonly kind: 'addrtype'
      readonly src?: AddrType & string
      readonly notSrc?: true
      readonly dst?: AddrType & string
      readonly notDst?: true
      readonly limitIn?: true
      readonly limitOut?: true
    }
  | ({ readonly kind: 'statistic'; readonly probability: Fraction } & Not)
  /** Of each `every` packets that come so far, the one with number `packet`, from 0. */
  | ({ readonly kind: 'nth'; readonly every: number; readonly packet: number } & Not)
  /** Whether the way back to the source leaves by the device that the packet came by. `validmark`: asked with the packet's mark. */
  | ({ readonly kind: 'rpfilter'; readonly loose?: true; readonly validmark?: true; readonly acceptLocal?: true } & Not)
  | ({ readonly kind: 'multiport'; readonly which: 'sports' | 'dports' | 'ports'; readonly ports: readonly PortRange[] } & Not)
  | ({
      readonly kind: 'recent'
      readonly name: string
      readonly op: 'set' | 'rcheck' | 'update' | 'remove'
      readonly seconds?: number
      readonly reap?: true
      readonly hitcount?: number
      readonly mask: string
      readonly side: 'rsource' | 'rdest'
    } & Not)
  | ({
      readonly kind: 'physdev'
      readonly in?: string
      readonly out?: string
      readonly isBridged?: true
      readonly isIn?: true
      readonly isOut?: true
    } & Not)
  /** `v6`: ICMPv6 (`-m icmp6 --icmpv6-type`). */
  | ({ readonly kind: 'icmp'; readonly type: number | 'any'; readonly code?: number; readonly v6?: true } & Not)
  /** `dirs`: one for each dimension of the set. */
  | ({ readonly kind: 'set'; readonly name: string; readonly dirs: readonly ('src' | 'dst')[] } & Not)
  /** What IPVS knows of the packet's connection; `ipvs` alone: whether IPVS has handled it. `written`: the options in their writer's order. */
  | {
      readonly kind: 'ipvs'
      readonly ipvs?: Not
      readonly vproto?: { readonly proto: string } & Not
      readonly vaddr?: { readonly net: Cidr } & Not
      readonly vport?: { readonly port: number } & Not
      readonly vdir?: { readonly dir: 'ORIGINAL' | 'REPLY' } & Not
      readonly vmethod?: { readonly method: 'GATE' | 'IPIP' | 'MASQ' } & Not
      readonly written?: string
    }
  /** A match that we do not model, word for word from its `-m`. It ends the walk when everything else of the rule matches. */
  | { readonly kind: 'unknown'; readonly words: string }

export type Target =
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  | { readonly kind: 'accept' | 'drop' | 'return' }
  | { readonly kind: 'reject'; readonly with: string /** as written without --reject-with */; readonly short?: true }
  | {
      readonly kind: 'dnat'
      readonly to: string
      readonly address?: Ip
      readonly ports?: PortRange
      readonly random?: true
      readonly persistent?: true
    }
  | { readonly kind: 'snat'; readonly to: string; readonly address?: Ip; readonly ports?: PortRange; readonly randomFully?: true }
  | { readonly kind: 'masquerade'; readonly randomFully?: true; readonly ports?: PortRange }
  | { readonly kind: 'redirect'; readonly ports?: PortRange }
  /** mark = (mark & ~mask) ^ value. `written`: the option that the writer used. */
  | {
      readonly kind: 'mark'
      readonly value: number
      readonly mask: number
      readonly written?: { readonly option: 'set-xmark' | 'set-mark' | 'or-mark' | 'and-mark' | 'xor-mark'; readonly text: string }
    }
  /** set: ct mark = (ct mark & ~ctmask) ^ value. save: of the packet's mark. restore: to the packet's mark. */
  | { readonly kind: 'connmark'; readonly op: 'set'; readonly value: number; readonly ctmask: number }
  | { readonly kind: 'connmark'; readonly op: 'save' | 'restore'; readonly nfmask: number; readonly ctmask: number }
  /** `words`: the options after `-j LOG` (`group`: after `-j NFLOG`), as written. */
  | { readonly kind: 'log'; readonly words: string; readonly group?: true }
  /** `ct`: written as `-j CT --notrack`. */
  | { readonly kind: 'notrack'; readonly ct?: true }
  /** A target that we do not model, word for word from its `-j`. */
  | { readonly kind: 'unknown'; readonly words: string }

/** A rule in the kernel's form. */
export interface Rule {
  readonly src?: { readonly net: Cidr } & Not
  readonly dst?: { readonly net: Cidr } & Not
  readonly in?: { readonly dev: string } & Not
  readonly out?: { readonly dev: string } & Not
  /** In the words of net/packet.ts's Protocol (`icmp6`, `ipip`); other protocols as iptables-save prints them. */
  readonly proto?: { readonly proto: string } & Not
  /** In the order of the writer. */
  readonly matches: readonly Match[]
  /** A rule without a target only counts. */
  readonly target?: Target
  readonly because?: CauseId
}

/** A rule as a writer has it: for the restore text and for loading. */
export interface Written {
  readonly parts: readonly Part[]
  readonly because?: CauseId
}

export interface Chain {
  readonly name: string
  /** Built-in chains only. */
  readonly policy?: 'ACCEPT' | 'DROP'
  readonly rules: readonly Rule[]
}

/**
 * All rules of one family in one netns. Chains are made when asked for, so that a node with 10,000 Services costs
 * what a walk touches; a chain that was made stays the same object.
 */
export interface Ruleset {
  /** Grows with every change. */
  readonly generation: number
  /** Tables that hold something. */
  readonly tables: readonly TableName[]
  /** Built-in chains in hook order, then user chains sorted as the legacy iptables-save prints them. */
  chainNames(table: TableName): readonly string[]
  chain(table: TableName, name: string): Chain | undefined
}

/** One call of the iptables command. -I inserts at the head unless an equal rule exists already (the caller checks with -C). */
export type Call =
  | { readonly call: '-N'; readonly table: TableName; readonly chain: string }
  | { readonly call: '-A' | '-I'; readonly table: TableName; readonly chain: string; readonly rule: Written }
  | { readonly call: '-P'; readonly table: TableName; readonly chain: string; readonly policy: 'ACCEPT' | 'DROP' }

/** What one `iptables-restore --noflush` reads, chain by chain when asked. A declared chain is emptied (created) first. */
export interface Restore {
  readonly tables: readonly RestoreTable[]
}

export interface RestoreTable {
  readonly table: TableName
  /** In the order of their `:NAME - [0:0]` lines. */
  readonly declared: () => readonly string[]
  /** Rules of one chain in order; undefined when this restore does not declare or append to it. */
  readonly chain: (name: string) => readonly Written[] | undefined
  /** All `-A` lines in the order of the text: chain and rule. */
  readonly lines: () => Iterable<readonly [chain: string, rule: Written]>
}
