import type { Peering, PeerSession, Speaker } from '../../../src/agents/cni/peering.ts'
import type { Answer } from '../../../src/answer.ts'
import { sayIn } from '../../panels/book.ts'
import { lookAtWorld } from '../../panels/look.ts'
import { state } from '../../store.ts'
import { boxOfText, textShape } from '../draft.ts'
import { textWidth } from '../measure.ts'
import type { Point } from '../path.ts'
import type { Box, DoorShape, LineShape, Scene, TextShape } from '../shapes.ts'
import { type Lang, smallType } from '../words.ts'
import { book, type SayBgp } from './words.ts'

/** px: how far above the underlay the sessions run, and how far beside a machine's way down they leave it; close where tiles stand between. */
const [above, aside, close] = [9, 34, 10]

interface Anchor extends Point {
  readonly name: string
}

/** Where the sessions of the machines on stage leave them: at their lower edges. */
function anchorsIn(scene: Scene, speakers: readonly Speaker[]): readonly Anchor[] {
  const beside = scene.boxes.some((b) => b.role === 'tile') ? close : aside
  return speakers.flatMap((speaker) => {
    const box = scene.boxes.find((b) => (b.role === 'node' || b.role === 'tile') && b.netns === speaker.name)
    if (box === undefined) return []
    const mid = box.x + box.w / 2
    const y = box.y + box.h
    if (box.role === 'tile') return [{ name: speaker.name, x: mid + Math.min(14, box.w / 4), y }]
    const named = scene.texts.map(boxOfText).some((t) => t.y > y && t.x < mid + beside + 6 && t.x + t.w > mid + beside - 6)
    return [{ name: speaker.name, x: named ? mid - beside : mid + beside, y }]
  })
}

interface Folded {
  readonly lines: readonly LineShape[]
  /** Who with whom, a line each. */
  readonly said: readonly string[]
}

/**
 * The sessions between the machines on stage, folded to one line above the underlay: a stretch of it is whole where some session that
 * is up spans it, broken where all that span it are down. A session with a router goes down to the underlay.
 */
function linesOf(scene: Scene, { speakers, sessions }: Peering, wire: Box, say: SayBgp): Folded {
  const anchors = [...anchorsIn(scene, speakers)].sort((a, b) => a.x - b.x)
  const order = new Map(anchors.map((a, i) => [a.name, i]))
  const routers = new Set(speakers.filter((one) => one.kind === 'router').map((one) => one.name))
  const y = wire.y + wire.h / 2 - above
  const lines: LineShape[] = []
  const among = sessions.flatMap((session) => {
    const [a, b] = session.between.map((name) => order.get(name))
    return a === undefined || b === undefined ? [] : [{ session, from: Math.min(a, b), to: Math.max(a, b) }]
  })
  const draw = (id: string, of: readonly PeerSession[], points: readonly Point[]): void => {
    if (of.length === 0) return
    lines.push({ id: `bgp/${id}`, points, style: 'session', tone: of.every((one) => one.down !== undefined) ? 'drop' : 'reply' })
  }
  const those = (pick: (one: (typeof among)[number]) => boolean) => among.filter(pick).map((one) => one.session)
  for (const [i, anchor] of anchors.entries()) {
    const { name, x } = anchor
    const next = anchors[i + 1]
    if (next !== undefined) {
      const over = those(({ from, to }) => from <= i && to > i)
      draw(name, over, [{ x, y }, { x: next.x, y }]) // biome-ignore format: two ends
    }
    const own = those(({ from, to }) => from === i || to === i)
    draw(`${name}/stem`, own, [anchor, { x, y }])
    const out = sessions.filter(({ between: [from, to] }) => from === name && routers.has(to))
    const beside = x + (own.length > 0 ? 6 : 0)
    draw(`${name}/router`, out, [{ x: beside, y: anchor.y }, { x: beside, y: wire.y }]) // biome-ignore format: two ends
  }
  const told = sessions.filter(({ between: [a, b] }) => order.has(a) && (order.has(b) || routers.has(b)))
  return { lines, said: told.map(({ between, down }) => `${between.join(' ⇄ ')}: ${say(down === undefined ? 'established' : 'down')}`) }
}

