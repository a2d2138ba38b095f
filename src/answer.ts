import type { Peering } from './agents/cni/peering.ts'
import type { ServiceHealth } from './engine/balancer/health.ts'
import type { CniView } from './engine/cniwalk/shape.ts'
import type { FoldedRows, HookColumns } from './engine/columns/shape.ts'
import type { Fact } from './engine/facts.ts'
import type { Matrix, MatrixQuestion } from './engine/matrix.ts'
import type { Modes, Switch } from './engine/modes.ts'
import type { ReadStory } from './engine/storytext.ts'
import type { Completion } from './manifest/complete/item.ts'
import type { Fix } from './manifest/fix.ts'
import type { Hovered } from './manifest/hover.ts'
import type { SourceFile } from './manifest/object.ts'
import type { Cause } from './trace/cause.ts'
import type { Counts, Journey, Outcome } from './trace/journey.ts'
import type { Problem } from './trace/problem.ts'
import type { RouteRow } from './userspace/http/router.ts'

/** A probe: who asks whom. `from` and `to` in the command line's words (NS/POD, node/NAME, host/NAME; http://NAME:PORT/PATH …). */
export interface ProbeQuestion {
  readonly from: string
  readonly to: string
  readonly method?: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly sport?: number
  /** HTTP only: ADDRESS[:PORT] to go to, while the URL keeps its host (curl --connect-to). */
  readonly connect?: string
  readonly cold?: boolean
  /** The connection stays open, and a later question of the same two ends that keeps too goes on on it. */
  readonly keep?: boolean
  /** TCP and SCTP: asks no more than whether a connection opens, and says nothing on it (nc -z). */
  readonly open?: true
}

/** Everything that an answer depends on. Same question, same answer. Plain data. */
export interface Question {
  readonly v: 1
  readonly files: readonly SourceFile[]
  /** undefined: the lab's first probe, else none. */
  readonly probe?: ProbeQuestion
  readonly proxy?: string
  readonly cni?: string
  readonly seed: number
  /** Choices forced by key: "show me the other pod". */
  readonly forced?: Readonly<Record<string, number>>
}

export interface StageDevice {
  readonly dev: string
  readonly kind: 'veth' | 'bridge' | 'vxlan' | 'ipip' | 'openvswitch' | 'dummy' | 'physical' | 'loopback'
  readonly mac: string
  readonly addrs: readonly string[]
  readonly mtu: number
  readonly ifindex: number
  readonly master?: string
  readonly peer?: readonly [netns: string, dev: string]
  /** Flags of a bridge port, where they are on: a frame may leave by the port it came by; no way to another isolated port. */
  readonly hairpin?: true
  readonly isolated?: true
  /** Programs of eBPF at the device, in one line. */
  readonly bpf?: string
}

/** What the stage draws of one netns. */
export interface StageNetns {
  readonly name: string
  readonly kind: 'node' | 'pod' | 'host' | 'underlay'
  /** Last part of the name, for titles. */
  readonly title: string
  /** A pod's node. */
  readonly node?: string
  readonly addresses: readonly string[]
  readonly devices: readonly StageDevice[]
  /** Programs of eBPF that look at the calls of its sockets, in one line. */
  readonly bpf?: string
  readonly ready?: boolean
  readonly madeUp: boolean
  /** It takes traffic for Services of type LoadBalancer: the machine of a balancer, or a node that answers ARP for their addresses. */
  readonly balances?: true
}

export interface Stage {
  readonly netns: readonly StageNetns[]
  /** `bgp`: how many sessions between its machines are up, and how many down; each counts once. Absent: no BGP. */
  readonly underlay: { readonly name: string; readonly net: string; readonly bgp?: { readonly up: number; readonly down: number } }
  readonly services: readonly {
    readonly name: string
    readonly type: string
    readonly clusterIP: string
    readonly ports: readonly string[]
    readonly endpoints: number
  }[]
}

/** A summary of the objects for the editor's foot: "6 objects valid". */
export interface Summary {
  readonly objects: number
  readonly madeUp: readonly string[]
}

export interface Answer {
  readonly question: Question
  readonly problems: readonly Problem[]
  /** Absent when the text has errors. */
  readonly walk?: {
    readonly probe: ProbeQuestion
    readonly outcome: Outcome
    readonly counts: Counts
    readonly journeys: readonly Journey[]
    /** Only the causes that the journeys name, by number. */
    readonly causes: Readonly<Record<number, Cause>>
    /** Choices made by luck, for "show me the other pod". */
    readonly choices: readonly {
      readonly key: string
      readonly taken: number
      readonly weights: readonly string[]
      readonly labels: readonly string[]
      /** `seq` of the events that tell what came of it. */
      readonly told: readonly number[]
    }[]
  }
  readonly stage?: Stage
  readonly summary: Summary
  /** How the lab runs, and what could be switched to. */
  readonly modes?: Modes
  /** The made-up things as YAML: the lab's own defaults.yaml. */
  readonly defaults: string
  /** Who can be asked for in from/to boxes. */
  readonly sources: readonly string[]
  readonly targets: readonly string[]
}

/** What programs write on a machine. */
export type WrittenKind = 'rule' | 'element' | 'server' | 'route' | 'neighbour' | 'fdb' | 'link' | 'listener'

