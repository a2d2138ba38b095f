import type { Family, Ip, Mac } from '../net/ip.ts'
import type { Message } from '../net/message.ts'
import type { Packet } from '../net/packet.ts'
import type { BpfVerdict } from './bpf-verdict.ts'
import type { CauseId } from './cause.ts'
import type { RouteTaken } from './journey.ts'
import type { TooBig } from './toobig.ts'

/** The five hooks, as the kernel's tools write them. */
export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'
export type Netns = string
export type Device = string
/** Where a program of eBPF stands: at a call of a socket (by family), or at one side of a device. */
export type BpfAttach = `${'connect' | 'sendmsg' | 'recvmsg' | 'getpeername'}${Family}` | 'ingress' | 'egress'
export type TableName = 'raw' | 'mangle' | 'nat' | 'filter' | 'security'

export type CtState = 'new' | 'established' | 'related' | 'invalid' | 'untracked'
export type CtDir = 'original' | 'reply'

/** How a connection looks from one side; ports are 0 where the protocol has none, the id for ICMP echo. */
export interface Tuple {
  readonly proto: 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmp6' | 'ipip'
  readonly src: Ip
  readonly dst: Ip
  readonly sport: number
  readonly dport: number
  /** ICMP only. */
  readonly type?: number
  readonly code?: number
}

export type CtStatus = 'SEEN_REPLY' | 'ASSURED' | 'SRC_NAT' | 'DST_NAT'

/** One conntrack entry as a reader sees it at one step. `expires` in ns of the lab's clock. */
export interface CtView {
  readonly id: number
  readonly zone: number
  readonly family: Family
  readonly orig: Tuple
  readonly reply: Tuple
  readonly status: readonly CtStatus[]
  /** TCP's or SCTP's state as `conntrack -L` prints it; undefined for protocols without states. */
  readonly tcp?: string
  readonly timeout: number
  readonly mark: number
}

/** A packet inside a kernel. Changing netns clears mark and conntrack; encapsulation in one netns keeps the mark. */
export interface Skb {
  readonly packet: Packet
  readonly mark: number
  readonly iif?: Device
  readonly oif?: Device
  readonly ct?: { readonly id: number; readonly dir: CtDir; readonly state: CtState }
  /** Lent by br_netfilter while a bridged frame visits the IP hooks: the real ports. */
  readonly bridged?: { readonly physin?: Device; readonly physout?: Device }
  readonly ipvs?: true
  /** Which piece of a packet that was cut, from 0; absent on a whole one. */
  readonly piece?: number
  /** Of a packet that was put together again: its longest piece in bytes, which it will be cut to anew. */
  readonly fragMax?: number
  /** For and from a tunnel device without settings of its own: the other end, and the tunnel's id; `local`: where it came to; `ovs`: of a datapath, which lets nobody cut it. */
  readonly tunnelKey?: { readonly remote: Ip; readonly id: number; readonly local?: Ip; readonly ovs?: true }
  /** The tunnel device that wrapped the packet; POSTROUTING of the outer packet names it as incoming. */
  readonly tunnel?: Device
}

export interface SocketView {
  readonly netns: Netns
  readonly proto: 'tcp' | 'udp' | 'sctp' | 'icmp'
  readonly local: string
  readonly peer?: string
  readonly state: string
  /** Process that owns it, in the words of the lab: `default/web-1 nginx`. */
  readonly owner: string
}

/** What a step is about. The state before is the `after` of the journey's event before. */
export type Subject =
  | { readonly kind: 'skb'; readonly skb: Skb }
  | { readonly kind: 'socket'; readonly socket: SocketView }
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'object'; readonly ref: string }

/**
 * Names one rule in one generation of a node's rules. `index` counts from 0 within the chain. Without `language` it is one of iptables and
 * `table` a TableName; `tableFamily` is that of an nft table (`ip`, `ip6`, `inet`), `family` always the packet's.
 */
export interface RuleRef {
  readonly netns: Netns
  readonly family: Family
  readonly table: string
  readonly language?: 'nft'
  readonly tableFamily?: string
  readonly chain: string
  readonly index: number
  readonly generation: number
}

