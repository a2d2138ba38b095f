import type { FdbEntry, Neighbour } from '../kernel/machine.ts'
import type { NftCommand } from '../kernel/nft/ast.ts'
import type { Cidr, Family, Ip } from '../net/ip.ts'
import type { TableName } from '../trace/event.ts'
import type { Problem } from '../trace/problem.ts'
import type { DumpedConntrack } from './conntrack.ts'
import type { DumpKind } from './kind.ts'
import type { DumpedLink } from './links.ts'
import type { DumpedRoute } from './routes.ts'
import type { SavedTable } from './saved.ts'

export interface Lined<T> {
  readonly is: T
  readonly line: number
}

/** A text as it stands, with the line that it begins at: readers of other rooms take it apart. */
export interface Piece {
  readonly text: string
  readonly from: number
  readonly line: number
}

/** An address and port that rules or virtual servers send packets to. */
export interface Target {
  readonly address: Ip
  readonly port: number
  readonly proto: 'TCP' | 'UDP' | 'SCTP'
  /** `namespace/name:port`, where a comment says it. */
  readonly service?: string
  readonly line: number
}

/** What the outputs give away of the node that printed them. */
export interface Clues {
  /** Its own addresses with their nets, those of the device towards everywhere else first. */
  readonly uplink: readonly Cidr[]
  readonly gateways: readonly Ip[]
  /** The net of the Pods on its bridge. */
  readonly podCIDR?: Cidr
  /** The net that rules take for that of all Pods: `! -s 10.244.0.0/16 … -j KUBE-MARK-MASQ`. */
  readonly podNet?: Cidr
  /** Where rules and virtual servers send packets; `more` than are listed. */
  readonly targets: readonly Target[]
  readonly more: boolean
}

/** All that one text says of a node. A layer that the text does not hold is absent: nothing is known of it. */
export interface Dump {
  readonly text: string
  readonly file: string
  readonly tables: readonly SavedTable[]
  readonly nft?: { readonly commands: readonly NftCommand[]; readonly pieces: readonly Piece[] }
  readonly links?: { readonly links: readonly DumpedLink[]; readonly addresses: boolean; readonly whole: boolean }
  /** `piece`: filtered by whoever pasted it. */
  readonly routes?: { readonly list: readonly DumpedRoute[]; readonly piece: boolean }
  readonly neigh?: readonly Lined<Neighbour>[]
  readonly fdb?: readonly Lined<FdbEntry>[]
  readonly conntrack?: readonly DumpedConntrack[]
  readonly sysctls?: readonly Lined<{ readonly name: string; readonly value: number }>[]
  /** What other rooms read: `ip rule`, ipset, ipvsadm. */
  readonly pieces: Readonly<Partial<Record<DumpKind, readonly Piece[]>>>
  /** Real servers of IPVS. */
  readonly servers: readonly Target[]
  /** Parts of rules that are not modelled, and how many rules have them. */
  readonly kept: readonly { readonly words: string; readonly n: number }[]
  /** How many lines of each tool were read. */
  readonly lines: readonly { readonly kind: DumpKind; readonly n: number }[]
  readonly problems: readonly Problem[]
  readonly clues: Clues
}

/** What the lab says of a text that the text does not say itself. */
export interface DumpSays {
  readonly family?: Family
  readonly table?: TableName
}
