import type { StageNetns } from '../../src/answer.ts'
import { fitted, textWidth } from './measure.ts'
import type { Point } from './path.ts'
import { emptyRails, put, type Rails } from './rails.ts'
import type { Box, BoxShape, DoorShape, PillShape, PlugShape, RailShape, StationPlace, StationShape, TextShape } from './shapes.ts'
import { type Lang, smallType, wordsOf } from './words.ts'

/** The stage while it is laid out: everything that stays the same through a walk. */
export interface Draft {
  readonly lang: Lang
  readonly small: number
  readonly touched: ReadonlySet<string>
  readonly rails: Rails
  readonly boxes: BoxShape[]
  readonly tracks: RailShape[]
  readonly pills: PillShape[]
  readonly plugs: PlugShape[]
  readonly stations: StationPlace[]
  readonly texts: TextShape[]
  readonly doors: DoorShape[]
  /** Where a node's packet card may hang. */
  readonly slots: Map<string, Box>
  /** Where the name of the routing decision stands, and how wide it may be. */
  readonly routeLabels: Map<string, { readonly x: number; readonly y: number; readonly room: number }>
}

export const emptyDraft = (lang: Lang, touched: ReadonlySet<string>): Draft => ({
  lang,
  small: smallType(lang),
  touched,
  rails: emptyRails(),
  boxes: [],
  tracks: [],
  pills: [],
  plugs: [],
  stations: [],
  texts: [],
  doors: [],
  slots: new Map(),
  routeLabels: new Map(),
})

type TextWish = Partial<Pick<TextShape, 'size' | 'weight' | 'font' | 'anchor' | 'ink' | 'full' | 'slanted'>> & { readonly room?: number }

/** A line of text, shortened in its middle when it has less room than it wants. */
export function textShape(id: string, x: number, y: number, text: string, wish: TextWish = {}): TextShape {
  const size = wish.size ?? 11
  const weight = wish.weight ?? 400
  const font = wish.font ?? 'sans'
  const shown = wish.room === undefined ? text : fitted(text, wish.room, size, font, weight)
  return {
    id,
    x,
    y,
    text: shown,
    size,
    weight,
    font,
    anchor: wish.anchor ?? 'start',
    ink: wish.ink ?? 'muted',
    ...(wish.slanted ? { slanted: true } : {}),
    ...(shown !== text || wish.full !== undefined ? { full: wish.full ?? text } : {}),
  }
}

export function addText(d: Draft, id: string, x: number, y: number, text: string, wish: TextWish = {}): void {
  d.texts.push(textShape(id, x, y, text, { size: d.small, ...wish }))
}

/** A station on the rails; its vertex carries the same name. */
export function addStation(
  d: Draft,
  netns: string,
  spot: string,
  x: number,
  y: number,
  shape: StationShape,
  name: string,
  bpf?: string,
): void {
  const id = `${netns}/${spot}`
  put(d.rails, id, x, y)
  d.stations.push({ id, netns, x, y, shape, name, ...(bpf === undefined ? {} : { bpf }) })
}

/** A device's pill with its centre at x, y. */
export function addPill(
  d: Draft,
  netns: string,
  device: string,
  x: number,
  y: number,
  wish: { readonly text?: string; readonly width?: number; readonly height?: number; readonly bpf?: string | undefined } = {},
): PillShape {
  const text = wish.text ?? device
  const height = wish.height ?? 18
  const sign = wish.bpf === undefined ? 0 : 14
  const w = (wish.width ?? Math.max(40, textWidth(text, 11, 'mono') + 18)) + sign
  const pill: PillShape = {
    id: `${netns}/${device}`,
    netns,
    device,
    x: x - w / 2,
    y: y - height / 2,
    w,
    h: height,
    text: fitted(text, w - 8 - sign, 11, 'mono'),
    size: 11,
    lit: d.touched.has(netns),
    ...(wish.bpf === undefined ? {} : { bpf: wish.bpf }),
  }
  d.pills.push(pill)
  return pill
}

/** A place that opens. Its name is that of the netns. */
export function addDoor(d: Draft, to: DoorShape['to'], netns: StageNetns, box: Box): void {
  const words = wordsOf(d.lang)
  const name = to === 'node' ? words.zoomTo(netns.title) : words.pairOf(netns.name)
  d.doors.push({ id: `${to} ${netns.name}`, to, netns: netns.name, name, ...box })
}

export function addTrack(d: Draft, id: string, points: readonly Point[], veth = false): void {
  d.tracks.push({ id, points, veth })
}

/** The box that a text covers. */
export function boxOfText(t: TextShape): Box {
  const w = textWidth(t.text, t.size, t.font, t.weight)
  const x = t.anchor === 'start' ? t.x : t.anchor === 'middle' ? t.x - w / 2 : t.x - w
  return { x, y: t.y - t.size * 0.78, w, h: t.size }
}