export type RuleVerdict =
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly kind: 'reject'; readonly with: string }

export interface RouteView {
  readonly table: 'local' | 'main' | 'default' | (string & {})
  /** As `ip route` prints the line that won. */
  readonly text: string
  readonly type: 'unicast' | 'local' | 'broadcast' | 'blackhole' | 'unreachable' | 'prohibit' | 'throw' | 'multicast'
  readonly dev?: Device
  readonly via?: Ip
  readonly src?: Ip
}

/** Where a step happens. */
export interface At {
  readonly netns: Netns
  readonly hook?: Hook
  readonly family?: Family
  readonly device?: Device
}

/** A change of state that a step makes; all of them in order give the state at any step. */
export type Change =
  | { readonly kind: 'conntrack'; readonly netns: Netns; readonly entry: CtView; readonly what: 'new' | 'update' | 'destroy' }
  | { readonly kind: 'counter'; readonly rule: RuleRef; readonly packets: number; readonly bytes: number }
  | {
      readonly kind: 'policy-counter'
      readonly netns: Netns
      readonly family: Family
      readonly table: TableName
      readonly chain: string
      readonly bytes: number
    }
  | {
      readonly kind: 'neighbour'
      readonly netns: Netns
      readonly dev: Device
      readonly address: Ip
      readonly mac: Mac
      readonly state: string
    }
  | { readonly kind: 'fdb'; readonly netns: Netns; readonly bridge: Device; readonly mac: Mac; readonly port: Device }
  | { readonly kind: 'socket'; readonly socket: SocketView }

interface Base {
  /** Counts through the whole answer, from 0. */
  readonly seq: number
  /** Index in Answer.journeys. */
  readonly journey: number
  readonly at: At
  readonly after: Subject
  readonly writes?: readonly Change[]
  /** What stands behind this step. */
  readonly because?: CauseId
}

/**
 * Everything that can happen to a packet. A station is a hook, device, route, bridge, program or process;
 * rules, NAT and conntrack events belong to the station that they happen at.
 */
