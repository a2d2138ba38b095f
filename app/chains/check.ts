import { sampled } from '../scene/path.ts'
import type { Box, Picture } from './shapes.ts'
import { inset, monoChar, narrowest, titleChar, widest } from './sizes.ts'

const inside = (b: Box, x: number, y: number): boolean => x > b.x + 0.5 && x < b.x + b.w - 0.5 && y > b.y + 0.5 && y < b.y + b.h - 0.5

/** What a reader would trip over in drawn columns, in words; nothing when all is well. */
export function troubleIn(picture: Picture): readonly string[] {
  const trouble: string[] = []
  const cards: readonly (Box & { readonly name: string })[] = [
    ...picture.columns.map((c) => ({ ...c, name: c.title })),
    ...(picture.origin === undefined ? [] : [{ ...picture.origin, name: 'origin' }]),
    ...(picture.source === undefined ? [] : [{ ...picture.source, name: 'source' }]),
    ...(picture.places === undefined ? [] : [{ ...picture.places, name: 'places' }]),
  ]
  for (const c of picture.columns) {
    const room = c.w - 2 * inset
    if (c.w < narrowest || c.w > widest) trouble.push(`${c.title} is ${c.w} px wide`)
    if (c.titleLines.some((line) => line.length * titleChar > c.w - inset)) trouble.push(`the name ${c.title} is cut`)
    let low = c.rows[0]?.y ?? 0
    for (const r of c.rows) {
      if (r.y < low) trouble.push(`row ${r.key} of ${c.title} lies on the one above`)
      low = r.y + r.h
      for (const line of r.lines) {
        const text = line.map((p) => p.text).join('')
        if (text.length * monoChar > room + 0.5) trouble.push(`"${text}" is wider than ${c.title}`)
      }
    }
    if (low > c.h) trouble.push(`the rows of ${c.title} run out of it`)
  }
  for (const [i, a] of cards.entries()) {
    for (const b of cards.slice(i + 1)) if (a.x < b.x + b.w && b.x < a.x + a.w) trouble.push(`${a.name} lies on ${b.name}`)
    if (a.x < 0 || a.y < 0 || a.x + a.w > picture.w || a.y + a.h > picture.h) trouble.push(`${a.name} is out of the picture`)
  }
  for (const link of picture.links) {
    if (link.points.length < 2) trouble.push(`the line ${link.key} leads nowhere`)
    const points = sampled(link.points)
    for (const card of cards) if (points.some((p) => inside(card, p.x, p.y))) trouble.push(`the line ${link.key} runs through ${card.name}`)
    if (points.some((p) => p.y > picture.h || p.x > picture.w)) trouble.push(`the line ${link.key} leaves the picture`)
  }
  return [...trouble, ...crossings(picture)]
}

/** Lines that cross: every run is level or upright. */
function crossings({ links }: Picture): readonly string[] {
  const runs = links.flatMap(({ key, points }) =>
    points.slice(1).map((b, i) => {
      const a = points[i] ?? b
      return { key, x0: Math.min(a.x, b.x), x1: Math.max(a.x, b.x), y0: Math.min(a.y, b.y), y1: Math.max(a.y, b.y) }
    }),
  )
  const found = new Set<string>()
  for (const [i, a] of runs.entries())
    for (const b of runs.slice(i + 1))
      if (a.key !== b.key && a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1) found.add(`${a.key} and ${b.key} cross`)
  return [...found]
}
