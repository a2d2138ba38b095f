import type { Cidr, Ip } from '../../net/ip.ts'

/** A machine that speaks BGP: a node, or a router outside that nodes are told to speak to. */
export interface Speaker {
  readonly name: string
  readonly kind: 'node' | 'router'
  readonly address: Ip
  readonly asNumber: number
  /** Hands on to its clients what it learns of others. */
  readonly reflector: boolean
  /** What it announces of its own: blocks, and addresses out of the blocks of others. */
  readonly announces: readonly Cidr[]
}

/** One side of a session, as that side's own configuration has it. */
export interface PeerEnd {
  readonly node: string
  readonly peer: string
  readonly peerAddress: Ip
  readonly asNumber: number
  /** The AS that it asks the other side for. */
  readonly peerAs: number
  /** As `calicoctl node status` names it (calicoctl/commands/node/status.go). */
  readonly type: 'node-to-node mesh' | 'node specific' | 'global'
  /** Waits to be called: of two nodes the one whose address is the lower text (confd's bird templates). */
  readonly passive: boolean
  /** What it has learned by this session. */
  readonly learned: readonly Cidr[]
}

/** A session between two machines, told once; a router has no side that we know. */
export interface PeerSession {
  readonly between: readonly [string, string]
  readonly ends: readonly PeerEnd[]
  /** Why it is not up; undefined: Established. */
  readonly down?: 'no-answer' | 'wrong-as'
  /** Routes that it would bring and that no other session brings: which node is without them. Only of one that is down. */
  readonly lost: readonly { readonly node: string; readonly dst: Cidr }[]
}

/** Who speaks BGP to whom. */
export interface Peering {
  readonly speakers: readonly Speaker[]
  /** Those that are down first. */
  readonly sessions: readonly PeerSession[]
}
