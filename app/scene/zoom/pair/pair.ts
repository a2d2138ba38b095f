import type { Answer } from '../../../../src/answer.ts'
import type { TraceEvent } from '../../../../src/trace/event.ts'
import { sayIn } from '../../../panels/book.ts'
import type { Beat, Playhead } from '../../../timeline/beats.ts'
import { textShape } from '../../draft.ts'
import type { Size } from '../../layout.ts'
import { textWidth } from '../../measure.ts'
import { drawn } from '../../scene.ts'
import type { BoxShape, Scene, TextShape } from '../../shapes.ts'
import { roomFor } from '../../size.ts'
import { type Lang, smallType } from '../../words.ts'
import { leading, type Row } from './cards.ts'
import { factsOf, type Pair, type PairFacts, pairOf } from './facts.ts'
import { headersPanel } from './headers.ts'
import { arpLines, layoutPair, type PairLayout } from './layout.ts'
import { arpSaid, filled, socketOf } from './note.ts'
import { type Used, usedBy } from './used.ts'
import { book } from './words.ts'

export { factsOf }

/** One moment of a walk, as the pair of a Pod sees it. */
export interface PairMoment {
  readonly answer: Answer
  readonly beats: readonly Beat[]
  readonly head: Playhead
  readonly size: Size
  readonly lang: Lang
  readonly pod: string
  readonly facts: PairFacts
}

const kept = new WeakMap<PairFacts, Map<string, PairLayout>>()

function layoutFor(pair: Pair, { facts, answer, beats, size, lang }: PairMoment): PairLayout {
  const key = `${pair.pod.name} ${size.width} ${size.height} ${lang}`
  const all = kept.get(facts) ?? new Map<string, PairLayout>()
  kept.set(facts, all)
  const known = all.get(key)
  if (known !== undefined) return known
  const made = layoutPair(pair, facts, answer, beats, roomFor(size), lang)
  all.set(key, made)
  return made
}

const lit = (rows: readonly Row[], used: (line: string) => boolean): readonly BoxShape[] =>
  rows.filter((r) => used(r.text)).map(({ text, ...box }) => ({ id: `used ${text} ${box.y}`, role: 'row', lit: true, r: 5, ...box }))

const litRows = ({ tables }: PairLayout, used: Used): readonly BoxShape[] => [
  ...lit(tables.podRoutes, used.podRoute),
  ...lit(tables.podNeighbours, used.podNeighbour),
  ...lit(tables.nodeRoutes, used.nodeRoute),
  ...lit(tables.fdb, used.fdb),
]

/** The socket beside its process, and what ARP was asked. */
function toldBy(pair: Pair, { arp, socket }: PairLayout, events: readonly TraceEvent[], lang: Lang): readonly TextShape[] {
  const say = sayIn(book, lang)
  const size = smallType(lang)
  const [end, asked] = [socketOf(pair, events), arpSaid(pair, events, say)]
  const named = end === undefined ? [] : [say('socket', { at: end }), end].map((text) => ({ text, w: textWidth(text, 11, 'mono') }))
  const fits = named.find(({ w }) => w <= socket.room)?.text
  const lines = asked === undefined ? [] : filled(asked, arp.room, size).slice(0, arpLines)
  return [
    ...(fits === undefined ? [] : [textShape('socket', socket.x, socket.y, fits, { font: 'mono', size: 11, anchor: 'end' })]),
    ...lines.map((text, i) => textShape(`arp/${i}`, arp.x, arp.y + 12 + i * leading, text, { size, room: arp.room })),
  ]
}

/** Both namespaces of a Pod's veth pair at one moment of the walk; undefined when the Pod has none. Pure. */
export function pairScene(moment: PairMoment): Scene | undefined {
  const { answer, beats, head, lang } = moment
  const pair = pairOf(answer, moment.pod)
  if (pair === undefined) return undefined
  const laid = layoutFor(pair, moment)
  const { packet, ...scene } = drawn(laid.layout, answer, beats, head)
  const now = beats[Math.max(0, Math.min(beats.length - 1, head.beat))]
  const events = now === undefined ? [] : (answer.walk?.journeys[now.journey]?.events ?? [])
  const index = head.event ?? (now === undefined ? 0 : now.to - 1)
  const used = usedBy(pair, events.slice(0, index + 1))
  const panel = headersPanel(events, index, now?.tone ?? 'request', laid.packet, lang)
  const note: readonly TextShape[] = used.up
    ? [
        textShape('fdb/up', laid.fdbNote.x, laid.fdbNote.y, sayIn(book, lang)('up'), {
          size: smallType(lang),
          anchor: 'end',
          ink: 'request-text',
          room: laid.fdbNote.room,
        }),
      ]
    : []
  const said = toldBy(pair, laid, events.slice(0, index + 1), lang)
  const height = Math.max(scene.size.height, panel.end + 8)
  // What happens elsewhere is at the end of the underlay that leads there: nothing to look at.
  const isHere = (b: Beat | undefined): boolean =>
    b !== undefined && (b.place === pair.node.name || laid.layout.nodes.get(b.place) === pair.node.name)
  const ofHere = ({ id }: { readonly id: string }): boolean => isHere(beats[Number(id.slice(id.indexOf('/') + 1))])
  return {
    ...scene,
    ...(isHere(now) && packet !== undefined ? { packet } : {}),
    marks: scene.marks.filter(ofHere),
    size: { width: scene.size.width, height },
    boxes: [...scene.boxes, ...litRows(laid, used), ...panel.boxes],
    texts: [...scene.texts, ...panel.texts, ...note, ...said],
    tags: [...scene.tags.filter(ofHere), ...laid.tags],
    tools: { ...laid.layout.tools, y: height - laid.layout.tools.h },
  }
}
