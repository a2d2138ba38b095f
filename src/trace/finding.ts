import type { Ip } from '../net/ip.ts'
import type { CauseId } from './cause.ts'
import type { Netns } from './event.ts'
import type { TooBig } from './toobig.ts'

/** Something about the lab that explains what became of a walk: a closed list, told behind what the caller saw. */
export type Finding =
  /** A packet was longer than something takes and might not be cut. `hidden`: the ICMP error about it was dropped as well. */
  | ({ readonly kind: 'too-big'; readonly netns: Netns; readonly hidden?: true } & TooBig)
  /** The wire does not carry it: `ipip`, `8472/udp`. */
  | { readonly kind: 'blocked'; readonly netns: Netns; readonly what: string }
  /** A node knew no way of its own to a Pod. `bgp`: with whom its sessions are down. */
  | { readonly kind: 'no-own-route'; readonly node: Netns; readonly address: Ip; readonly pod: string; readonly bgp: readonly string[] }
  /** A packet left the cluster with a Pod's own address, and the answer to it is lost. */
  | { readonly kind: 'unmasqueraded'; readonly address: Ip; readonly pod: string }
  | PolicyFinding

/** `denied`: the rules dropped it. `unenforced`: they would have, but the CNI has no policy engine. Policies as NS/NAME, `port` as `8080/TCP`. */
export interface PolicyFinding {
  readonly kind: 'denied' | 'unenforced'
  readonly direction: 'ingress' | 'egress'
  /** The Pod that they isolate, and who is at the other end. */
  readonly pod: string
  readonly peer: string
  readonly port: string
  readonly policies: readonly string[]
  readonly cni: string
  /** The Pod that sent the packet, where its address was masqueraded before the policy saw it; `cidr`: kube-proxy's clusterCIDR that does not hold it. */
  readonly sent?: { readonly pod: string; readonly address: Ip; readonly cidr?: string }
  /** Of the first policy. */
  readonly because: CauseId
}
