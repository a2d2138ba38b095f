import type { Family, Ip } from '../net/ip.ts'
import { ipLength, type Packet } from '../net/packet.ts'
import type { At, Change, Hook, Skb, Subject, TraceEvent, Tuple } from '../trace/event.ts'
import type { Ending, Phase, Relation } from '../trace/journey.ts'
import type { Luck } from '../trace/luck.ts'
import type { Chain } from './iptables/ast.ts'
import type { TableVerdict, Visit } from './iptables/run.ts'
import type { Machines, Netns } from './machine.ts'
import type { Moment } from './moment.ts'

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** An event before it has its number. */
export type Body = Without<TraceEvent, 'seq' | 'journey'>

/**
 * What comes next for a packet: one layer of the kernel's stack. Plain data; `then` says where an accepted packet goes on.
 */
export type Follow =
  | {
      readonly at: 'hook'
      readonly hook: Hook
      readonly family: Family
      readonly after: number
      readonly iif?: string | undefined
      readonly oif?: string | undefined
      readonly then: Follow
    }
  /** A frame comes in by a device. */
  | { readonly at: 'receive'; readonly dev: string }
  /** A frame leaves by a device. `via`: the next hop, for devices that have no link-layer addresses. */
  | { readonly at: 'transmit'; readonly dev: string; readonly via?: Ip }
  /** Handed to the IP layer by dev. */
  | { readonly at: 'ip-receive'; readonly dev: string }
  | { readonly at: 'route-input'; readonly dev: string }
  /** `mtu`: what the route and its device take, in bytes. */
  | { readonly at: 'forwarded'; readonly iif: string; readonly oif: string; readonly via: Ip; readonly mtu: number }
  | { readonly at: 'deliver'; readonly dev: string }
  /** Made here; needs a route. `dst` and `mark`: what the last look-up was for; `iif`: where IPVS took it from. */
  | {
      readonly at: 'output-done'
      readonly oif: string
      readonly via: Ip
      readonly dst: Ip
      readonly mark: number
      readonly mtu: number
      readonly iif?: string
    }
  /** `iif`: forwarded, and not made here. `cut`: a piece that fits. */
  | { readonly at: 'neighbour'; readonly oif: string; readonly via: Ip; readonly mtu: number; readonly iif?: string; readonly cut?: true }
  | { readonly at: 'bridge-receive'; readonly bridge: string; readonly port: string }
  | { readonly at: 'bridge-routed'; readonly bridge: string; readonly port: string; readonly dst: Ip }
  | { readonly at: 'bridge-decide'; readonly bridge: string; readonly port: string }
  | { readonly at: 'bridge-forward'; readonly bridge: string; readonly port: string; readonly out: string }
  | { readonly at: 'bridge-forwarded'; readonly bridge: string; readonly out: string }
  | { readonly at: 'bridge-transmit'; readonly out: string; readonly cut?: true }
  | { readonly at: 'bridge-input'; readonly bridge: string; readonly port: string; readonly seen: boolean }
  /** The bridge device itself sends: local or routed traffic. */
  | { readonly at: 'bridge-output'; readonly bridge: string }
  /** Say what a rule decided, after what it set going has run to its end. */
  | { readonly at: 'tell'; readonly events: readonly Body[]; readonly ending: Ending }

export type Place = { readonly journey: number; readonly netns: string; readonly skb: Skb } & Follow

/**
 * The same packet at its next place, as it was or as it is now. Written out for each kind, so that all places of a kind are objects of one shape:
 * a spread of one of many shapes is what costs most in a walk.
 */
export function follow({ journey, netns, skb: was }: Pick<Place, 'journey' | 'netns' | 'skb'>, next: Follow, skb: Skb = was): Place {
  switch (next.at) {
    case 'receive':
    case 'ip-receive':
    case 'route-input':
    case 'deliver':
      return { journey, netns, skb, at: next.at, dev: next.dev }
    case 'transmit':
      return next.via === undefined
        ? { journey, netns, skb, at: next.at, dev: next.dev }
        : { journey, netns, skb, at: next.at, dev: next.dev, via: next.via }
    case 'forwarded':
      return { journey, netns, skb, at: next.at, iif: next.iif, oif: next.oif, via: next.via, mtu: next.mtu }
    case 'bridge-receive':
    case 'bridge-decide':
      return { journey, netns, skb, at: next.at, bridge: next.bridge, port: next.port }
    case 'bridge-routed':
      return { journey, netns, skb, at: next.at, bridge: next.bridge, port: next.port, dst: next.dst }
    case 'bridge-forward':
      return { journey, netns, skb, at: next.at, bridge: next.bridge, port: next.port, out: next.out }
    case 'bridge-forwarded':
      return { journey, netns, skb, at: next.at, bridge: next.bridge, out: next.out }
    case 'bridge-input':
      return { journey, netns, skb, at: next.at, bridge: next.bridge, port: next.port, seen: next.seen }
    case 'bridge-output':
      return { journey, netns, skb, at: next.at, bridge: next.bridge }
    case 'output-done': {
      const { oif, via, dst, mark, mtu, iif } = next
      const to = { journey, netns, skb, at: next.at, oif, via, dst, mark, mtu }
      return iif === undefined ? to : { ...to, iif }
    }
    case 'neighbour': {
      const { oif, via, mtu, iif, cut } = next
      if (cut) return { journey, netns, skb, ...next }
      return iif === undefined
        ? { journey, netns, skb, at: next.at, oif, via, mtu }
        : { journey, netns, skb, at: next.at, oif, via, mtu, iif }
    }
    case 'bridge-transmit':
    case 'hook':
    case 'tell':
      return { journey, netns, skb, ...next }
  }
}

