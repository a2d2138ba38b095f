import type { Answer } from '../../src/answer.ts'
import type { Phase } from '../../src/trace/journey.ts'
import { fittedPod, textWidth } from '../scene/measure.ts'
import { titleOf } from '../scene/say.ts'
import { type Lang, smallType, wordsOf } from '../scene/words.ts'
import { type Beat, phases, type Tone } from './beats.ts'

export interface Lane {
  readonly place: string
  readonly label: string
  readonly full: string
  readonly y: number
}

export interface Band {
  readonly phase: Phase
  readonly tone: Tone
  readonly x1: number
  readonly x2: number
  /** Empty where there is no room for it. */
  readonly label: string
}

/** One packet's way up and down the lanes. */
export interface Thread {
  readonly journey: number
  readonly tone: Tone
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** `dot` a plain stop; the others stand for NAT, encapsulation and a packet's end. */
export interface Sign {
  readonly beat: number
  readonly x: number
  readonly y: number
  readonly sign: 'dot' | 'nat' | 'encap' | 'drop'
  readonly tone: Tone
}

/** The timeline's geometry: time runs to the right at the pace of autoplay. */
export interface Lanes {
  readonly width: number
  readonly height: number
  /** Right end of the labels. */
  readonly labelEnd: number
  readonly lanes: readonly Lane[]
  readonly bands: readonly Band[]
  readonly threads: readonly Thread[]
  readonly signs: readonly Sign[]
  /** x of every stop, by index. */
  readonly xs: readonly number[]
}

/** Between two lanes, in px: less where the timeline is low. */
const lane = 19
const leastLane = 13
const top = 42

/** Places in the order in which the request meets them; what only DNS visits comes last. */
function placesOf(beats: readonly Beat[], nodes: ReadonlySet<string>): readonly string[] {
  const main = beats.filter((b) => b.phase !== 'dns')
  const places = [...new Set([...main, ...beats].map((b) => b.place))]
  // Between two nodes lies the underlay, also when somebody outside came over it first.
  const wire = beats.find((b) => b.kind === 'wire')?.place
  const first = places.find((p) => nodes.has(p))
  if (wire === undefined || first === undefined || places.indexOf(wire) > places.indexOf(first)) return places
  const rest = places.filter((p) => p !== wire)
  return rest.flatMap((p) => (p === first ? [p, wire] : [p]))
}

/** Where the stops stand: in the middle of the time that they last, so that pauses have room. */
function xsOf(beats: readonly Beat[], from: number, to: number): readonly number[] {
  const total = beats.reduce((sum, b) => sum + b.ms, 0)
  const x = (ms: number): number => from + ((to - from) * ms) / Math.max(1, total)
  let at = 0
  return beats.map((b) => {
    const here = x(at + b.ms / 2)
    at += b.ms
    return here
  })
}

const signOf = (b: Beat): Sign['sign'] =>
  b.marks.includes('drop') || b.marks.includes('reject')
    ? 'drop'
    : b.marks.includes('nat')
      ? 'nat'
      : b.marks.includes('encap')
        ? 'encap'
        : 'dot'

/** Where stops stand close, plain dots give way; marks stay as long as they do not cover each other. */
function signsOf(beats: readonly Beat[], xs: readonly number[], ys: ReadonlyMap<string, number>): readonly Sign[] {
  const all = beats.map((b): Sign => ({ beat: b.index, x: xs[b.index] ?? 0, y: ys.get(b.place) ?? 0, sign: signOf(b), tone: b.tone }))
  const kept: Sign[] = []
  const free = (s: Sign, need: number): boolean => !kept.some((k) => k.y === s.y && Math.abs(k.x - s.x) < need)
  for (const s of all) if (s.sign === 'drop') kept.push(s)
  for (const s of all) if ((s.sign === 'nat' || s.sign === 'encap') && free(s, 12)) kept.push(s)
  for (const s of all) if (s.sign === 'dot' && free(s, 9)) kept.push(s)
  return kept.sort((a, b) => a.beat - b.beat)
}

/** Lays the walk out on `width` px; `height` is what there is, the lanes may need more. */
export function lanesOf(answer: Answer, beats: readonly Beat[], width: number, lang: Lang, height = 0): Lanes {
  const words = wordsOf(lang)
  const places = placesOf(beats, new Set(answer.stage?.netns.filter((n) => n.kind === 'node').map((n) => n.name)))
  const apart = height === 0 ? lane : Math.max(leastLane, Math.min(lane, (height - top - 8) / Math.max(1, places.length - 1)))
  const size = smallType(lang)
  const most = Math.min(width * 0.2, Math.max(150, Math.min(190, width * 0.14)))
  const lanes = places.map((place, i): Lane => {
    const full = place === answer.stage?.underlay.name ? words.underlay : titleOf(answer, place)
    return { place, full, label: fittedPod(full, most, size), y: top + i * apart }
  })
  const labelEnd = 12 + Math.max(40, ...lanes.map((l) => textWidth(l.label, size)))
  const xs = xsOf(beats, labelEnd + 16, width - 14)
  const ys = new Map(lanes.map((l) => [l.place, l.y]))
  const runs = phases(beats).map((p) => ({ ...p, x1: (xs[p.from] ?? 0) - 2, x2: (xs[p.to] ?? 0) + 2 }))
  const bands = runs.map(({ phase, conn, tone, x1, x2 }, i): Band => {
    const label = `${words.phase[phase]}${conn === undefined ? '' : ` ${conn}`}`
    // Into the gap behind its own band, but not up to the next name.
    const room = Math.min(x2 + 6, (runs[i + 1]?.x1 ?? width) - 4) - x1
    return { phase, tone, x1, x2, label: textWidth(label, size, 'sans', 650) <= room ? label : '' }
  })
  const journeys = [...new Set(beats.map((b) => b.journey))]
  const threads = journeys.map((journey): Thread => {
    const own = beats.filter((b) => b.journey === journey)
    return { journey, tone: own[0]?.tone ?? 'request', points: own.map((b) => ({ x: xs[b.index] ?? 0, y: ys.get(b.place) ?? 0 })) }
  })
  return {
    width,
    height: top + (Math.max(1, places.length) - 1) * apart + 8,
    labelEnd,
    lanes,
    bands,
    threads,
    signs: signsOf(beats, xs, ys),
    xs,
  }
}

/** The stop nearest to a place on the timeline. */
export function beatAt(lanes: Lanes, x: number): number {
  let best = 0
  for (const [i, at] of lanes.xs.entries()) if (Math.abs(at - x) < Math.abs((lanes.xs[best] ?? 0) - x)) best = i
  return best
}
