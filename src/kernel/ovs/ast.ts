import type { Ip, Mac } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Place, Run } from '../run.ts'

type Received = Extract<Place, { at: 'receive' }>

/** What a flow is found by: the port that the frame came in by, its MACs, and the tunnel it came out of. */
export interface FlowKey {
  readonly inPort: string
  readonly src: Mac
  readonly dst: Mac
  readonly tunnel?: { readonly id: number; readonly remote: Ip }
}

export type FlowAction =
  | { readonly do: 'output'; readonly port: string }
  /** What the next port, a tunnel, is told: the packet's outer header has this id, ends, TTL 64 and Don't Fragment. */
  | { readonly do: 'set-tunnel'; readonly id: number; readonly src: Ip; readonly dst: Ip }

/** One flow of a datapath. Without actions it drops. */
export interface Flow {
  readonly actions: readonly FlowAction[]
  readonly because?: CauseId
}

/** What the program that owns a datapath would do with a frame. A text: this model does not know. */
export type Flows = (key: FlowKey) => Flow | string

/**
 * A datapath of Open vSwitch's kernel module: ports are the links whose `master` it is. The program that owns it is asked by an upcall for
 * a frame that no flow fits, and adds one; flows stand here as after that first frame, as all tables of this model are warm.
 */
export interface Datapath {
  /** The other ends that a broadcast is sent to: machine, and the device there that it comes out of. */
  readonly peers: readonly { readonly netns: string; readonly dev: string }[]
  /** A frame at a port goes where its flow says. */
  receive(run: Run, place: Received): readonly Place[]
}
