import type { Ip } from '../net/ip.ts'
import type { Message } from '../net/message.ts'
import type { CauseId } from '../trace/cause.ts'
import type { RouteTaken } from '../trace/journey.ts'
import type { Choice } from '../trace/luck.ts'

/** One end of a connection or datagram exchange, as a process sees it. */
export interface Peer {
  readonly address: Ip
  readonly port: number
}

/** What the kernel tells a process. `conn` names the connection within the process. */
export type Happening = {
  /** ns on the lab's clock, when the teller knows it: caches and time-outs count with it. */
  readonly now?: number
} & (
  | { readonly kind: 'start' }
  | { readonly kind: 'connected'; readonly conn: string }
  | { readonly kind: 'accepted'; readonly conn: string; readonly peer: Peer; readonly local: Peer }
  | {
      readonly kind: 'data'
      readonly conn: string
      readonly peer: Peer
      readonly local: Peer
      /** Left out by tellers that speak UDP alone. */
      readonly proto?: 'tcp' | 'udp' | 'sctp' | 'icmp'
      readonly message: Message | undefined
    }
  | { readonly kind: 'failed'; readonly conn: string; readonly errno: string }
  | { readonly kind: 'timer'; readonly name: string }
  /** How a `choose` fell. */
  | { readonly kind: 'chosen'; readonly conn: string; readonly taken: number }
)

/** What a process asks of the kernel. Times in ns. */
export type Act =
  | {
      readonly act: 'connect'
      readonly conn: string
      readonly proto: 'tcp' | 'udp' | 'sctp'
      readonly to: Peer
      readonly sport?: number
      /** UDP: the socket stays unconnected, each datagram names its receiver (sendto). */
      readonly unconnected?: true
      /** bind() to this address first; else the kernel chooses. */
      readonly from?: Ip
      /** IP_MTU_DISCOVER: never cut (do), cut whenever it is too big (dont); undefined: by the path's known MTU. */
      readonly pmtudisc?: 'do' | 'dont'
      /** ns until the connect gives up */
      readonly timeout?: number
    }
  | { readonly act: 'send'; readonly conn: string; readonly message: Message | undefined; readonly size: number }
  /** `reset`: with RST, as a socket with SO_LINGER 0 does; without it the connection is only forgotten. */
  | { readonly act: 'close'; readonly conn: string; readonly reset?: true }
  /** One ICMP echo request on an icmp connection opened by `ping`. */
  | { readonly act: 'ping'; readonly conn: string; readonly to: Ip; readonly from?: Ip; readonly id?: number; readonly timeout?: number }
  | { readonly act: 'timer'; readonly name: string; readonly after: number }
  /** A line for the trace: which program decided what (`plugins` for CoreDNS). */
  | {
      readonly act: 'note'
      readonly what: string
      readonly plugins?: readonly string[]
      readonly message?: Message
      readonly because?: CauseId
      readonly route?: RouteTaken
    }
  /** Luck decides (a canary's weight, the server of an upstream); `chosen` is heard at once, before the next act. */
  | { readonly act: 'choose'; readonly conn: string; readonly choice: Choice }
  /** The process is done; `result` is plain data for the caller. */
  | { readonly act: 'exit'; readonly result: unknown }
  | { readonly act: 'unmodelled'; readonly what: string }

/**
 * A program as a pure function. `state` is plain data owned by the process; the walk keeps it.
 * A connection that a process opens while it handles another one is that one's child.
 */
export interface Process<S = unknown> {
  /** `default/web-1/nginx`, `kube-system/coredns-1/coredns`, `default/client curl`. */
  readonly name: string
  readonly start: S
  on(state: S, happening: Happening): { readonly state: S; readonly acts: readonly Act[] }
}
