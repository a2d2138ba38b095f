import type { Family, Ip } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'

export type IpvsProtocol = 'tcp' | 'udp' | 'sctp'

/** How a packet gets to a real server: masquerading rewrites it, direct routing sends it on as it is; tunnelling is named but not modelled. */
export type Forward = 'masq' | 'route' | 'tunnel'

/** Names a virtual server: a firewall mark, or protocol, address and port (0: every port). */
export type VirtualName =
  | { readonly mark: number; readonly family: Family }
  | { readonly proto: IpvsProtocol; readonly address: Ip; readonly port: number }

/** A real server. */
export interface Dest {
  readonly address: Ip
  /** 0: the port that was asked for (virtual servers of a mark or of every port). */
  readonly port: number
  readonly forward: Forward
  /** 0: no new connections, those that it has go on. */
  readonly weight: number
  /** The last weight above 0: mh keeps a server's places while it is 0. */
  readonly lastWeight: number
  /** Connections at which it takes no more (`-x`), and below which it takes some again (`-y`); 0: no limit. */
  readonly upper: number
  readonly lower: number
  readonly because?: CauseId
}

export interface Virtual {
  readonly name: VirtualName
  /** As the module is called: rr, wrr, lc … */
  readonly scheduler: string
  /** `-b`: sh-fallback, sh-port, mh-fallback, mh-port, flag-1 … */
  readonly flags: readonly string[]
  /** Seconds; present: connections of one client go to one server. */
  readonly persistent?: number
  /** Bits of the client's address that make a client (`-M`). */
  readonly netmask?: number
  /** `-o`: every datagram is scheduled anew. */
  readonly onePacket?: true
  /** `--pe`. */
  readonly engine?: string
  /** As the kernel keeps them: the one added last comes first (list_add_rcu in ip_vs_ctl.c). */
  readonly dests: readonly Dest[]
  readonly because?: CauseId
}

/** Virtual servers of a netns by keyOf(name), in the order of their making. */
export type Virtuals = ReadonlyMap<string, Virtual>

/** One call of ipvsadm, or one line of `ipvsadm -S`. */
export type IpvsCommand =
  | { readonly do: 'add-service' | 'edit-service'; readonly service: Omit<Virtual, 'dests'> }
  | { readonly do: 'delete-service'; readonly name: VirtualName }
  | { readonly do: 'add-server' | 'edit-server'; readonly name: VirtualName; readonly dest: Dest }
  | { readonly do: 'delete-server'; readonly name: VirtualName; readonly address: Ip; readonly port: number }
  | { readonly do: 'clear' }

export const keyOf = (name: VirtualName): string =>
  'mark' in name ? `FWM ${name.mark} ${name.family}` : `${name.proto} ${name.address} ${name.port}`
export const destKey = (d: { readonly address: Ip; readonly port: number }): string => `${d.address} ${d.port}`
