import type { Cidr, Ip } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Hook } from '../../trace/event.ts'
import type { Field } from './fields.ts'

export type NftFamily = 'ip' | 'ip6' | 'inet' | 'arp' | 'bridge' | 'netdev'

/** One value of a field, in the words that `nft list ruleset` prints (`0x00004000`, `tcp`, `8080`; names of devices without quotes). */
export type Value =
  | { readonly kind: 'one'; readonly text: string }
  | { readonly kind: 'net'; readonly net: Cidr }
  /** Both ends included. */
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  /** A device name that ends in `*`. */
  | { readonly kind: 'start'; readonly text: string }
  /** `*`: what no other element of the map holds. */
  | { readonly kind: 'any' }

export type NftVerdict =
  | { readonly verdict: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly verdict: 'jump' | 'goto'; readonly chain: string }

/** One element of a set or map. `key` has one value for each field of a concatenation. */
export interface Element {
  readonly key: readonly Value[]
  /** Seconds. */
  readonly timeout?: number
  /** Seconds that were left when it was listed. */
  readonly expires?: number
  readonly comment?: string
  /** What the map leads to: a verdict, or values. */
  readonly to?: NftVerdict | { readonly values: readonly Value[] }
  readonly because?: CauseId
}

/** A named set, map or verdict map. */
export interface NftSet {
  readonly name: string
  readonly kind: 'set' | 'map'
  /** `ipv4_addr . inet_proto . inet_service`, field by field. */
  readonly type: readonly string[]
  /** Written with `typeof`: fields instead of types. */
  readonly typeOf?: true
  /** Maps: `verdict`, or the type of the values. */
  readonly to?: readonly string[]
  readonly size?: number
  readonly flags: readonly string[]
  /** Seconds. */
  readonly timeout?: number
  /** Lines that we do not take apart, as printed: `gc-interval 10s`, `auto-merge`. */
  readonly more: readonly string[]
  readonly comment?: string
  readonly elements: readonly Element[]
  readonly because?: CauseId
}

/** `ip daddr . meta l4proto . th dport`; most have one field. */
export type Key = readonly Field[]

/** `numgen random mod N offset M`: a number from M to M+N-1. `inc`: one after the other instead. */
export interface Numgen {
  readonly inc?: true
  readonly mod: number
  readonly offset: number
}

/** Where a map or set is looked up: a named one, or one that stands in the rule. */
export type Among = { readonly set: string } | { readonly elements: readonly Element[] }

export type Compare = '==' | '!=' | '<' | '>' | '<=' | '>='

/** A number that packet marks are made with: `& 0x000000ff`. */
export interface Bits {
  readonly op: '&' | '|' | '^'
  readonly value: number
}

/** Where the packet goes on: an address, ports, or both; `flags` as printed: `random`, `fully-random`, `persistent`. */
export interface NatTo {
  /** `ip` or `ip6`, where the table's family does not say it. */
  readonly family?: 'ip' | 'ip6'
  readonly address?: Ip
  readonly ports?: { readonly from: number; readonly to: number }
  readonly flags: readonly string[]
}

export type LimitUnit = 'second' | 'minute' | 'hour' | 'day' | 'week'

