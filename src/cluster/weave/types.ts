import type { Cidr, Ip } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'

/** What one node's weaver owns of the ring. */
export interface WeavePeer {
  /** Pieces of the range, each a net of its own. */
  readonly slice: Cidr
  /** The bridge's address: the first that the peer hands out. */
  readonly bridge: Ip
  /** Its number among peers, 12 bits. */
  readonly shortId: number
}

/** What Weave Net goes by. */
export interface WeavePlan {
  /** IPALLOC_RANGE: every Pod's address has its length. */
  readonly range: Cidr
  /** WEAVE_MTU, else 1376. */
  readonly mtu: number
  /** NO_MASQ_LOCAL: clients keep their address on the way to Pods of this node. */
  readonly noMasqLocal: boolean
  /** By node. */
  readonly peers: ReadonlyMap<string, WeavePeer>
  /** Settings of the DaemonSet that are not modelled. */
  readonly unknown: readonly string[]
  readonly because: CauseId
}
