import type { Cidr, Ip, Mac } from '../net/ip.ts'
import type { CauseId } from '../trace/cause.ts'
import type { Bpf } from './bpf/ast.ts'
import type { Ipsets } from './ipset/ast.ts'
import type { Ruleset } from './iptables/ast.ts'
import type { Virtuals } from './ipvs/ast.ts'
import type { NftRuleset } from './nft/ast.ts'
import type { Datapath } from './ovs/ast.ts'
import type { IpRule } from './rules.ts'

/** A network interface. Field names are those of the recorded kernel topologies. */
export interface Link {
  readonly dev: string
  readonly kind: 'veth' | 'bridge' | 'vxlan' | 'ipip' | 'openvswitch' | 'dummy' | 'physical' | 'loopback'
  readonly ifindex: number
  readonly mac: Mac
  /** With host bits, first is primary: `10.244.1.1/24`. */
  readonly addrs: readonly Cidr[]
  readonly mtu: number
  readonly up: boolean
  /** The bridge or datapath that this is a port of. */
  readonly master?: string
  /** Bridge port flags. */
  readonly hairpin?: boolean
  readonly isolated?: boolean
  /** The other end of a veth pair, or the wire that a physical device is plugged into. */
  readonly peer?: readonly [netns: string, dev: string]
  readonly wire?: string
  readonly vni?: number
  readonly local?: Ip
  /** IPIP: the other end of all its packets; undefined: the gateway of each packet's route. */
  readonly remote?: Ip
  /** IPIP: TTL of the outer packet; undefined: that of the packet inside. */
  readonly ttl?: number
  /** IPIP: the outer packet may never be cut. */
  readonly pmtudisc?: true
  /** Of kind `openvswitch`: its flows. */
  readonly datapath?: Datapath
  readonly underlay?: string
  readonly dstport?: number
  /** Other settings in the words of iproute2 ("nolearning"). */
  readonly flags?: readonly string[]
  readonly because?: CauseId
}

export interface Route {
  /** `throw`: this table has no way, the next rule is asked. */
  readonly type: 'unicast' | 'local' | 'broadcast' | 'blackhole' | 'unreachable' | 'prohibit' | 'throw'
  readonly dst: Cidr
  readonly via?: Ip
  readonly dev?: string
  readonly table: string
  readonly protocol: string
  readonly scope: 'global' | 'link' | 'host'
  readonly src?: Ip
  readonly metric: number
  readonly onlink: boolean
  readonly mtu?: number
  readonly because?: CauseId
}

export interface Neighbour {
  readonly address: Ip
  readonly dev: string
  readonly mac?: Mac
  /** As `ip neigh` prints it: PERMANENT, REACHABLE, STALE, FAILED. */
  readonly state: string
  readonly because?: CauseId
}

/** One entry of `bridge fdb`: for a bridge port (`dst` undefined) or a VXLAN device. */
export interface FdbEntry {
  readonly mac: Mac
  readonly dev: string
  readonly dst?: Ip
  readonly flags: readonly string[]
  readonly because?: CauseId
}

/** A socket that waits for packets. */
export interface Listener {
  readonly proto: 'tcp' | 'udp' | 'sctp'
  /** undefined: every address of the netns. */
  readonly address?: Ip
  readonly port: number
  /** Names the process: `default/web-1/nginx`. */
  readonly process: string
  readonly because?: CauseId
}

export type NetnsKind = 'node' | 'pod' | 'client' | 'underlay'

/** One network namespace: a kernel as far as a packet can tell. Plain data; changed only by ops. */
export interface Netns {
  readonly name: string
  readonly kind: NetnsKind
  readonly links: readonly Link[]
  readonly routes: readonly Route[]
  /** Policy routing, both families; undefined: the kernel's own rules and no more. */
  readonly ipRules?: readonly IpRule[]
  readonly neigh: readonly Neighbour[]
  readonly fdb: readonly FdbEntry[]
  /** Without the leading /proc/sys: `net/ipv4/ip_forward`. Values are whole numbers. */
  readonly sysctls: Readonly<Record<string, number>>
  readonly rules: { readonly 4: Ruleset; readonly 6: Ruleset }
  /** nftables, beside what iptables holds; undefined: no table was ever made. */
  readonly nft?: NftRuleset
  /** undefined: no set was ever made. */
  readonly ipsets?: Ipsets
  /** Virtual servers of IPVS; undefined: ip_vs is not in use here. */
  readonly ipvs?: Virtuals
  /** Programs of eBPF; undefined: none is attached. */
  readonly bpf?: Bpf
  readonly listeners: readonly Listener[]
  /** Files that programs of this netns read: /etc/resolv.conf, /etc/hosts. */
  readonly files: Readonly<Record<string, string>>
}

/** A cable or switch without a kernel: every device plugged in hears the frames meant for its MAC. */
export interface Wire {
  readonly name: string
  readonly net?: Cidr
  /** Packets that this wire swallows, as a Lab's underlay says: `ipip`, `4789/udp`. */
  readonly blocks?: readonly string[]
  /** The most bytes of an IP packet that it carries, when that is less than its machines believe: what is longer is lost, and nobody says so. */
  readonly mtu?: number
}

/** All machines. `netns(name)` programs a node when it is first touched. */
export interface Machines {
  readonly names: readonly string[]
  netns(name: string): Netns | undefined
  readonly wires: readonly Wire[]
  /** Names of the machines that may be plugged into a wire; without it every machine is looked at. */
  plugged?(wire: string): readonly string[]
}