/** How many sessions are up, at the left end of the underlay; beside its name where something hangs or runs there, and shorter if it must. */
function legendOf(scene: Scene, counts: { readonly up: number; readonly down: number }, say: SayBgp, lang: Lang): TextShape | undefined {
  const label = scene.texts.find((t) => t.id === 'underlay/label')
  const wire = scene.boxes.find((b) => b.role === 'wire')
  if (label === undefined || wire === undefined) return undefined
  const { up, down } = counts
  const long = say(up + down === 0 ? 'none' : down > 0 ? 'upAndDown' : 'up', { up, down })
  const size = smallType(lang)
  const weight = down > 0 || up === 0 ? 700 : 400
  const beside = (text: string): number => boxOfText(label).x - textWidth(text, size, 'sans', weight) - 16
  const short = say('short', { up, all: up + down })
  const hang = scene.boxes.filter((b) => b.role === 'host')
  const downs = scene.boxes.flatMap((b) => (b.role === 'node' || b.role === 'tile' ? [b.x + b.w / 2] : []))
  for (const [text, x] of [
    [long, wire.x + 4],
    [long, beside(long)],
    [short, beside(short)],
  ] as const) {
    // biome-ignore format: three places
    const shape = textShape('underlay/bgp', x, label.y, text, { size, weight, ink: weight > 400 ? 'drop-text' : 'ink2' })
    const box = boxOfText(shape)
    const [from, to] = [box.x - 8, box.x + box.w + 8]
    const left = x < beside(long)
    if (from < 0 || hang.some((b) => b.x < to && b.x + b.w > from && b.y < box.y + box.h)) continue
    // under a machine's way down a tunnel may run, and it is thick
    if (left && (to > beside(long) || downs.some((mid) => mid - 24 < to && mid + 24 > from))) continue
    return shape
  }
  return undefined
}

/** The stage with its BGP sessions. Pure. */
export function withSessions(
  scene: Scene,
  counts: { readonly up: number; readonly down: number },
  peering: Peering | undefined,
  lang: Lang,
): Scene {
  const say = sayIn(book, lang)
  const wire = scene.boxes.find((b) => b.role === 'wire')
  if (scene.form !== 'wide' || wire === undefined) return scene
  const { lines, said }: Folded = peering === undefined ? { lines: [], said: [] } : linesOf(scene, peering, wire, say)
  const legend = legendOf(scene, counts, say, lang)
  const door = (id: string, name: string, box: Box): DoorShape => ({ id, to: 'bgp', netns: '', name, ...box })
  const b = legend && boxOfText(legend)
  const ends = lines.flatMap((one) => one.points)
  const [from, to] = [Math.min(...ends.map((p) => p.x)), Math.max(...ends.map((p) => p.x))]
  const lowest = wire.y - 3
  return {
    ...scene,
    lines: [...lines, ...scene.lines],
    texts: legend === undefined ? scene.texts : [...scene.texts, legend],
    doors: [
      ...scene.doors,
      ...(b === undefined ? [] : [door('bgp', say('open'), { x: b.x - 6, y: b.y - 5, w: b.w + 12, h: b.h + 10 })]),
      ...(lines.length === 0 ? [] : [door('bgp lines', saidIn(said, say), { x: from - 4, y: lowest - above, w: to - from + 8, h: above })]),
    ],
  }
}

/** The first sessions by name: what a pointer that rests on their line is told. */
const saidIn = (said: readonly string[], say: SayBgp): string =>
  [...said.slice(0, 8), ...(said.length > 8 ? [say('more', { n: said.length - 8 })] : [])].join('\n')

/** Asks the engine who speaks to whom; with errors in the text its world is no longer that of the stage, and only the count is told. */
export async function sessionsIn(answer: Answer): Promise<(scene: Scene, lang: Lang) => Scene> {
  const viewed = state().answer === answer ? await lookAtWorld(answer, { kind: 'bgp' }) : undefined
  const counts = answer.stage?.underlay.bgp ?? { up: 0, down: 0 }
  return (scene, lang) => withSessions(scene, counts, viewed?.kind === 'bgp' ? viewed.peering : undefined, lang)
}
