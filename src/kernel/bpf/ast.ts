import type { Family, Ip, Mac } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Skb } from '../../trace/event.ts'
import type { Luck } from '../../trace/luck.ts'
import type { Netns } from '../machine.ts'

/** Where in a system call a cgroup program is asked (BPF_CGROUP_INET4_CONNECT and its kin); the family is the program's. */
export type SockHook = 'connect' | 'sendmsg' | 'recvmsg' | 'getpeername'
/** Side of a device that a tc program stands at: `ingress` what it receives, `egress` what it sends. */
export type TcSide = 'ingress' | 'egress'

export interface Endpoint {
  readonly address: Ip
  readonly port: number
}

/** One entry of a map, for whoever lists it. */
export interface MapEntry<V> {
  readonly key: string
  readonly value: V
  readonly because?: CauseId
}

/** Entries in an order that stays; one is made when it is asked for. */
export type Entries<V> = Pick<readonly MapEntry<V>[], 'length' | 'at'>

/** Why an entry is not what a look-up of another key finds. `prefix`: it is for other addresses; `shorter`: it matches, and a longer one does too. */
export type KeyMiss = 'identity' | 'protocol' | 'port' | 'prefix' | 'shorter'

/** A map that a program of user space fills. `get`: exact, or the longest prefix, as the map is; `key` of what it found, as it stands there. */
export interface AgentMap<V> {
  readonly name: string
  get(key: string): MapEntry<V> | undefined
  /** The value in few words, for the trace. */
  show(value: V): string
  /** All entries; with a key only those that stand together with it, where a map has such groups (the slots of one frontend). */
  list(near?: string): Entries<V>
  /** Of a map where other keys than the same one can match: why an entry is not what a look-up of `key` finds. */
  why?(key: string, entry: string): KeyMiss | undefined
  /** What else nothing found comes from: objects that make everything denied which has no entry. */
  denied?(key: string): readonly CauseId[]
}

/** A map that the programs themselves fill: what it holds stands in the Moment. Values are never changed, only replaced. */
export interface FlowMap<V> {
  readonly name: string
  show(value: V): string
}

export type BpfMap = AgentMap<unknown> | FlowMap<unknown>

/** What a program may ask of the kernel, whatever it is attached to. Each question of a map is a step of the trace. */
export interface Helpers {
  readonly netns: Netns
  /** ns on the lab's clock (bpf_ktime_get_ns). */
  readonly now: number
  readonly luck: Luck
  /** bpf_map_lookup_elem. */
  look<V>(map: AgentMap<V>, key: string): V | undefined
  find<V>(map: FlowMap<V>, key: string): V | undefined
  /** bpf_map_update_elem. */
  put<V>(map: FlowMap<V>, key: string, value: V): void
}

/** A socket call that a cgroup program looks at (struct bpf_sock_addr). */
export interface SockCall extends Helpers {
  readonly proto: 'tcp' | 'udp' | 'sctp'
  /** Whom the program of user space named: connect, sendmsg; the peer of the socket: recvmsg, getpeername. */
  readonly peer: Endpoint
  /** Tells sockets apart (bpf_get_socket_cookie). */
  readonly cookie: string
}

/** `to`: the address that is put in the place of the named one. */
export type SockVerdict =
  | { readonly do: 'allow'; readonly to?: Endpoint; readonly because?: CauseId }
  /** The call fails (bpf_set_retval, or EPERM). */
  | { readonly do: 'refuse'; readonly errno: string }

export interface SockProgram {
  /** `cil_sock4_connect`. */
  readonly name: string
  readonly hook: SockHook
  readonly family: Family
  readonly because?: CauseId
  run(call: SockCall): SockVerdict
}

/** What bpf_fib_lookup says of a packet. */
export interface Fib {
  readonly dev: string
  readonly via: Ip
  readonly mtu: number
}

/** A frame in the hands of a tc program (struct __sk_buff). Changes are steps of the trace. */
export interface Frame extends Helpers {
  readonly dev: string
  readonly side: TcSide
  skb(): Skb
  /** Another address or port on one side; `undo`: the old one comes back. */
  rewrite(side: 'src' | 'dst', to: Endpoint, undo: boolean, because?: CauseId): void
  /** False: the TTL is used up, nothing changed. */
  lowerTtl(): boolean
  setMacs(src: Mac, dst: Mac): void
  /** The packet loses its mark. */
  clearMark(): void
  /** bpf_skb_set_tunnel_key: for a tunnel device without settings of its own (`external`). */
  setTunnelKey(remote: Ip, id: number): void
  /** An option of the IPv4 header that carries an address and a port. */
  setOption(option: Endpoint): void
  /** bpf_fib_lookup. */
  fib(dst: Ip): Fib | undefined
}

/** What becomes of a frame. `why` in the words of the program's writer. */
export type TcVerdict =
  /** TC_ACT_OK: on as if no program were here. */
  | { readonly do: 'ok' }
  /** TC_ACT_SHOT. */
  | { readonly do: 'drop'; readonly why: string; readonly because?: CauseId }
  /** bpf_redirect: sent by another device. */
  | { readonly do: 'redirect'; readonly dev: string }
  /** bpf_redirect_peer: received by the far end of a veth pair, without a queue between. */
  | { readonly do: 'redirect-peer'; readonly dev: string }
  /** bpf_redirect_neigh: sent by another device, with the MAC of this next hop. */
  | { readonly do: 'redirect-neigh'; readonly fib: Fib }
  | { readonly do: 'unmodelled'; readonly what: string }

export interface TcProgram {
  /** `cil_from_container`. */
  readonly name: string
  readonly dev: string
  readonly side: TcSide
  readonly because?: CauseId
  /** On the ingress side: whether the program itself answers who asks for this IPv4 address, so that the kernel's ARP never hears of it. */
  answersArp?(asked: Ip): boolean
  run(frame: Frame): TcVerdict
}

/** Programs that a netns meets, by where they are attached. */
export interface Bpf {
  /** The machine whose maps they read: a container's sockets are in the cgroups of its machine. */
  readonly machine: string
  readonly sock: readonly SockProgram[]
  readonly tc: readonly TcProgram[]
  /** Every map of the machine, for who lists them. */
  readonly maps: readonly BpfMap[]
}
