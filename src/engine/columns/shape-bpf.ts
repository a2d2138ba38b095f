import type { KeyMiss } from '../../kernel/bpf/ast.ts'
import type { BpfVerdict } from '../../trace/bpf-verdict.ts'
import type { Hook } from '../../trace/event.ts'

/** The call of a socket that a program at the cgroup looks at. */
export type SockCallName = 'connect' | 'sendmsg' | 'recvmsg' | 'getpeername'

/** The hooks of the machine's own stack, and its routing, in the order of the way. */
export type Stop = Hook | 'route'

/** What is said of a run of a program: as code and figures. Addresses as tools print them. */
export type BpfSaid =
  /** What the process called, before any packet. */
  | { readonly is: 'call'; readonly call: SockCallName; readonly who: string; readonly peer: string }
  /** The packet as the program gets it, a line of tcpdump's. */
  | { readonly is: 'took'; readonly wire: string }
  /** What this program is there to find out. */
  | { readonly is: 'asks'; readonly program: string; readonly call?: SockCallName }
  | { readonly is: 'believes'; readonly call: SockCallName; readonly asked: string }
  /** Slot 0 is the frontend itself. */
  | { readonly is: 'front'; readonly count: number }
  /** A slot drawn from 1…of, each as likely. */
  | { readonly is: 'random'; readonly at: number; readonly of: number }
  | Maglev
  /** A client that came before keeps its backend. */
  | { readonly is: 'affinity'; readonly known: boolean }
  /** The program wrote this entry. */
  | { readonly is: 'noted'; readonly map: string; readonly key: string; readonly value: string }
  /** An entry of a map that programs fill: which one wrote it, at which event of this walk; absent: before the walk. */
  | { readonly is: 'by'; readonly program?: string; readonly seq?: number }
  | { readonly is: 'miss'; readonly why: KeyMiss }
  /** Entries of the map that do not stand together with this key. */
  | { readonly is: 'others'; readonly count: number }
  /** Another address and port in the call itself. */
  | { readonly is: 'sockaddr'; readonly call: SockCallName; readonly from: string; readonly to: string }
  /** Another one in the packet. */
  | { readonly is: 'packet'; readonly side: 'src' | 'dst'; readonly from: string; readonly to: string; readonly undo: boolean }
  | { readonly is: 'ttl'; readonly left: number }
  | { readonly is: 'tunnel'; readonly remote: string; readonly id: number }
  /** DSR: the asked address goes along in an option of the IPv4 header. */
  | { readonly is: 'option'; readonly address: string }
  /** bpf_fib_lookup; `route` as `ip route` prints it, absent: there is none. */
  | { readonly is: 'fib'; readonly dst: string; readonly route?: string }
  | { readonly is: 'verdict'; readonly verdict: BpfVerdict; readonly errno?: string }
  /** Nothing in the policy map lets it through: these policies deny what has no entry. */
  | { readonly is: 'denied'; readonly way: 'ingress' | 'egress'; readonly policies: readonly string[] }
  /** The hooks of the machine that this packet met or went past, and why none of them is about the Service. */
  | { readonly is: 'hooks'; readonly ran: readonly Stop[]; readonly past: readonly Stop[]; readonly why: HooksWhy }

/**
 * `past`: the packet never comes there. `empty`: it does, and no rule of a kube-proxy stands there. `translated`: kube-proxy's rules stand there,
 * and the packet no longer has the Service's address. `rules`: they are asked, for this packet's address was left as it is.
 */
export type HooksWhy = 'past' | 'empty' | 'translated' | 'rules'

/** A look-up in a Maglev table: whose the place is, and what moves when this backend leaves. */
export interface Maglev {
  readonly is: 'maglev'
  readonly size: number
  readonly place: number
  readonly now: string
  /** Places of each backend, in the order of the list. */
  readonly shares: readonly { readonly name: string; readonly places: number }[]
  /** If it leaves: its own places go to the others; of the others' places so many move as well. Absent: it is the only one. */
  readonly leaves?: { readonly own: number; readonly others: number; readonly moved: number }
}

/** One place of the way through a machine. `past`: the packet does not come there. */
export interface Place {
  readonly name: string
  readonly state: 'before' | 'here' | 'after' | 'past'
  /** Its event. */
  readonly seq?: number
}

/** What a run of a program cost. */
export interface BpfCost {
  readonly lookups: number
  readonly updates: number
  /** What is counted in the later packets of the connection: look-ups of Services (behind a call), or those of the same program. */
  readonly later?: { readonly of: 'services' | 'program'; readonly lookups: number }
}

/** A program of eBPF as a visit: where it is attached, the places of the way around it, and its cost. */
export interface BpfVisit {
  /** `connect4`, `ingress`, `egress`. */
  readonly attach: string
  readonly device?: string
  /** The machine whose maps it reads. */
  readonly machine: string
  readonly places: readonly Place[]
  readonly cost: BpfCost
}
