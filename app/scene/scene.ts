import type { Answer } from '../../src/answer.ts'
import type { TraceEvent } from '../../src/trace/event.ts'
import type { Beat, Playhead } from '../timeline/beats.ts'
import { lastOf } from '../timeline/last.ts'
import { type CardWords, cardWords, placeCard } from './card.ts'
import { textShape } from './draft.ts'
import { type Layout, layoutOf, type Size } from './layout.ts'
import { textWidth } from './measure.ts'
import { type Point, sampled, shifted } from './path.ts'
import { sayBeat } from './say.ts'
import type { CardShape, LineShape, MarkShape, Scene, StationView, TextShape } from './shapes.ts'
import { tagsOf, tubesOf } from './traces.ts'
import { type Ways, waysOf } from './ways.ts'
import { type Lang, wordsOf } from './words.ts'

export interface SceneOptions {
  readonly size: Size
  readonly lang: Lang
  /** The one node that is looked at; the whole cluster without it. */
  readonly node?: string
}

const joined = (legs: readonly (readonly Point[])[], start: Point | undefined): readonly Point[] => {
  const points = legs.flat()
  return points.length === 0 ? (start === undefined ? [] : [start]) : points
}

/** How far beside its answer's line the line of a request runs, px: to its right, away from the hooks' and the bridge's names. */
const beside = -5

function stationsOf(layout: Layout, ways: Ways, beats: readonly Beat[], now: Beat, told: readonly Beat[]): readonly StationView[] {
  const passed = new Set<string>()
  const amber = new Set<string>()
  const here = new Set(ways.lit(now))
  const seek = new Map<string, number>()
  for (const b of beats) for (const id of ways.lit(b)) if (!seek.has(id)) seek.set(id, b.index)
  for (const b of told) {
    for (const id of ways.lit(b)) {
      seek.set(id, b.index)
      if (b.index < now.index) passed.add(id)
      if (b.index <= now.index && b.marks.includes('nat')) amber.add(id)
    }
  }
  return layout.draft.stations.map((s) => {
    const beat = seek.get(s.id)
    const state = here.has(s.id) ? 'here' : passed.has(s.id) ? 'passed' : 'idle'
    return { ...s, state, tone: now.tone, rewritten: amber.has(s.id), ...(beat === undefined ? {} : { beat }) }
  })
}

/** The routing decision's name: the device that it chose, once it has chosen, else the word. */
function routeTexts(layout: Layout, answer: Answer, own: readonly Beat[], now: Beat | undefined): readonly TextShape[] {
  const words = wordsOf(layout.draft.lang)
  return [...layout.draft.routeLabels].map(([node, at]) => {
    const done = lastOf(own, (b) => b.place === node && b.kind === 'route' && now !== undefined && b.index <= now.index)
    const route = done === undefined ? undefined : eventsOf(answer, done).find((e) => e.kind === 'route')
    const dev = route?.kind === 'route' ? route.route?.dev : undefined
    const text = dev === undefined ? undefined : `→ ${dev}`
    const fits = text !== undefined && textWidth(text, 11, 'mono') <= at.room
    return textShape(`${node}/route:label`, at.x, at.y, fits ? text : words.route, {
      anchor: 'middle',
      size: fits ? 11 : layout.draft.small,
      font: fits ? 'mono' : 'sans',
      ink: fits ? 'ink2' : 'muted',
    })
  })
}

const eventsOf = (answer: Answer, b: Beat): readonly TraceEvent[] => answer.walk?.journeys[b.journey]?.events.slice(b.from, b.to) ?? []

/** The node whose slot takes the card: where the packet is, or on the wire, where it goes. */
function slotNode(layout: Layout, beats: readonly Beat[], now: Beat): string | undefined {
  const node = (b: Beat | undefined): string | undefined => (b === undefined ? undefined : (layout.nodes.get(b.place) ?? b.place))
  const near = [now, beats[now.index + 1], beats[now.index - 1], beats[now.index + 2], beats[now.index - 2]]
  return near.map(node).find((n) => n !== undefined && layout.draft.slots.has(n))
}

function cardOf(layout: Layout, ways: Ways, answer: Answer, beats: readonly Beat[], now: Beat, head: Playhead): CardShape | undefined {
  const at = ways.at(now)
  const events = answer.walk?.journeys[now.journey]?.events ?? []
  const to = head.event === undefined ? now.to : Math.max(now.from, Math.min(now.to, head.event + 1))
  const words: CardWords | undefined = cardWords(events.slice(now.from, to), events.slice(0, now.from))
  const node = slotNode(layout, beats, now)
  const slot = node === undefined ? undefined : layout.draft.slots.get(node)
  if (words === undefined || slot === undefined || at === undefined) return undefined
  const placed = placeCard(words, slot, at.x)
  const onLine = at.y === layout.rows.main && now.kind !== 'route'
  const top = onLine && now.marks.includes('nat') ? at.y + 29 : at.y + 8
  return {
    ...placed.box,
    rows: placed.rows,
    news: placed.news,
    ...(placed.inner && { inner: placed.inner }),
    rewritten: words.rewrites.length > 0,
    tone: now.tone,
    ...(onLine && at.x > placed.box.x && at.x < placed.box.x + placed.box.w
      ? {
          leader: [
            { x: at.x, y: top },
            { x: at.x, y: placed.box.y },
          ],
        }
      : {}),
  }
}

function marksAt(answer: Answer, beats: readonly Beat[], now: Beat, at: Point): readonly MarkShape[] {
  const id = `mark/${now.index}`
  if (now.marks.includes('drop')) return [{ id, mark: 'drop', ...at }]
  if (now.marks.includes('reject')) return [{ id, mark: 'reject', ...at }]
  const last = now.index === beats.length - 1 && answer.walk?.outcome.kind === 'ok'
  return last ? [{ id, mark: 'delivered', x: at.x + 15, y: at.y - 2 }] : []
}