/** Something that the kernel tells a process. */
export interface Told {
  readonly process: string
  readonly netns: string
  readonly happening:
    | { readonly kind: 'connected'; readonly conn: string }
    | { readonly kind: 'accepted'; readonly conn: string }
    | { readonly kind: 'data'; readonly conn: string; readonly packet: Packet }
    | { readonly kind: 'failed'; readonly conn: string; readonly errno: string }
  readonly sock?: string
  /** The journey that brought the news. */
  readonly journey?: number
}

/** A packet that the kernel or a process sends next, once the packet under way has come to its end. */
export interface Sending {
  readonly netns: string
  readonly packet: Packet
  readonly phase: Phase
  readonly as: Relation
  readonly parent: number
  readonly connection?: Tuple
  readonly ct?: Skb['ct']
  /** What happened in the call that sends it, before there was a packet. */
  readonly before?: readonly Body[]
  /** Made by hand: no socket sent it, whatever its ends are. */
  readonly raw?: true
  /** Process and connection that learn of a local failure. */
  readonly owner?: { readonly process: string; readonly conn: string }
}

/** All that a step of the kernel may touch. */
export interface Run {
  readonly machines: Machines
  readonly moment: Moment
  readonly luck: Luck
  /** Nobody reads the steps: only how it ends is wanted, so that none need be made. */
  readonly silent?: boolean
  /** In place of walking a table's chains from its base chain on: another way to the same verdict. */
  readonly tables?: ((visit: Visit, base: Chain, skb: Skb) => TableVerdict) | undefined
  netns(name: string): Netns
  emit(journey: number, body: Body): void
  /** `socket`: the key of the one that the packet came to. */
  end(journey: number, ending: Ending, socket?: string): void
  /** Opens a journey; its packet has not moved yet. */
  begin(journey: {
    readonly phase: Phase
    readonly connection: Tuple
    readonly as?: Relation
    readonly parent?: number
    readonly packet: Packet
  }): number
  phaseOf(journey: number): Phase
  connectionOf(journey: number): Tuple
  /** How many sockets with both its ends the sender of this journey's packet had before this one; -1 for a packet made by hand. */
  againOf(journey: number): number
  send(sending: Sending): void
  /** Pieces that wait for the others, by place. */
  readonly pieces: Map<string, Skb[]>
  /** From here on this journey's packet goes in pieces. `queued`: none is received before all are sent. */
  cut(journey: number, queued: boolean): void
  /** Whether this journey's packet has passed here before with these very headers. */
  passed(journey: number, where: string, headers: Packet['headers']): boolean
  /** Packets that wait for the link-layer address of their next hop, by netns, device and address. */
  readonly held: Map<string, Place[]>
  /** A journey of a frame's copy, which nobody is told of: all who hear a broadcast and have nothing to say. */
  copy(journey: number, packet: Packet): number
  /** What the kernel does when this much time (ns) has passed: a neighbour that never answered. */
  later(ns: number, act: () => readonly Place[]): void
  tell(told: Told): void
}

export const subject = (skb: Skb): Subject => ({ kind: 'skb', skb })

/** Emits a step of the packet at this place. */
export function note(run: Run, place: Place, body: Without<Body, 'at' | 'after'> & { readonly at?: At; readonly after?: Subject }): void {
  if (!run.silent) run.emit(place.journey, { at: { netns: place.netns }, after: subject(place.skb), ...body } as Body)
}

/** Ends the journey with a step that says why. */
export function drop(run: Run, place: Place, ending: Extract<Ending, { kind: 'dropped' }>, at: Partial<At> = {}): [] {
  note(run, place, { kind: 'drop', reason: ending.reason, at: { netns: place.netns, ...at } })
  run.end(place.journey, ending)
  return []
}

/** What a link layer does with a frame that is longer than it takes: it tells nobody. */
export function dropTooBig(run: Run, place: Place, device: string, mtu: number, at: Partial<At>): [] {
  const tooBig = { device, mtu, size: ipLength(place.skb.packet), silent: true } as const
  note(run, place, { kind: 'drop', reason: 'mtu', tooBig, at: { netns: place.netns, ...at } })
  run.end(place.journey, { kind: 'dropped', reason: 'mtu' })
  return []
}

/** Ends the journey where the model does: `what` says what it does not know. */
export function unmodelled(run: Run, place: Place, what: string): [] {
  run.end(place.journey, { kind: 'unmodelled', what })
  return []
}

export type Writes = readonly Change[]
