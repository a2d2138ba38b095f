import type { BpfVisit, Place } from '../../../src/engine/columns/shape-bpf.ts'
import { textWidth } from '../../scene/measure.ts'
import type { Lang } from '../../ui/lang.ts'
import type { Box } from '../shapes.ts'
import { columnPad, inset, lineHeight, monoChar, noteHeight, noteSize, titleHeight } from '../sizes.ts'
import { wrapMono, wrapSans } from '../wrap.ts'
import { bpfWords } from './words.ts'

/** Room for the rings. */
const RING = 22
const NARROWEST = 132
const WIDEST = 224

export interface PlaceBox {
  readonly name: string
  readonly state: Place['state']
  readonly seq?: number
  readonly y: number
  readonly lines: readonly string[]
}

/** The card at the left: the places of the packet's way through the machine, and what the program cost. y from its top. */
export interface PlacesBox extends Box {
  readonly title: string
  readonly sub: string
  readonly where: { readonly text: string; readonly y: number }
  readonly places: readonly PlaceBox[]
  readonly cost: { readonly text: string; readonly y: number; readonly figure: string; readonly figureY: number }
  readonly costLines: readonly { readonly text: string; readonly y: number }[]
}

const lined = (lines: readonly string[], from: number, each: number): readonly { readonly text: string; readonly y: number }[] =>
  lines.map((text, i) => ({ text, y: from + i * each }))

export function placesBox(visit: BpfVisit, lang: Lang): PlacesBox {
  const words = bpfWords(lang)
  const line = noteHeight(lang)
  const longest = Math.max(0, ...visit.places.map(({ name }) => name.length)) * monoChar + RING
  const figure = textWidth(words.lookups(visit.cost.lookups), 13, 'sans', 650)
  const w = Math.min(WIDEST, Math.max(NARROWEST, Math.ceil(Math.max(longest, figure) * 1.02) + 2 * inset))
  const subs = wrapSans(words.on(visit.machine), w - 2 * inset, noteSize(lang))
  let y = columnPad + titleHeight + line * subs.length + 8
  const where = { text: words.where, y }
  y += line + 4
  const places = visit.places.map((place): PlaceBox => {
    const lines = wrapMono([{ text: place.name, tone: 'plain' }], Math.floor((w - 2 * inset - RING) / monoChar)).map((l) =>
      l.map((p) => p.text).join(''),
    )
    const box = { ...place, y, lines }
    y += lines.length * lineHeight + 6
    return box
  })
  y += 6
  const cost = { text: words.cost, y, figure: words.lookups(visit.cost.lookups), figureY: y + line + 2 }
  y += line + titleHeight + 2
  const costLines = lined(wrapSans(words.later(visit), w - 2 * inset, noteSize(lang)), y, line)
  y += costLines.length * line + columnPad
  return { x: 0, y: 0, w, h: y, title: words.title, sub: subs.join('\n'), where, places, cost, costLines }
}