/** Where the packet that this one answers was dropped or refused: that stays in sight. */
function endOf(ways: Ways, journey: number | undefined): readonly MarkShape[] {
  const last = journey === undefined ? undefined : ways.own(journey).at(-1)
  const at = last === undefined ? undefined : ways.at(last)
  if (last === undefined || at === undefined) return []
  if (!last.marks.includes('drop') && !last.marks.includes('reject')) return []
  return [{ id: `mark/${last.index}`, mark: last.marks.includes('drop') ? 'drop' : 'reject', ...at }]
}

/** Layouts of the answers in use: places are worked out once for a walk, not at every step. */
const layouts = new WeakMap<Answer, Map<string, Layout | undefined>>()

function layoutFor(answer: Answer, beats: readonly Beat[], options: SceneOptions): Layout | undefined {
  const key = `${options.size.width} ${options.size.height} ${options.lang} ${options.node ?? ''}`
  const known = layouts.get(answer) ?? new Map<string, Layout | undefined>()
  layouts.set(answer, known)
  if (!known.has(key)) known.set(key, layoutOf(answer, beats, options.size, options.lang, options.node))
  return known.get(key)
}

const empty = (size: Size, lang: Lang): Scene => ({
  size,
  form: 'empty',
  boxes: [],
  rails: [],
  tubes: [],
  lines: [],
  pills: [],
  plugs: [],
  stations: [],
  texts: [textShape('empty', size.width / 2, size.height / 2, wordsOf(lang).empty, { size: 13, anchor: 'middle' })],
  tags: [],
  doors: [],
  marks: [],
  travel: [],
  said: wordsOf(lang).empty,
})

/** The wide stage at one moment of a walk. Pure: same answer, playhead, size and language, same scene. */
export function wideScene(answer: Answer, beats: readonly Beat[], head: Playhead, options: SceneOptions): Scene {
  const layout = layoutFor(answer, beats, options)
  return layout === undefined ? empty(options.size, options.lang) : drawn(layout, answer, beats, head)
}

/** What a layout looks like at one moment of the walk. */
export function drawn(layout: Layout, answer: Answer, beats: readonly Beat[], head: Playhead): Scene {
  const d = layout.draft
  const lang = d.lang
  const now = beats[Math.max(0, Math.min(beats.length - 1, head.beat))]
  const still: Scene = {
    size: layout.size,
    form: 'wide',
    boxes: d.boxes,
    rails: d.tracks,
    tubes: [],
    lines: [],
    pills: d.pills,
    plugs: d.plugs,
    stations: d.stations.map((s) => ({ ...s, state: 'idle', tone: 'request', rewritten: false })),
    texts: [...d.texts, ...routeTexts(layout, answer, [], undefined)],
    tags: [],
    doors: d.doors,
    tools: layout.tools,
    marks: [],
    travel: [],
    said: wordsOf(lang).stageTitle,
  }
  if (now === undefined) return still
  const ways = waysOf(layout, beats)
  const own = ways.own(now.journey)
  const here = own.indexOf(now)
  const legs = ways.legs(now.journey)
  const at = ways.at(now)
  const parent = answer.walk?.journeys[now.journey]?.parent?.journey
  const asked = parent === undefined ? [] : ways.own(parent)
  // Where the walk ends well, the eye sees all of it: the way there, where it was rewritten, and the way back beside it.
  const whole = now.index === beats.length - 1 && answer.walk?.outcome.kind === 'ok' && asked.length > 0
  const told = whole ? [...asked, ...own] : own
  const there = parent === undefined ? [] : ways.legs(parent)
  const lines: LineShape[] = []
  if (asked[0] !== undefined)
    lines.push({ id: 'parent', points: shifted(there.flat(), beside), style: whole ? 'whole' : 'parent', tone: asked[0].tone })
  lines.push({ id: 'next', points: joined(legs.slice(here), at), style: 'next', tone: now.tone })
  lines.push({ id: 'past', points: joined(legs.slice(0, Math.max(0, here - 1)), undefined), style: 'past', tone: now.tone })
  const inside = at === undefined ? undefined : d.pills.find((p) => at.x > p.x && at.x < p.x + p.w && at.y > p.y && at.y < p.y + p.h)
  const rewrite = whole && head.event === undefined ? asked.find((b) => b.marks.includes('nat')) : undefined
  const card = cardOf(layout, ways, answer, beats, rewrite ?? now, head)
  const wrapped = now.outer || (now.marks.includes('encap') && !now.marks.includes('decap'))
  return {
    ...still,
    pills: inside === undefined ? d.pills : d.pills.map((p) => (p === inside ? { ...p, here: now.tone } : p)),
    lines: lines.filter((l) => l.points.length > 1),
    tubes: [...(whole ? tubesOf(asked, there, asked.length, beside) : []), ...tubesOf(own, legs, here, 0)],
    stations: stationsOf(layout, ways, beats, now, told),
    texts: [...d.texts, ...routeTexts(layout, answer, whole ? asked : own, now)],
    tags: tagsOf(layout, ways, answer, told, now),
    marks: at === undefined ? [] : [...endOf(ways, parent), ...marksAt(answer, beats, now, at)],
    ...(card === undefined ? {} : { card }),
    ...(at === undefined
      ? {}
      : { packet: { ...at, tone: now.tone, wrapped, gone: now.marks.includes('drop') || now.marks.includes('reject') } }),
    travel: here > 0 ? sampled(legs[here - 1] ?? []) : [],
    said: sayBeat(answer, now, lang),
  }
}