/** One statement of a rule. Adding a member makes the compiler name the printer and the runner. */
export type Statement =
  /** `values`: one, or bits of a list (`ct state established,related`). */
  | { readonly kind: 'match'; readonly key: Key; readonly bits: readonly Bits[]; readonly op: Compare; readonly values: readonly Value[] }
  | { readonly kind: 'in'; readonly key: Key; readonly not?: true; readonly among: Among }
  /** (flags & mask) == value; without a mask: any of the flags. */
  | { readonly kind: 'tcp-flags'; readonly value: readonly string[]; readonly mask?: readonly string[]; readonly op: '' | '==' | '!=' }
  | { readonly kind: 'vmap'; readonly key: Key | Numgen; readonly among: Among }
  | ({ readonly kind: 'verdict' } & NftVerdict)
  /** Without numbers: as written, or listed with --stateless. */
  | { readonly kind: 'counter'; readonly packets?: number; readonly bytes?: number }
  | { readonly kind: 'counter-name'; readonly name: string }
  /** `words`: the options after `log`, as printed. */
  | { readonly kind: 'log'; readonly words: string }
  /** `from` undefined: the value stands alone in `bits` as `|`. */
  | {
      readonly kind: 'set-mark'
      readonly what: 'meta mark' | 'ct mark'
      readonly from: 'meta mark' | 'ct mark' | number
      readonly bits: readonly Bits[]
    }
  | { readonly kind: 'nftrace'; readonly value: number }
  /** `limit rate over 3/minute burst 7 packets`: so many packets, or bytes, a unit; `over` matches those that are too many. */
  | {
      readonly kind: 'limit'
      readonly over?: true
      readonly bytes?: true
      readonly rate: number
      readonly unit: LimitUnit
      readonly burst: number
    }
  | ({ readonly kind: 'dnat' | 'snat' | 'masquerade' | 'redirect' } & NatTo)
  /** `with` as printed after `reject with`: `tcp reset`, `icmp host-unreachable`; undefined: port unreachable. */
  | { readonly kind: 'reject'; readonly with?: string }
  | { readonly kind: 'notrack' }
  | {
      readonly kind: 'update'
      readonly op: 'add' | 'update' | 'delete'
      readonly set: string
      readonly key: Key
      /** Seconds. */
      readonly timeout?: number
    }
  /** Words that we do not model, from there to the end of the rule. They end the walk when all before them matches. */
  | { readonly kind: 'unknown'; readonly words: string }

export interface NftRule {
  readonly statements: readonly Statement[]
  readonly comment?: string
  readonly because?: CauseId
}

/** What makes a chain a base chain. */
export interface Base {
  readonly type: 'filter' | 'nat' | 'route'
  /** As written; ingress and egress of devices are kept, and never run. */
  readonly hook: Hook | (string & {})
  readonly device?: string
  readonly priority: number
  /** A listing's own words for it, where they are not ours: newer versions of nft print `dstnat` at output too. */
  readonly printed?: string
  readonly policy: 'accept' | 'drop'
}

export interface NftChain {
  readonly name: string
  readonly base?: Base
  readonly comment?: string
  /** Lines of the chain's head that we do not take apart. */
  readonly more?: readonly string[]
  readonly rules: readonly NftRule[]
  readonly because?: CauseId
}

/** One table. Maps are in the order of making; a map that makes its chains when asked will do as well. */
export interface NftTable {
  readonly family: NftFamily
  readonly name: string
  readonly comment?: string
  readonly flags: readonly string[]
  /** Blocks of kinds that we do not take apart (counter, quota, flowtable …): kind, name and lines. */
  readonly objects: readonly { readonly kind: string; readonly name: string; readonly lines: readonly string[] }[]
  readonly sets: ReadonlyMap<string, NftSet>
  /** Names of the base chains, where the others are made when asked for. */
  readonly bases?: readonly string[]
  readonly chains: ReadonlyMap<string, NftChain>
}

/** All nftables tables of one netns, in the order of making. */
export interface NftRuleset {
  /** Grows with every change. */
  readonly generation: number
  readonly tables: readonly NftTable[]
}

interface InTable {
  readonly family: NftFamily
  readonly table: string
}

/** One command of `nft`. A listing is read as the commands that make it. */
export type NftCommand =
  | (InTable & { readonly do: 'table'; readonly comment?: string; readonly flags: readonly string[] })
  | (InTable & { readonly do: 'object'; readonly object: NftTable['objects'][number] })
  | (InTable & { readonly do: 'chain'; readonly chain: Omit<NftChain, 'rules'> })
  | (InTable & { readonly do: 'set'; readonly set: Omit<NftSet, 'elements'> })
  | (InTable & { readonly do: 'rule'; readonly chain: string; readonly rule: NftRule; readonly insert?: true })
  | (InTable & { readonly do: 'elements'; readonly set: string; readonly elements: readonly Element[] })
  | (InTable & { readonly do: 'delete-elements'; readonly set: string; readonly elements: readonly Element[] })
  | { readonly do: 'flush-ruleset'; readonly family?: NftFamily }
  /** Without a name: all rules of the table. */
  | (InTable & { readonly do: 'flush-chain'; readonly chain?: string })
  | (InTable & { readonly do: 'flush-set'; readonly set: string })
  | (InTable & { readonly do: 'delete-table' })
  | (InTable & { readonly do: 'delete-chain'; readonly chain: string })
  | (InTable & { readonly do: 'delete-set'; readonly set: string })
