import type { Answer } from '../../src/answer.ts'
import type { Beat, Playhead } from '../timeline/beats.ts'
import { cardWords, placeCard } from './card.ts'
import { textShape } from './draft.ts'
import { textWidth } from './measure.ts'
import { nameOfStop, sayBeat, titleOf } from './say.ts'
import type { SceneOptions } from './scene.ts'
import type { BoxShape, CardShape, LineShape, MarkShape, Scene, StationShape, StationView, TextShape, TubeShape } from './shapes.ts'
import { wordsOf } from './words.ts'

/** The line's x, and where its words begin. */
const rail = 38
const words = 64
const row = 46

interface Section {
  readonly place: string
  readonly beats: readonly Beat[]
}

function sectionsOf(own: readonly Beat[]): readonly Section[] {
  const out: { place: string; beats: Beat[] }[] = []
  for (const b of own) {
    const last = out.at(-1)
    if (last?.place === b.place) last.beats.push(b)
    else out.push({ place: b.place, beats: [b] })
  }
  return out
}

/** The second line of a stop: what happened there, in a few words. */
function subtitle(answer: Answer, b: Beat, lang: SceneOptions['lang']): string {
  const w = wordsOf(lang)
  const events = answer.walk?.journeys[b.journey]?.events.slice(b.from, b.to) ?? []
  const tables = new Set<string>()
  let rules = 0
  let dev: string | undefined
  for (const e of events) {
    if (e.kind === 'rule') {
      tables.add(e.rule.table)
      rules += e.passedOver + 1
    } else if (e.kind === 'chain-end') rules += e.passedOver
    else if (e.kind === 'route') dev = e.route?.dev
  }
  if (b.marks.includes('encap')) return w.encapsulated
  if (b.marks.includes('decap')) return w.decapsulated
  if (b.kind === 'route') return dev === undefined ? '' : `→ ${dev}`
  if (b.kind === 'process') return answer.stage?.netns.find((n) => n.name === b.place)?.addresses[0] ?? ''
  return rules === 0 ? '' : `${[...tables].join(' ')} · ${w.rules(rules)}`
}

interface Draw {
  readonly boxes: BoxShape[]
  readonly texts: TextShape[]
  readonly stations: StationView[]
  readonly spots: Map<number, number>
  card?: CardShape
  y: number
}

const shapeOf = (b: Beat): StationShape =>
  b.kind === 'process' ? 'square' : b.kind === 'route' ? 'diamond' : b.kind === 'bridge' || b.outer ? 'small' : 'ring'

function label(draw: Draw, id: string, y: number, width: number, title: string, sub: string, right: string, lit: boolean): void {
  const tag = right === '' ? 0 : textWidth(right, 12, 'sans', 500) + 10
  draw.texts.push(
    textShape(`${id}/title`, words, y + 18, title, {
      size: 14,
      weight: lit ? 650 : 500,
      ink: lit ? 'ink' : 'ink2',
      room: width - words - 24 - tag,
    }),
  )
  if (sub !== '') draw.texts.push(textShape(`${id}/sub`, words, y + 35, sub, { size: 12, room: width - words - 24 }))
  if (right !== '')
    draw.texts.push(textShape(`${id}/right`, width - 22, y + 18, right, { size: 12, weight: 500, anchor: 'end', ink: 'kernel-text' }))
}

