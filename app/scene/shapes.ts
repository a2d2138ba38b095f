import type { Tone } from '../timeline/beats.ts'
import type { Font } from './measure.ts'
import type { Point } from './path.ts'

/** Names of colour tokens, without the two dashes. */
export type Ink =
  | 'ink'
  | 'ink2'
  | 'muted'
  | 'kernel-text'
  | 'request-text'
  | 'reply-text'
  | 'dns-text'
  | 'drop-text'
  | 'rewrite-text'
  | 'ok'

export interface Box {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** One line of text; x and y are its anchor on the baseline. */
export interface TextShape {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly text: string
  readonly size: number
  readonly weight: 400 | 500 | 650 | 700
  readonly font: Font
  readonly anchor: 'start' | 'middle' | 'end'
  readonly ink: Ink
  /** The whole text where only a part fits. */
  readonly full?: string
  readonly struck?: boolean
  /** Something that nobody wrote: made up so that the cluster is whole. */
  readonly slanted?: boolean
}

export type BoxRole =
  | 'node'
  | 'pod'
  | 'kernel'
  | 'bridge'
  | 'tunnel'
  | 'processes'
  | 'host'
  | 'tile'
  | 'wire'
  | 'stop'
  | 'panel'
  | 'device'
  | 'row'
  | 'bar'

export interface BoxShape extends Box {
  readonly id: string
  readonly role: BoxRole
  readonly r: number
  /** The netns that it stands for. */
  readonly netns?: string
  /** Touched by the walk. */
  readonly lit: boolean
  /** Of a header: what becomes of it in this namespace. */
  readonly fate?: 'ends' | 'changes' | 'goes'
  readonly tone?: Tone
}

/** A device: a solid pill that interrupts its line. Its text stands in the middle. */
export interface PillShape extends Box {
  readonly id: string
  readonly netns: string
  readonly device: string
  readonly text: string
  readonly size: number
  readonly lit: boolean
  /** Programs of eBPF at the device: a hexagon in front of its name. */
  readonly bpf?: string
  /** The packet is inside this device now. */
  readonly here?: Tone
}

/** The end of a veth pair. `upright`: a large one, of a pair that lies level. */
export interface PlugShape extends Point {
  /** Programs of eBPF there: a hexagon in its place, and whose device it is (`NETNS DEVICE`). */
  readonly bpf?: string
  readonly at?: string
  readonly upright?: true
}

/** A possible way, drawn as a bare rail. */
export interface RailShape {
  readonly id: string
  readonly points: readonly Point[]
  readonly veth: boolean
}

/** `ring` a hook, `diamond` routing, `small` a bridge hook or the outer packet's second pass, `capsule` several stops in one. */
export type StationShape = 'ring' | 'diamond' | 'small' | 'capsule' | 'square'

export interface StationPlace extends Point {
  /** Also the vertex of the rails. */
  readonly id: string
  readonly netns: string
  readonly shape: StationShape
  /** Name for the accessible label: `node-1 PREROUTING`. */
  readonly name: string
  /** Programs of eBPF at the socket's calls: a hexagon instead. */
  readonly bpf?: string
}

export interface StationView extends StationPlace {
  readonly state: 'idle' | 'passed' | 'here'
  readonly tone: Tone
  /** An address of this packet was rewritten here. */
  readonly rewritten: boolean
  /** The stop that a click seeks; absent where the walk never comes. */
  readonly beat?: number
}

/** A packet's line. `past` solid (dashed for a reply, dots for DNS), `next` fine dots, `parent` the way of the packet it answers, `whole` the same at the end of the walk, when both are told; `session` no packet's: a BGP session, in the tone `drop` one that is down. */
export interface LineShape {
  readonly id: string
  readonly points: readonly Point[]
  readonly style: 'past' | 'next' | 'parent' | 'whole' | 'session'
  readonly tone: Tone
}

/** The part of a line that runs inside a tunnel. */
export interface TubeShape {
  readonly id: string
  readonly points: readonly Point[]
  readonly tone: Tone
  readonly past: boolean
}

export interface MarkShape extends Point {
  readonly id: string
  readonly mark: 'drop' | 'reject' | 'delivered'
}

/** A small amber word beside a station where an address was rewritten. */
export interface TagShape extends Box {
  readonly id: string
  /** `set`: a setting that is on, in green. */
  readonly look?: 'set'
  readonly text: string
  readonly size: number
}

/** A place that opens when it is clicked, or at Enter: a node to stand alone, the veth pair of a Pod, or the BGP sessions. */
export interface DoorShape extends Box {
  readonly id: string
  readonly to: 'node' | 'pair' | 'bgp'
  readonly netns: string
  /** Its accessible name. */
  readonly name: string
}

/** The packet's header card. Rows are text shapes in absolute places; `news` are the amber boxes behind new values. */
export interface CardShape extends Box {
  readonly rows: readonly TextShape[]
  readonly news: readonly Box[]
  /** The frame of what a tunnel carries. */
  readonly inner?: Box
  readonly rewritten: boolean
  readonly tone: Tone
  /** From the station to the card. */
  readonly leader?: readonly Point[]
}

/** Everything that the stage shows at one moment, in px of a viewBox of `size`. */
export interface Scene {
  readonly size: { readonly width: number; readonly height: number }
  readonly form: 'wide' | 'list' | 'empty'
  readonly boxes: readonly BoxShape[]
  readonly rails: readonly RailShape[]
  readonly tubes: readonly TubeShape[]
  readonly lines: readonly LineShape[]
  readonly pills: readonly PillShape[]
  readonly plugs: readonly PlugShape[]
  readonly stations: readonly StationView[]
  readonly texts: readonly TextShape[]
  readonly tags: readonly TagShape[]
  readonly doors: readonly DoorShape[]
  /** Kept free for the buttons that lie over the picture. */
  readonly tools?: Box
  readonly marks: readonly MarkShape[]
  readonly card?: CardShape
  readonly packet?: Point & { readonly tone: Tone; readonly wrapped: boolean; readonly gone: boolean }
  /** The way from the stop before, sampled, for the animation of one step. */
  readonly travel: readonly Point[]
  /** In words: where the packet is. */
  readonly said: string
}
