import type { Ip, Mac } from '../net/ip.ts'
import type { Message } from '../net/message.ts'
import type { TcpHeader } from '../net/packet.ts'
import type { CtStatus, Tuple } from '../trace/event.ts'
import type { Phase } from '../trace/journey.ts'
import { forkIpvs, type IpvsState } from './ipvs/state.ts'
import type { TupleKey } from './tuple.ts'

/** One connection as nf_conntrack keeps it. Mutable while a walk's draft is open; events hold copies. */
export interface CtEntry {
  readonly id: number
  readonly zone: number
  readonly family: 4 | 6
  orig: Tuple
  reply: Tuple
  status: Set<CtStatus>
  /** The state of the protocol that has one: TCP, or SCTP. */
  tcp?: string
  /** ns on the lab's clock. */
  expires: number
  mark: number
  confirmed: boolean
  /** TCP: how far the segments of each direction reach, as sequence numbers of that direction. */
  ends?: { original: number; reply: number }
  /** TCP: the highest acknowledgement of each direction, and the direction and end of the last segment. */
  seen?: { readonly acked: { original?: number; reply?: number }; readonly last: 'original' | 'reply'; readonly end: number }
  /** NAT rules were asked for this side; they are asked once a connection, an empty answer included. */
  bound: { src: boolean; dst: boolean }
  /** Something that `conntrack -E` would tell changed since the last confirm. */
  dirty: boolean
  /** Killed while a packet still holds it: a SYN answered by RST. */
  dead?: true
  /** ns of the first packet. */
  readonly since: number
}

export interface Counter {
  packets: number
  bytes: number
}

/** Data of a TCP stream on its way. Sequence numbers as in TcpHeader; `again`: sent a second time; `sacked`: the peer has it beyond a gap. */
export interface Segment {
  readonly seq: number
  readonly size: number
  readonly push: boolean
  readonly message?: Message
  readonly sacked?: true
  readonly again?: true
}

/** A connection or bound socket that the kernel of a netns holds. */
export interface Sock {
  readonly netns: string
  readonly proto: 'tcp' | 'udp' | 'sctp' | 'icmp'
  readonly local: { readonly address: Ip; readonly port: number }
  readonly peer: { readonly address: Ip; readonly port: number }
  state: 'SYN_SENT' | 'SYN_RECV' | 'ESTABLISHED' | 'CLOSE'
  /** Whom its process named, where a program of eBPF put `peer` in that one's place. */
  readonly asked?: { readonly address: Ip; readonly port: number }
  /** What programs of eBPF tell it from others by (sock_gen_cookie). */
  readonly cookie?: string
  /** UDP: each datagram names its receiver anew. */
  readonly unconnected?: true
  /** Process that holds it, and its name for the connection. */
  readonly process: string
  readonly conn: string
  /** Bytes sent and received on the connection, SYN included. */
  sent: number
  received: number
  /** How many sockets had both these ends before: each brings a hash of its own (sk_txhash), which a tunnel's source port is made of. */
  readonly again?: number
  /** IP_MTU_DISCOVER; undefined: want, as Linux has it. */
  readonly pmtudisc?: 'do' | 'dont'
  /** ns when it was opened. */
  readonly since?: number
  /** Its SYN has been sent a second time. */
  retried?: true
  /** TCP: the MSS that the peer told, in bytes. */
  peerMss?: number
  /** TCP: data went in several segments, so each is acknowledged by itself. */
  stream?: boolean
  /** TCP: the part of the exchange that its last stream was. */
  phase?: Phase
  /** What was sent and is not acknowledged, what came beyond a gap (both by sequence number), and the message that is whole now. */
  unacked?: readonly Segment[]
  early?: readonly Segment[]
  complete?: Message | undefined
  /** A process is in the middle of send(): acknowledgements and a narrower path wait until it is done. */
  inUse?: boolean
  backlog?: readonly TcpHeader[]
  narrower?: number
}

/** What machines learn in a walk that starts from empty tables (`arp/`). */
export interface Cold {
  /** Netns, device and address → the MAC that ARP told. */
  readonly neighbours: Map<string, Mac>
  /** Netns, bridge and MAC → the port that frames of it came in by. */
  readonly ports: Map<string, string>
}