/** A look at the world behind the last answer, which never leaves the worker whole. */
export type View =
  | { readonly kind: 'tool'; readonly netns: string; readonly argv: readonly string[] }
  | {
      readonly kind: 'chain'
      readonly netns: string
      readonly family: 4 | 6
      readonly table: string
      readonly chain: string
      readonly from: number
      readonly count: number
    }
  /** What a line (from 1) of a file made on the machines; the file may be defaults.yaml. */
  | { readonly kind: 'wrote'; readonly file: string; readonly line: number }
  /** A netns' settings that somebody wrote or that decide what becomes of a packet, and the sockets that listen in it. */
  | { readonly kind: 'kernel'; readonly netns: string }
  /** What a load balancer's machine, or a node that stands in for one, knows of the nodes. */
  | { readonly kind: 'health'; readonly netns: string }
  /** Who speaks BGP to whom. */
  | { readonly kind: 'bgp' }
  /** The chains that a packet entered at the hook around an event. `journey`: index in the walk's journeys. */
  | { readonly kind: 'columns'; readonly journey: number; readonly seq: number }
  /** Rules [from, from + count) of the chain in which an event happened, as its packet met them; at most 500 at once. `look`: elements of its n-th look-up instead. */
  | {
      readonly kind: 'rows'
      readonly journey: number
      readonly seq: number
      readonly from: number
      readonly count: number
      readonly look?: number
    }
  /** The rows that an L7 proxy looked at when it decided about a request. `journey`: index in the walk's journeys. */
  | { readonly kind: 'routes'; readonly journey: number; readonly seq: number }
  /** The files with a mode written into them; the world stays as it is until they are asked about. */
  | { readonly kind: 'switch'; readonly files: readonly SourceFile[]; readonly what: Switch; readonly value: string }
  /** The files with a value written into a field of an object (`Service default/web`); the world stays as it is. */
  | { readonly kind: 'set'; readonly files: readonly SourceFile[]; readonly object: string; readonly path: string; readonly value: string }
  /** The lab on stage, its question and its outcome as one text. */
  | { readonly kind: 'story'; readonly name: string }
  | { readonly kind: 'read-story'; readonly text: string }
  /** How a Pod gets its network, or loses it. Without `pod`: one that gets none, else the first. */
  | { readonly kind: 'cni'; readonly command: 'ADD' | 'DEL'; readonly pod?: string }
  | EditingView
  | ScriptView
  | MatrixView
  | AheadView

/** Nothing is asked: parts that otherwise come when they are first wanted are fetched, for the network may go. */
export interface AheadView {
  readonly kind: 'ahead'
}

/** Who reaches whom in the lab on stage. Told row by row as progress; the page may give it up by its number. */
export type MatrixView = { readonly kind: 'matrix' } & MatrixQuestion

/** The lab as a shell script for a Linux host, with the page's question. `name` stands in its head. */
export interface ScriptView {
  readonly kind: 'script'
  readonly name: string
}

/** What an editor asks while somebody writes: of a text as it is now, which may be newer than the world. Offsets in characters. */
export type EditingView =
  | { readonly kind: 'complete'; readonly text: string; readonly offset: number }
  | { readonly kind: 'hover'; readonly file: string; readonly text: string; readonly offset: number }
  | { readonly kind: 'format'; readonly text: string }
  /** Quick fixes for problems of these files. */
  | { readonly kind: 'fixes'; readonly files: readonly SourceFile[]; readonly problems: readonly Problem[] }
export type Viewed =
  | { readonly kind: 'files'; readonly files: readonly SourceFile[] }
  /** undefined: the text holds no story. */
  | { readonly kind: 'story'; readonly story: ReadStory | undefined }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'chain'
      readonly name: string
      readonly policy?: string
      readonly total: number
      readonly rules: readonly { readonly index: number; readonly text: string; readonly packets: number; readonly bytes: number }[]
    }
  /** `of`: the fields that the line stands for. `counts` also count what is beyond `items`. `on`: asked again, it reads on; `stopped`: more than we keep. */
  | {
      readonly kind: 'wrote'
      readonly of: readonly { readonly object: string; readonly path: string; readonly line: number }[]
      readonly items: readonly { readonly netns: string; readonly kind: WrittenKind; readonly what: string; readonly text: string }[]
      readonly counts: readonly { readonly netns: string; readonly kind: WrittenKind; readonly n: number }[]
      readonly reading: 'on' | 'done' | 'stopped'
    }
  | {
      readonly kind: 'kernel'
      /** As sysctl(8) names them: `net.ipv4.ip_forward`. */
      readonly sysctls: readonly { readonly name: string; readonly value: number; readonly usual: number }[]
      readonly listeners: readonly { readonly proto: string; readonly local: string; readonly process: string }[]
    }
  | { readonly kind: 'health'; readonly services: readonly ServiceHealth[] }
  /** At most 400 sessions, those that are down first. Absent: nobody speaks it. */
  | { readonly kind: 'bgp'; readonly peering?: Peering }
  | HookColumns
  | FoldedRows
  /** At most 500 rows of `total`; the winner is among them. */
  | { readonly kind: 'routes'; readonly controller: string; readonly total: number; readonly rows: readonly RouteRow[] }
  /** Absent: nothing can be written there. */
  | { readonly kind: 'complete'; readonly completion?: Completion }
  /** `made`: what the engine made of it, when the text is the world's own. */
  | { readonly kind: 'hover'; readonly hovered?: Hovered; readonly made: readonly Fact[] }
  /** `problem` counts in the problems that were asked about, `file` is that of the edits. */
  | { readonly kind: 'fixes'; readonly fixes: readonly (Fix & { readonly problem: number; readonly file: string })[] }
  | ({ readonly kind: 'matrix' } & Matrix)
  | ({ readonly kind: 'cni' } & CniView)
  /** What could be fetched has come. */
  | AheadView
  | { readonly kind: 'problem'; readonly problem: Problem }
