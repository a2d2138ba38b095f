import { boxOfText } from './draft.ts'
import { sampled } from './path.ts'
import type { Box, Scene, TextShape } from './shapes.ts'

/** One thing that is wrong with a drawn scene. */
export interface Fault {
  readonly what:
    | 'text over text'
    | 'text across an edge'
    | 'line through text'
    | 'overflow'
    | 'text under a card'
    | 'under the tools'
    | 'door over a station'
  readonly a: string
  readonly b: string
}

const hits = (a: Box, b: Box, slack = 0): boolean =>
  a.x < b.x + b.w - slack && b.x < a.x + a.w - slack && a.y < b.y + b.h - slack && b.y < a.y + a.h - slack
const within = (a: Box, b: Box): boolean => a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w && a.y + a.h <= b.y + b.h
const holds = (b: Box, x: number, y: number, pad: number): boolean =>
  x > b.x - pad && x < b.x + b.w + pad && y > b.y - pad && y < b.y + b.h + pad

interface Named extends Box {
  readonly id: string
}

const named = (t: TextShape): Named => ({ id: `${t.id} “${t.text}”`, ...boxOfText(t) })

/** The texts of pills and tags, which stand in the middle of their own boxes. */
function inside(scene: Scene): readonly Named[] {
  return [
    ...scene.pills.map((p) => ({ id: `pill ${p.id}`, x: p.x, y: p.y, w: p.w, h: p.h })),
    ...scene.tags.map((t) => ({ id: `tag ${t.id}`, x: t.x, y: t.y, w: t.w, h: t.h })),
  ]
}

/**
 * Looks for what a reader would trip over: text over text, text across the edge of a box, a line through a text,
 * anything outside the picture. Lines may run under pills and the card, which are solid.
 */
export function faultsOf(scene: Scene): readonly Fault[] {
  const faults: Fault[] = []
  const texts = scene.texts.map(named)
  const solid = inside(scene)
  for (const [i, a] of texts.entries()) {
    for (const b of texts.slice(i + 1)) if (hits(a, b, 0.5)) faults.push({ what: 'text over text', a: a.id, b: b.id })
    for (const b of solid) if (hits(a, b, 0.5)) faults.push({ what: 'text over text', a: a.id, b: b.id })
    for (const b of scene.boxes)
      if (b.role !== 'wire' && hits(a, b) && !within(a, b)) faults.push({ what: 'text across an edge', a: a.id, b: b.id })
    if (scene.card !== undefined && hits(a, scene.card)) faults.push({ what: 'text under a card', a: a.id, b: 'card' })
    for (const s of scene.stations)
      if (hits(a, { x: s.x - 7, y: s.y - 7, w: 14, h: 14 }, 1) && s.shape !== 'small')
        faults.push({ what: 'text over text', a: a.id, b: `station ${s.id}` })
  }
  for (const [i, a] of solid.entries()) {
    for (const b of solid.slice(i + 1)) if (hits(a, b)) faults.push({ what: 'text over text', a: a.id, b: b.id })
    if (scene.card !== undefined && hits(a, scene.card)) faults.push({ what: 'text under a card', a: a.id, b: 'card' })
  }
  const card = scene.card
  if (card !== undefined) {
    const rows = card.rows.map(named)
    for (const [i, a] of rows.entries()) {
      if (!within(a, card)) faults.push({ what: 'text across an edge', a: a.id, b: 'card' })
      for (const b of rows.slice(i + 1)) if (hits(a, b, 0.5)) faults.push({ what: 'text over text', a: a.id, b: b.id })
    }
  }
  for (const d of scene.doors)
    for (const s of scene.stations)
      if (hits(d, { x: s.x - 6, y: s.y - 6, w: 12, h: 12 }, 1)) faults.push({ what: 'door over a station', a: d.id, b: s.id })
  const tools = scene.tools
  if (tools !== undefined)
    for (const a of [...texts, ...solid]) if (hits(a, tools)) faults.push({ what: 'under the tools', a: a.id, b: 'tools' })
  const all = [...texts, ...solid, ...scene.boxes, ...(card === undefined ? [] : [{ ...card, id: 'card' }])]
  for (const b of all)
    if (b.x < 0 || b.y < 0 || b.x + b.w > scene.size.width || b.y + b.h > scene.size.height)
      faults.push({ what: 'overflow', a: b.id, b: 'picture' })
  // Half the width of what is drawn along the points, px.
  const drawn = [
    ...scene.lines.map((l) => ({ ...l, half: 1.5 })),
    ...scene.rails.map((r) => ({ ...r, half: 1.5 })),
    ...(scene.form === 'wide' ? scene.tubes.map((t) => ({ ...t, half: 5.5 })) : []),
  ]
  for (const line of drawn) {
    const seen = new Set<string>()
    for (const p of sampled(line.points))
      for (const t of texts)
        if (!seen.has(t.id) && holds(t, p.x, p.y, line.half)) {
          seen.add(t.id)
          faults.push({ what: 'line through text', a: line.id, b: t.id })
        }
  }
  return faults
}
