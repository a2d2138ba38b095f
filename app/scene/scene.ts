import type { Answer } from '../../src/answer.ts'
import type { TraceEvent } from '../../src/trace/event.ts'
import type { Beat, Playhead } from '../timeline/beats.ts'
import { lastOf } from '../timeline/last.ts'
import { type CardWords, cardWords, placeCard } from './card.ts'
import { textShape } from './draft.ts'
import { type Layout, layoutOf, type Size } from './layout.ts'
import { textWidth } from './measure.ts'
import { type Point, sampled } from './path.ts'
import { way } from './rails.ts'
import { sayBeat } from './say.ts'
import type { CardShape, LineShape, MarkShape, Scene, StationView, TagShape, TextShape, TubeShape } from './shapes.ts'
import { litBy, spotOf } from './spots.ts'
import { type Lang, wordsOf } from './words.ts'

export interface SceneOptions {
  readonly size: Size
  readonly lang: Lang
}

/** The legs of one journey: leg i leads from its stop i to its stop i+1. */
function legsOf(layout: Layout, beats: readonly Beat[], own: readonly Beat[]): readonly (readonly Point[])[] {
  const spots = own.map((b) => spotOf(layout, beats, b))
  return spots.slice(1).map((to, i) => way(layout.draft.rails, spots[i] ?? to, to))
}

const joined = (legs: readonly (readonly Point[])[], start: Point | undefined): readonly Point[] => {
  const points = legs.flat()
  return points.length === 0 ? (start === undefined ? [] : [start]) : points
}

function tubesOf(own: readonly Beat[], legs: readonly (readonly Point[])[], here: number): readonly TubeShape[] {
  const tubes: TubeShape[] = []
  let from: number | undefined
  for (const [i, b] of own.entries()) {
    if (b.marks.includes('encap')) from = i
    if (from !== undefined && (b.marks.includes('decap') || (i === own.length - 1 && i > from))) {
      tubes.push({ id: `tube/${b.journey}/${from}`, points: legs.slice(from, i).flat(), tone: b.tone, past: i <= here })
      from = undefined
    }
  }
  return tubes
}

