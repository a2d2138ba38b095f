import type { Ip } from '../net/ip.ts'
import type { RuleRef, TraceEvent, Tuple } from './event.ts'
import type { Finding } from './finding.ts'

/** Closed list of reasons why a packet did not arrive. */
export type DropReason =
  | 'rule'
  | 'policy'
  | 'no-route'
  | 'blackhole'
  | 'rp-filter'
  | 'martian'
  | 'not-forwarding'
  | 'ttl'
  | 'mtu'
  | 'no-hairpin'
  | 'not-my-mac'
  | 'no-neighbour'
  | 'no-listener'
  | 'ct-invalid'
  | 'ct-full'
  | 'device-down'
  | 'underlay'
  /** IPVS has no server for it. */
  | 'no-destination'
  | 'isolated'
  | 'redirect-of-nat'
  | 'fragments'
  | 'bridge-loop'
  /** A program of eBPF at a device says so. */
  | 'bpf'

/** Every journey has exactly one. */
export type Ending =
  | { readonly kind: 'delivered'; readonly to: string }
  /** The kernel itself answered: echo reply, RST, ICMP port unreachable. */
  | { readonly kind: 'answered-by-kernel'; readonly with: string }
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly rule?: RuleRef }
  | { readonly kind: 'rejected'; readonly reply: string; readonly rule: RuleRef }
  | { readonly kind: 'failed-locally'; readonly errno: string }
  | { readonly kind: 'unmodelled'; readonly what: string }
  | { readonly kind: 'unfinished'; readonly limit: string }

/** What a journey is to the one that it came from. */
export type Relation = 'reply' | 'icmp-error' | 'copy' | 'retry' | 'look-up' | 'onward' | 'next'

/** Part of the exchange that a journey belongs to; the timeline shows them as bands. */
export type Phase = 'arp' | 'dns' | 'connect' | 'request' | 'reply' | 'close' | 'error'

/** One packet's way from the socket that made it to its end. */
export interface Journey {
  readonly id: number
  readonly phase: Phase
  /** The connection as its client sees it. */
  readonly connection: Tuple
  readonly parent?: { readonly journey: number; readonly as: Relation }
  /** ns since the lab's clock started. */
  readonly start: number
  /** One line: `tcp 10.244.1.2:40001 > 10.96.10.10:80 [S]`. */
  readonly title: string
  readonly events: readonly TraceEvent[]
  readonly ending: Ending
}

/**
 * What an L7 proxy decided about one request, in the proxy's own words. `location` is what matched there (`= "/tea"`, a rule of Traefik, a match of
 * an HTTPRoute), `ingress` the NS/NAME of the object behind it, `port` as that object writes it, `path` the target that the backend gets.
 */
export interface RouteTaken {
  readonly controller: string
  readonly server: string | null
  readonly location: string | null
  readonly ingress: string | null
  readonly service: string | null
  readonly port: string | null
  readonly path: string | null
  /** The Location header of an answer that sends the client elsewhere. */
  readonly redirect: string | null
  readonly canary: boolean
}

/** What the caller sees. */
export type OutcomeKind = 'ok' | 'refused' | 'timeout' | 'unreachable' | 'dns-error' | 'http-error' | 'dropped' | 'unmodelled'

export interface Outcome {
  readonly kind: OutcomeKind
  readonly status?: number
  /** The pod (or node process) that answered: `default/nginx-wfw84`. */
  readonly backend: string | null
  readonly backendAddress: string | null
  /** Source address as the backend's socket sees it. */
  readonly sourceSeen: string | null
  /** From the closed list of endings; null when ok. */
  readonly reason: string | null
  readonly where: { readonly netns: string; readonly hook: string | null; readonly rule: string | null } | null
  /** When an L7 proxy decided, else null; the last one on the way. */
  readonly route: RouteTaken | null
  /** What of the lab explains it, when something does. */
  readonly findings?: readonly Finding[]
  /** With kind `unmodelled`: what it is that we do not model. */
  readonly unmodelled?: string
  /** The error the caller's system call returned, as errno's name. */
  readonly errno?: string
  readonly resolved?: readonly Ip[]
  /** https: the certificate that the caller was shown. It goes on all the same, as curl -k. */
  readonly certificate?: { readonly from: string; readonly names: readonly string[]; readonly covers: boolean }
}

export interface Counts {
  readonly steps: number
  readonly rulesEvaluated: number
  readonly rulesMatched: number
  readonly natRewrites: number
  readonly lookups: number
}