/** One stop with its words; the current one carries its packet card. */
function drawStop(draw: Draw, answer: Answer, b: Beat, now: Beat, head: Playhead, options: SceneOptions, right: string): void {
  const { width } = options.size
  const here = b.index === now.index
  const y = draw.y
  const name = b.kind === 'process' ? titleOf(answer, b.place) : nameOfStop(answer, b, options.lang)
  const sub = subtitle(answer, b, options.lang)
  label(draw, `stop/${b.index}`, y, width, name, sub, right, b.index <= now.index)
  const state = here ? 'here' : b.index < now.index ? 'passed' : 'idle'
  draw.stations.push({
    id: `stop/${b.index}`,
    netns: b.place,
    x: rail,
    y: y + 20,
    shape: shapeOf(b),
    name: sayBeat(answer, b, options.lang),
    state,
    tone: now.tone,
    rewritten: b.marks.includes('nat') && state !== 'idle',
    beat: b.index,
  })
  draw.spots.set(b.index, y + 20)
  draw.y += sub === '' && !here ? row - 12 : row
  if (!here) return
  const events = answer.walk?.journeys[b.journey]?.events ?? []
  const upTo = head.event === undefined ? b.to : Math.max(b.from, Math.min(b.to, head.event + 1))
  const said = cardWords(events.slice(b.from, upTo), events.slice(0, b.from))
  if (said === undefined) return
  const placed = placeCard(said, { x: words - 6, y: draw.y - (sub === '' ? 16 : 4), w: width - words - 16, h: 90 }, 0)
  draw.card = { ...placed.box, rows: placed.rows, news: placed.news, rewritten: said.rewrites.length > 0, tone: now.tone }
  draw.y = placed.box.y + placed.box.h + 10
}

/** Names of folded stops, as many as have room, and always the last: `vxlan.calico → PREROUTING → … → cali12`. */
function alongIn(names: readonly string[], room: number): string {
  // which packet it is, the tube says when the place is open
  const bare = names.map((name) => name.replace(/ · .*$/, ''))
  const once = bare.filter((name, i) => name !== bare[i - 1])
  const fits = (all: readonly string[]): boolean => textWidth(all.join(' → '), 12) <= room
  if (fits(once)) return once.join(' → ')
  const last = once.slice(-1)
  for (let n = once.length - 2; n > 0; n--) {
    const some = [...once.slice(0, n), '…', ...last]
    if (fits(some)) return some.join(' → ')
  }
  return last.join('')
}

/** A place that the packet is not in: one row, its stops folded into a capsule. */
function drawFolded(draw: Draw, answer: Answer, s: Section, now: Beat, options: SceneOptions, kind: string | undefined): void {
  const w = wordsOf(options.lang)
  const first = s.beats[0]
  if (first === undefined) return
  const quiet = kind === 'pod' || kind === 'host'
  const past = (s.beats.at(-1)?.index ?? 0) < now.index
  const names = s.beats.map((b) => nameOfStop(answer, b, options.lang))
  const sub = quiet
    ? (answer.stage?.netns.find((n) => n.name === s.place)?.addresses[0] ?? '')
    : alongIn(names, options.size.width - words - 24)
  const title = quiet ? titleOf(answer, s.place) : w.stops(s.beats.length)
  label(
    draw,
    `fold/${first.index}`,
    draw.y,
    options.size.width,
    title,
    sub,
    quiet ? (kind === 'pod' ? w.podNetns : w.outside) : titleOf(answer, s.place),
    past,
  )
  draw.stations.push({
    id: `fold/${first.index}`,
    netns: s.place,
    x: rail,
    y: draw.y + 20,
    shape: quiet ? 'square' : 'capsule',
    name: `${titleOf(answer, s.place)}, ${w.stops(s.beats.length)}`,
    state: past ? 'passed' : 'idle',
    tone: now.tone,
    rewritten: false,
    beat: past ? (s.beats.at(-1)?.index ?? first.index) : first.index,
  })
  for (const b of s.beats) draw.spots.set(b.index, draw.y + 20)
  draw.y += row
}

