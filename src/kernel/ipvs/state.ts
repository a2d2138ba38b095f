import type { Family, Ip } from '../../net/ip.ts'
import type { IpvsProtocol } from './ast.ts'

/** One connection that IPVS remembers (struct ip_vs_conn): client, virtual and destination, each an address and a port. */
export interface IpvsConn {
  readonly id: number
  readonly family: Family
  readonly proto: IpvsProtocol
  readonly caddr: Ip
  readonly cport: number
  readonly vaddr: Ip
  readonly vport: number
  readonly daddr: Ip
  readonly dport: number
  /** Keys of the virtual server and of the destination that it was made for. */
  readonly service: string
  readonly dest: string
  /** Remembers where a client's connections go; no packet is its own. */
  readonly template: boolean
  /** The template that it was made from. */
  readonly control?: number
  /** net.ipv4.vs.conntrack was on when it began: conntrack's entry goes with it. */
  readonly nfct: boolean
  state: string
  /** ns until it goes when nothing more is heard, and when that is. */
  timeout: number
  expires: number
}

/** What ipvsadm --stats counts for a virtual or real server. */
export interface IpvsStats {
  conns: number
  inPkts: number
  outPkts: number
  inBytes: number
  outBytes: number
}

/** Where the schedulers of one virtual server stand. */
export interface Cursor {
  /** Servers as they were when it last chose. */
  order: readonly string[]
  /** The server that was chosen last; undefined: before the first. */
  last: string | undefined
  /** wrr: the weight that a server needs now; `weights`: what it was computed from. */
  cw: number
  weights: string
}

/** All that IPVS of one netns remembers between packets. */
export interface IpvsState {
  next: number
  readonly conns: Map<string, IpvsConn>
  /** The same connections by what their answers look like. */
  readonly answers: Map<string, IpvsConn>
  readonly cursors: Map<string, Cursor>
  readonly stats: Map<string, IpvsStats>
}

export const newIpvsState = (): IpvsState => ({ next: 1, conns: new Map(), answers: new Map(), cursors: new Map(), stats: new Map() })

/** An independent copy. */
export function forkIpvs(state: IpvsState): IpvsState {
  const twins = new Map([...state.conns].map(([key, c]) => [key, { ...c }]))
  return {
    next: state.next,
    conns: twins,
    answers: new Map(
      [...twins.values()].filter((c) => !c.template).map((c) => [answerKey(c.proto, c.daddr, c.dport, c.caddr, c.cport), c]),
    ),
    cursors: new Map([...state.cursors].map(([key, c]) => [key, { ...c }])),
    stats: new Map([...state.stats].map(([key, s]) => [key, { ...s }])),
  }
}

/** How a request of a connection looks; a template has port 0 for its client. */
export const askKey = (proto: string, caddr: string, cport: number, vaddr: string, vport: number): string =>
  `${proto} ${caddr} ${cport} ${vaddr} ${vport}`

/** How an answer looks before IPVS gives it back the virtual address. */
export const answerKey = (proto: string, daddr: string, dport: number, caddr: string, cport: number): string =>
  `${proto} ${daddr} ${dport} ${caddr} ${cport}`
