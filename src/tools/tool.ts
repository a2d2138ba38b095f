import type { FlowMap } from '../kernel/bpf/ast.ts'
import type { IpvsConn, IpvsStats } from '../kernel/ipvs/state.ts'
import type { Machines, Netns } from '../kernel/machine.ts'
import type { Family, Ip } from '../net/ip.ts'
import type { CtView, TableName } from '../trace/event.ts'

/** What a rule has counted so far. */
export interface Count {
  readonly packets: number
  readonly bytes: number
}

/** Names a rule of the namespace by its place, from 0; index -1 is the policy of a built-in chain. */
export interface CountRef {
  readonly family: Family
  readonly table: TableName
  readonly chain: string
  readonly index: number
}

/** A side of a BGP session, as `calicoctl node status` tells of it. */
export interface BgpPeer {
  readonly type: 'node-to-node mesh' | 'node specific' | 'global'
  readonly peerAddress: Ip
  readonly passive: boolean
  readonly down?: 'no-answer' | 'wrong-as'
}

/** One namespace at one moment, as a tool that runs in it sees it. */
export interface ToolContext {
  readonly netns: Netns
  /** The other ends of its cables, for `eth0@if5`. */
  readonly machines?: Machines
  readonly counters: (ref: CountRef) => Count
  readonly conntrack: readonly CtView[]
  /** Connections that IPVS remembers, and what it has counted for virtual and real servers. */
  readonly ipvs?: { readonly conns: readonly IpvsConn[]; readonly stats: ReadonlyMap<string, IpvsStats> }
  /** What programs of eBPF on this machine wrote into a map of theirs; undefined: there are none. */
  readonly flows?: <V>(map: FlowMap<V>) => ReadonlyMap<string, V>
  /** ns on the lab's clock. */
  readonly now: number
  /** The environment of a Pod's first container. */
  readonly variables?: readonly (readonly [name: string, value: string])[]
  /** This node's sides of its BGP sessions with the reason where one is down; undefined: no BIRD runs here. */
  readonly bgp?: () => readonly BgpPeer[] | undefined
  /** What the kube-proxy of this node printed since its last start, or since the one before; undefined: there was none. */
  readonly proxyLog?: (previous: boolean) => readonly string[] | undefined
}

/** What a run printed: lines without their ends. `stdout` may be made while it is read, so read it once. */
export interface ToolResult {
  readonly code: number
  readonly stdout: Iterable<string>
  readonly stderr: readonly string[]
}

/** A program that an operator runs on a node or in a pod. `argv` is without the program's name. */
export interface Tool {
  readonly name: string
  run(ctx: ToolContext, argv: readonly string[]): ToolResult
}

export const printed = (stdout: Iterable<string>, stderr: readonly string[] = []): ToolResult => ({ code: 0, stdout, stderr })
export const failed = (code: number, ...stderr: readonly string[]): ToolResult => ({ code, stdout: [], stderr })

/** For what the real tool can do and ours cannot: said in our own name, so that nobody takes it for the tool's words. */
export const notModelled = (tool: string, what: string): ToolResult => failed(2, `packetwalk: ${tool}: ${what}: not modelled`)