function drawSection(draw: Draw, answer: Answer, s: Section, now: Beat, head: Playhead, options: SceneOptions, i: number): void {
  const { width } = options.size
  const w = wordsOf(options.lang)
  const kind = answer.stage?.netns.find((n) => n.name === s.place)?.kind
  if (kind === undefined || kind === 'underlay') {
    const y = draw.y + 14
    draw.boxes.push({
      id: `wire/${i}`,
      role: 'wire',
      lit: false,
      r: 3,
      x: 18,
      y: y - 3,
      w: width - 36 - textWidth(w.underlay, 12) - 12,
      h: 6,
    })
    draw.texts.push(textShape(`wire/${i}/label`, width - 18, y + 4, w.underlay, { size: 12, anchor: 'end' }))
    for (const b of s.beats) {
      draw.spots.set(b.index, y)
      draw.stations.push({
        id: `stop/${b.index}`,
        netns: s.place,
        x: rail,
        y,
        shape: 'small',
        name: w.underlay,
        state: b.index === now.index ? 'here' : b.index < now.index ? 'passed' : 'idle',
        tone: now.tone,
        rewritten: false,
        beat: b.index,
      })
    }
    draw.y += 32
    return
  }
  const top = draw.y
  draw.y += 8
  const open = s.beats.includes(now)
  const right = kind === 'pod' ? w.podNetns : kind === 'host' ? w.outside : titleOf(answer, s.place)
  if (open || s.beats.length === 1)
    for (const [n, b] of s.beats.entries()) drawStop(draw, answer, b, now, head, options, n === 0 ? right : '')
  else drawFolded(draw, answer, s, now, options, kind)
  draw.y += 4
  const role = kind === 'pod' ? 'pod' : kind === 'host' ? 'host' : 'kernel'
  draw.boxes.push({ id: `section/${i}`, role, netns: s.place, lit: open, r: 12, x: 10, y: top, w: width - 20, h: draw.y - top })
  draw.y += 8
}

/** The map stands up: the current packet's stops from top to bottom, the places it is not in folded. For narrow pages. */
export function listScene(answer: Answer, beats: readonly Beat[], head: Playhead, options: SceneOptions): Scene {
  const now = beats[Math.max(0, Math.min(beats.length - 1, head.beat))]
  const { size, lang } = options
  const draw: Draw = { boxes: [], texts: [], stations: [], spots: new Map(), y: 10 }
  const base = { tubes: [] as TubeShape[], rails: [], pills: [], plugs: [], tags: [], doors: [], travel: [] }
  if (now === undefined) {
    const text = textShape('empty', size.width / 2, 60, wordsOf(lang).empty, { size: 14, anchor: 'middle' })
    return { ...base, size, form: 'empty', boxes: [], lines: [], stations: [], texts: [text], marks: [], said: text.text }
  }
  const own = beats.filter((b) => b.journey === now.journey)
  for (const [i, s] of sectionsOf(own).entries()) drawSection(draw, answer, s, now, head, options, i)
  const y = (b: Beat | undefined): number => draw.spots.get(b?.index ?? -1) ?? 0
  const at = { x: rail, y: y(now) }
  const lines: LineShape[] = [
    { id: 'next', points: [at, { x: rail, y: y(own.at(-1)) }], style: 'next' as const, tone: now.tone },
    { id: 'past', points: [{ x: rail, y: y(own[0]) }, at], style: 'past' as const, tone: now.tone },
  ].filter((l) => l.points[0]?.y !== l.points[1]?.y)
  const encap = own.find((b) => b.marks.includes('encap'))
  const decap = own.find((b) => b.marks.includes('decap'))
  if (encap !== undefined && decap !== undefined && y(encap) !== y(decap))
    base.tubes.push({
      id: 'tube',
      points: [
        { x: rail, y: y(encap) },
        { x: rail, y: y(decap) },
      ],
      tone: now.tone,
      past: decap.index <= now.index,
    })
  const gone = now.marks.includes('drop') || now.marks.includes('reject')
  const marks: MarkShape[] = gone ? [{ id: `mark/${now.index}`, mark: now.marks.includes('drop') ? 'drop' : 'reject', ...at }] : []
  const wrapped = now.outer || (now.marks.includes('encap') && !now.marks.includes('decap'))
  return {
    ...base,
    size: { width: size.width, height: draw.y + 8 },
    form: 'list',
    boxes: draw.boxes,
    lines,
    stations: draw.stations,
    texts: draw.texts,
    marks,
    ...(draw.card === undefined ? {} : { card: draw.card }),
    packet: { ...at, tone: now.tone, wrapped, gone },
    said: sayBeat(answer, now, lang),
  }
}