function stationsOf(layout: Layout, beats: readonly Beat[], own: readonly Beat[], now: Beat): readonly StationView[] {
  const passed = new Set<string>()
  const amber = new Set<string>()
  const here = new Set(litBy(layout, beats, now))
  const seek = new Map<string, number>()
  for (const b of beats) for (const id of litBy(layout, beats, b)) if (!seek.has(id)) seek.set(id, b.index)
  for (const b of own) {
    for (const id of litBy(layout, beats, b)) {
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

/** Amber words at the stations where this packet was rewritten so far. */
function tagsOf(layout: Layout, answer: Answer, beats: readonly Beat[], own: readonly Beat[], now: Beat): readonly TagShape[] {
  return own.flatMap((b): readonly TagShape[] => {
    if (b.index > now.index || !b.marks.includes('nat') || b.kind !== 'hook') return []
    const at = layout.draft.rails.points.get(spotOf(layout, beats, b))
    const nat = eventsOf(answer, b).find((e) => e.kind === 'nat')
    if (at === undefined || nat?.kind !== 'nat' || at.y !== layout.rows.main) return []
    const text = `${nat.undo ? '↩ ' : ''}${nat.manip === 'dst' ? 'DNAT' : 'SNAT'}`
    const w = textWidth(text, 11, 'sans', 650) + 12
    return [
      {
        id: `tag/${b.index}`,
        text,
        size: 11,
        x: b.hook === 'prerouting' ? at.x + 14 - w : b.hook === 'postrouting' ? at.x - 14 : at.x - w / 2,
        y: at.y + 13,
        w,
        h: 16,
      },
    ]
  })
}

/** The node whose slot takes the card: where the packet is, or on the wire, where it goes. */
function slotNode(layout: Layout, beats: readonly Beat[], now: Beat): string | undefined {
  const node = (b: Beat | undefined): string | undefined => (b === undefined ? undefined : (layout.nodes.get(b.place) ?? b.place))
  const near = [now, beats[now.index + 1], beats[now.index - 1], beats[now.index + 2], beats[now.index - 2]]
  return near.map(node).find((n) => n !== undefined && layout.draft.slots.has(n))
}

function cardOf(
  layout: Layout,
  answer: Answer,
  beats: readonly Beat[],
  now: Beat,
  head: Playhead,
  at: Point | undefined,
): CardShape | undefined {
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
function endOf(layout: Layout, beats: readonly Beat[], journey: number | undefined): readonly MarkShape[] {
  const last = lastOf(beats, (b) => b.journey === journey)
  const at = last === undefined ? undefined : layout.draft.rails.points.get(spotOf(layout, beats, last))
  if (last === undefined || at === undefined) return []
  if (!last.marks.includes('drop') && !last.marks.includes('reject')) return []
  return [{ id: `mark/${last.index}`, mark: last.marks.includes('drop') ? 'drop' : 'reject', ...at }]
}

/** Layouts of the answers in use: places are worked out once for a walk, not at every step. */
const layouts = new WeakMap<Answer, Map<string, Layout | undefined>>()

function layoutFor(answer: Answer, beats: readonly Beat[], options: SceneOptions): Layout | undefined {
  const key = `${options.size.width} ${options.size.height} ${options.lang}`
  const known = layouts.get(answer) ?? new Map<string, Layout | undefined>()
  layouts.set(answer, known)
  if (!known.has(key)) known.set(key, layoutOf(answer, beats, options.size, options.lang))
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
  marks: [],
  travel: [],
  said: wordsOf(lang).empty,
})

/** The wide stage at one moment of a walk. Pure: same answer, playhead, size and language, same scene. */
export function wideScene(answer: Answer, beats: readonly Beat[], head: Playhead, options: SceneOptions): Scene {
  const layout = layoutFor(answer, beats, options)
  if (layout === undefined) return empty(options.size, options.lang)
  const d = layout.draft
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
    marks: [],
    travel: [],
    said: wordsOf(options.lang).stageTitle,
  }
  if (now === undefined) return still
  const own = beats.filter((b) => b.journey === now.journey)
  const here = own.indexOf(now)
  const legs = legsOf(layout, beats, own)
  const at = d.rails.points.get(spotOf(layout, beats, now))
  const parent = answer.walk?.journeys[now.journey]?.parent?.journey
  const lines: LineShape[] = []
  if (parent !== undefined && here >= 0) {
    const before = beats.filter((b) => b.journey === parent)
    if (before[0] !== undefined)
      lines.push({ id: 'parent', points: joined(legsOf(layout, beats, before), undefined), style: 'parent', tone: before[0].tone })
  }
  lines.push({ id: 'next', points: joined(legs.slice(here), at), style: 'next', tone: now.tone })
  lines.push({ id: 'past', points: joined(legs.slice(0, Math.max(0, here - 1)), undefined), style: 'past', tone: now.tone })
  const inside = at === undefined ? undefined : d.pills.find((p) => at.x > p.x && at.x < p.x + p.w && at.y > p.y && at.y < p.y + p.h)
  const card = cardOf(layout, answer, beats, now, head, at)
  const wrapped = now.outer || (now.marks.includes('encap') && !now.marks.includes('decap'))
  return {
    ...still,
    pills: inside === undefined ? d.pills : d.pills.map((p) => (p === inside ? { ...p, here: now.tone } : p)),
    lines: lines.filter((l) => l.points.length > 1),
    tubes: tubesOf(own, legs, here),
    stations: stationsOf(layout, beats, own, now),
    texts: [...d.texts, ...routeTexts(layout, answer, own, now)],
    tags: tagsOf(layout, answer, beats, own, now),
    marks: at === undefined ? [] : [...endOf(layout, beats, parent), ...marksAt(answer, beats, now, at)],
    ...(card === undefined ? {} : { card }),
    ...(at === undefined
      ? {}
      : { packet: { ...at, tone: now.tone, wrapped, gone: now.marks.includes('drop') || now.marks.includes('reject') } }),
    travel: here > 0 ? sampled(legs[here - 1] ?? []) : [],
    said: sayBeat(answer, now, options.lang),
  }
}
