import type { Family } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'

/** One place of an element, in the words of the type's name. */
export type Dim = 'ip' | 'net' | 'port' | 'mark' | 'mac' | 'iface' | 'set'

/**
 * One element of a set. `values` has a text for each dimension in one form: `10.0.0.1`, nets always with their length
 * (`10.0.0.0/8`, `10.0.0.1/32`), `tcp:80`, `icmp:8/0`, `0x0000000a`; of bitmap:port the bare number.
 */
export interface SetEntry {
  readonly values: readonly string[]
  /** What it holds is not in the set, though a shorter prefix may be. */
  readonly nomatch?: true
  /** Seconds from the start of the lab's clock; 0 stays for ever. */
  readonly timeout?: number
  readonly comment?: string
  readonly because?: CauseId
}

/** Everything of a set but its elements. */
export interface SetHead {
  readonly name: string
  /** `hash:ip,port`. */
  readonly type: string
  /** Of hash types; bitmap:port and list:set hold for both families. */
  readonly family?: Family
  /** Seconds for elements that bring none; present: elements can have one. */
  readonly timeout?: number
  /** Addresses are cut to this many bits. */
  readonly netmask?: number
  readonly markmask?: number
  /** bitmap types: both ends belong to it. */
  readonly range?: readonly [from: string, to: string]
  /** Words of `create` that change how a set is kept, in the order of the header: `hashsize 1024`, `counters`. */
  readonly kept: readonly (readonly [word: string, value?: string])[]
  readonly because?: CauseId
}

export interface Ipset extends SetHead {
  /** By their values, joined with commas; list:set in its own order. */
  readonly entries: ReadonlyMap<string, SetEntry>
}

/** All sets of a netns by name. */
export type Ipsets = ReadonlyMap<string, Ipset>

/** One line of `ipset restore`, or one call of ipset. */
export type SetCommand =
  | { readonly do: 'create'; readonly head: SetHead }
  | { readonly do: 'add'; readonly set: string; readonly entries: readonly SetEntry[] }
  | { readonly do: 'del'; readonly set: string; readonly entries: readonly SetEntry[] }
  /** Without a name: all sets. */
  | { readonly do: 'flush' | 'destroy'; readonly set?: string }
  | { readonly do: 'swap' | 'rename'; readonly set: string; readonly other: string }

export const keyOf = (values: readonly string[]): string => values.join(',')
