/** The recorded kernel walks, format `packetwalk-kernel-golden/1`. Only what the replay reads is typed. */
import type { TopologyJson } from '../../kernel/topology.ts'

export interface GoldenRules {
  readonly backend: 'iptables-nft' | 'iptables-legacy' | 'nft'
  readonly family?: 'IPv4' | 'IPv6'
  readonly text?: readonly string[]
  /** Calls of iptables made before the text, which is then loaded with --noflush. */
  readonly calls?: readonly string[]
  readonly extra?: readonly string[]
  /** Tables of nft beside the rules of iptables, as `nft list` prints them. */
  readonly nft?: readonly string[]
  readonly ipset?: readonly string[]
  readonly ipvs?: readonly string[]
}

export interface GoldenProbe {
  readonly from: string
  readonly proto: 'tcp' | 'udp' | 'sctp' | 'icmp'
  readonly dst: string
  readonly dport?: number
  readonly sport?: number
  readonly size?: number
  /** true: never cut (IP_PMTUDISC_DO); `want`: by the path's known MTU. */
  readonly df?: boolean | 'want'
  readonly nodf?: boolean
  readonly record_data?: boolean
  /** One TCP segment made by hand, with `src`; no socket knows it. */
  readonly flags?: string
  readonly src?: string
  readonly seq_ahead?: number
  readonly hold?: string
  readonly reuse?: string
}

/** A change between two probes: commands in a namespace, or all rules of these nodes replaced. */
export interface GoldenDo {
  readonly ns?: string
  readonly run?: readonly string[]
  readonly rules?: Readonly<Record<string, GoldenRules>>
  /** Seconds. */
  readonly wait?: number
}

/** An element of a story: a probe with what came of it, or a change. */
export type GoldenPart =
  | { readonly probe: GoldenProbe; readonly timeout?: number; readonly expected: GoldenExpected }
  | { readonly do: GoldenDo }

export interface GoldenServer {
  readonly ns: string
  readonly proto: 'tcp' | 'udp' | 'sctp'
  readonly ip: string
  readonly port: number
}

export type Step = Readonly<Record<string, unknown>>

export interface GoldenExpected {
  readonly outcome: string
  readonly server?: { readonly ns: string; readonly sees_client_as: string }
  readonly answer_from?: string
  readonly after_seconds?: number
  readonly steps?: readonly Step[]
  readonly reply_steps?: readonly Step[]
  readonly third_packet_steps?: readonly Step[]
  readonly data_steps?: readonly Step[]
  readonly conntrack?: Readonly<Record<string, readonly Step[]>>
  /** Of a cold walk: frames of ARP at each device, sorted, and what each namespace has learnt. */
  readonly arp?: readonly string[]
  readonly learnt?: Readonly<Record<string, readonly string[]>>
}

export interface Golden {
  readonly format: 'packetwalk-kernel-golden/1'
  readonly scenario: string
  readonly topology: TopologyJson
  readonly rules: Readonly<Record<string, GoldenRules>>
  readonly servers: readonly GoldenServer[]
  readonly ports?: readonly number[]
  readonly timeout?: number
  /** From empty neighbour tables and FDBs. */
  readonly cold?: boolean
  readonly probe?: GoldenProbe
  readonly sequence?: readonly GoldenPart[]
  readonly repeat?: number
  readonly random_choice?: boolean
  readonly expected?: GoldenExpected
  readonly expected_by_branch?: readonly (GoldenExpected & { readonly probe?: GoldenProbe })[]
}

export const isGolden = (json: unknown): json is Golden =>
  typeof json === 'object' &&
  json !== null &&
  'format' in json &&
  json.format === 'packetwalk-kernel-golden/1' &&
  'topology' in json &&
  'rules' in json
