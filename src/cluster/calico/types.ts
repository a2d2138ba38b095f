import type { Cidr, Family, Ip } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'

export type EncapMode = 'Always' | 'CrossSubnet' | 'Never'

/** An IPPool of either family, defaults filled in. */
export interface IpPool {
  readonly name: string
  readonly cidr: Cidr
  /** Length of its blocks' prefix. */
  readonly blockSize: number
  readonly ipip: EncapMode
  readonly vxlan: EncapMode
  readonly natOutgoing: boolean
  /** Gives no addresses; still counts as inside for natOutgoing. */
  readonly disabled: boolean
  /** Names of the nodes that its nodeSelector finds; undefined: all. */
  readonly nodes?: ReadonlySet<string>
  readonly because: CauseId
}

/** What a node has claimed of a pool: others route it there. */
export interface Block {
  readonly cidr: Cidr
  readonly pool: IpPool
  readonly node: string
}

/** A BGP session between a node and another node, or a router outside. */
export interface BgpSession {
  readonly node: string
  /** Another node, or the address of a router. */
  readonly peer: string
  readonly peerAddress: Ip
  readonly kind: 'mesh' | 'node' | 'router'
  /** Families in which both ends have an address; Calico makes a session for each, which are one here. */
  readonly families: readonly Family[]
  readonly asNumber: number
  readonly peerAs: number
  /** The peer's own AS number is another than the one it is asked by: the session stays down. */
  readonly wrongAs?: true
  /** Asked for by a BGPPeer that names no node. */
  readonly global?: true
  readonly because: CauseId
}

/** Global settings of calico-ipam. */
export interface IpamConfig {
  /** Addresses of a block go to Pods of its own node alone. */
  readonly strict: boolean
  /** How many blocks a node may have, of each family. */
  readonly mostBlocks: number
}

/** What the nodes' Calico goes by. */
export interface CalicoPlan {
  readonly pools: readonly IpPool[]
  readonly blocks: readonly Block[]
  /** Address of each node's tunnel device, by the node's name. */
  readonly tunnels: ReadonlyMap<string, { readonly ipip?: Ip; readonly vxlan?: Ip; readonly vxlan6?: Ip }>
  /** Addresses that a node's Pods have out of another node's block. */
  readonly borrowed: readonly { readonly address: Ip; readonly node: string; readonly pool: IpPool }[]
  readonly asNumbers: ReadonlyMap<string, number>
  readonly sessions: readonly BgpSession[]
  /** Route reflectors, by name. */
  readonly reflectors: ReadonlySet<string>
  readonly vxlanPort: number
  readonly vxlanVni: number
  /** MTU of Pods and devices where the files say one; 0: by the encapsulation. */
  readonly mtu: { readonly veth: number; readonly ipip: number; readonly vxlan: number; readonly vxlan6: number }
  /** natOutgoingExclusions IPPoolsAndHostIPs: what goes to a node's own address keeps its source, too. */
  readonly hostsExcluded: boolean
  /** DefaultEndpointToHostAction: what happens to Pods that ask their own node. The manifest says Accept. */
  readonly toHost: 'Accept' | 'Drop' | 'Return'
  readonly because: CauseId
}