/** What ICMP's limits remember of one address. `tokens` and `last` in ns. */
export interface Peer {
  tokens: number
  last: number
  redirects: number
}

const twinOf = (entry: CtEntry): CtEntry => ({
  ...entry,
  status: new Set(entry.status),
  bound: { ...entry.bound },
  ...(entry.ends ? { ends: { ...entry.ends } } : {}),
})

/** All that changes while packets flow. A walk works on a fork and hands it back once. */
export class Moment {
  /** ns since the lab's clock started. */
  clock = 0
  nextCt = 1
  readonly conntrack = new Map<string, Map<TupleKey, CtEntry>>()
  /** Unconfirmed entries belong to their packet alone, by number, until confirm puts them into the table. */
  readonly held = new Map<number, CtEntry>()
  readonly counters = new Map<string, Counter>()
  readonly socks = new Map<string, Sock>()
  /** Sockets of connections that stay open after their probe. */
  readonly kept = new Set<string>()
  /** Sockets of earlier probes: their local ports are not drawn again. */
  readonly usedPorts = new Set<string>()
  /** `recent` lists: netns, list name, address → ns of its last packets. */
  readonly recent = new Map<string, Map<string, number[]>>()
  /** Rules that count (statistic nth, numgen inc), by their place → how many packets they have counted. */
  readonly turns = new Map<string, number>()
  /** nft sets that packets add to: netns, family, table and set → key as printed → ns when it is forgotten. */
  readonly nftSets = new Map<string, Map<string, number>>()
  /** Connections, places of the schedulers and counts of IPVS by netns. */
  readonly ipvs = new Map<string, IpvsState>()
  /** Maps that programs of eBPF fill, by machine and name → key → value, which is only ever replaced. */
  readonly bpf = new Map<string, Map<string, unknown>>()
  /** State of processes by name. */
  readonly processes = new Map<string, unknown>()
  /** Netns and address → path MTU in bytes that was learnt, and when it is forgotten (ns). */
  readonly pmtu = new Map<string, { readonly mtu: number; readonly until: number }>()
  /** Netns and address → how many ICMP errors it may still hear. */
  readonly peers = new Map<string, Peer>()

  /** Undefined: tables are warm, each machine knows its neighbours and each bridge its ports. */
  cold?: Cold

  /** An independent copy: entries are copied, so that a failed walk leaves nothing behind. */
  fork(): Moment {
    const copy = new Moment()
    copy.clock = this.clock
    copy.nextCt = this.nextCt
    for (const [netns, table] of this.conntrack) {
      const twins = new Map<CtEntry, CtEntry>()
      for (const entry of table.values()) twins.set(entry, twins.get(entry) ?? twinOf(entry))
      copy.conntrack.set(netns, new Map([...table].map(([key, entry]) => [key, twins.get(entry) as CtEntry])))
    }
    for (const [k, c] of this.counters) copy.counters.set(k, { ...c })
    for (const [k, s] of this.socks) copy.socks.set(k, { ...s })
    for (const k of this.kept) copy.kept.add(k)
    for (const k of this.usedPorts) copy.usedPorts.add(k)
    for (const [k, list] of this.recent) copy.recent.set(k, new Map([...list].map(([a, t]) => [a, [...t]])))
    for (const [k, n] of this.turns) copy.turns.set(k, n)
    for (const [k, held] of this.nftSets) copy.nftSets.set(k, new Map(held))
    for (const [k, s] of this.ipvs) copy.ipvs.set(k, forkIpvs(s))
    for (const [k, held] of this.bpf) copy.bpf.set(k, new Map(held))
    for (const [k, s] of this.processes) copy.processes.set(k, s)
    for (const [k, m] of this.pmtu) copy.pmtu.set(k, m)
    for (const [k, p] of this.peers) copy.peers.set(k, { ...p })
    if (this.cold) copy.cold = { neighbours: new Map(this.cold.neighbours), ports: new Map(this.cold.ports) }
    return copy
  }
}