export type TraceEvent = Base &
  /** A packet enters a hook; the next events at the same place belong to it until `hook-end`. */
  (
    | { readonly kind: 'hook' }
    | { readonly kind: 'hook-end'; readonly verdict: 'accept' | 'drop' | 'stolen' }
    /** A rule matched. passedOver: rules of this chain tried before it, since the event before, that did not match. */
    | {
        readonly kind: 'rule'
        readonly rule: RuleRef
        readonly text: string
        readonly verdict: RuleVerdict
        readonly passedOver: number
        readonly base: string
        readonly priority: number
        /** nft: the named set or map that the rule looked into, with what was looked for and the element that was found. */
        readonly lookup?: { readonly map: string; readonly key: string; readonly element: string }
      }
    /** A user chain ran out, or a base chain ended by its policy. */
    | {
        readonly kind: 'chain-end'
        readonly table: string
        readonly language?: 'nft'
        readonly chain: string
        readonly policy?: 'accept' | 'drop'
        readonly passedOver: number
        readonly base: string
        readonly priority: number
      }
    | {
        readonly kind: 'conntrack'
        readonly what: 'found' | 'new' | 'confirmed' | 'changed' | 'invalid' | 'untracked'
        readonly entry?: CtView
      }
    /** An address or port changed. `by`: a rule of this packet, or the entry replayed. */
    | {
        readonly kind: 'nat'
        readonly manip: 'src' | 'dst'
        readonly by: 'rule' | 'conntrack' | 'ipvs' | 'bpf'
        readonly from: string
        readonly to: string
        readonly undo: boolean
        /**
         * By IPVS: the connection was known, the scheduler chose a server, or a client stays with its own (persistence); `answer`: the virtual
         * address comes back. `service`: `TCP 10.96.0.10:53`.
         */
        readonly ipvs?: {
          readonly how: 'known' | 'scheduled' | 'persistent' | 'answer'
          readonly service?: string
          readonly scheduler?: string
        }
      }
    | { readonly kind: 'route'; readonly route?: RouteView; readonly dst: Ip; readonly failed?: 'unreachable' | 'blackhole' | 'prohibit' }
    | {
        readonly kind: 'neighbour'
        readonly dev: Device
        readonly address: Ip
        readonly mac?: Mac
        /** Of a walk from cold tables also: the packet `waits`, the machine `asks` by ARP, another one `answers`. */
        readonly found: 'known' | 'asked' | 'failed' | 'none-needed' | 'waits' | 'asks' | 'answers'
      }
    /** A frame at a hook of the bridge. */
    | { readonly kind: 'bridge'; readonly hook: Hook; readonly iif?: Device; readonly oif?: Device }
    /** The bridge looked up a destination MAC. `flow`: it is a datapath of Open vSwitch, and this flow was found. */
    | {
        readonly kind: 'fdb'
        readonly bridge: Device
        readonly mac: Mac
        readonly port?: Device
        readonly flooded: readonly Device[]
        readonly flow?: string
      }
    | {
        readonly kind: 'device'
        readonly dir: 'rx' | 'tx'
        readonly device: Device
        readonly ll?: { readonly src: Mac; readonly dst: Mac }
      }
    /** Through a veth pair or over a wire into another netns. */
    | {
        readonly kind: 'cross'
        readonly wire: string
        readonly from: { readonly netns: Netns; readonly device: Device }
        readonly to: { readonly netns: Netns; readonly device: Device }
      }
    | { readonly kind: 'encap'; readonly device: Device; readonly tunnel: 'vxlan' | 'ipip'; readonly remote: Ip; readonly lookup: string }
    | { readonly kind: 'decap'; readonly device: Device; readonly tunnel: 'vxlan' | 'ipip' }
    | { readonly kind: 'ttl'; readonly left: number }
    /** The packet is cut: from here on each piece (`Skb.piece`) goes its own way. `mtu` in bytes. */
    | { readonly kind: 'fragment'; readonly pieces: number; readonly mtu: number }
    /** The last piece came in, and the packet is whole again. */
    | { readonly kind: 'reassemble'; readonly pieces: number }
    /** `limited`: it is not sent, its receiver has had enough of them lately. */
    | { readonly kind: 'icmp-error'; readonly type: number; readonly code: number; readonly name: string; readonly limited?: true }
    | {
        readonly kind: 'socket'
        readonly what: 'send' | 'receive' | 'connected' | 'refused' | 'error' | 'ignored' | 'none'
        readonly errno?: string
      }
    /** `route`: an L7 proxy has read `message` and decided. */
    | {
        readonly kind: 'process'
        readonly process: string
        readonly what: string
        readonly message?: Message
        readonly route?: RouteTaken
      }
    | { readonly kind: 'dns'; readonly server: string; readonly plugins: readonly string[]; readonly message: Message }
    /** A program of eBPF begins: at a system call of a process (`connect4`), or at one side of a device. The next steps are its own until `bpf-end`. */
    | { readonly kind: 'bpf'; readonly program: string; readonly attach: BpfAttach }
    /** A program asks a map or writes to it. `value` in few words; absent: nothing was found. */
    | {
        readonly kind: 'bpf-map'
        readonly program: string
        readonly map: string
        readonly op: 'lookup' | 'update'
        readonly key: string
        readonly value?: string
      }
    /** `address`: what it put in the place of the address that the call named; `errno`: what the call returns. */
    | {
        readonly kind: 'bpf-end'
        readonly program: string
        readonly verdict: BpfVerdict
        readonly errno?: string
        readonly address?: { readonly from: string; readonly to: string; readonly hook: 'connect' | 'sendmsg' | 'recvmsg' | 'getpeername' }
      }
    /** `tooBig`, with reason `mtu`: what the packet did not fit, in bytes; `silent`: a link layer that tells nobody. */
    | { readonly kind: 'drop'; readonly reason: string; readonly tooBig?: TooBig }
  )

export type EventKind = TraceEvent['kind']
