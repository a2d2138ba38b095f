import type { Answer } from '../../src/answer.ts'
import type { Beat } from '../timeline/beats.ts'
import type { Layout } from './layout.ts'
import { textWidth } from './measure.ts'
import { type Point, shifted } from './path.ts'
import type { TagShape, TubeShape } from './shapes.ts'
import type { Ways } from './ways.ts'

/** The parts of a packet's line that run inside a tunnel, `aside` px beside its rails. */
export function tubesOf(own: readonly Beat[], legs: readonly (readonly Point[])[], here: number, aside: number): readonly TubeShape[] {
  const tubes: TubeShape[] = []
  let from: number | undefined
  for (const [i, b] of own.entries()) {
    if (b.marks.includes('encap')) from = i
    if (from !== undefined && (b.marks.includes('decap') || (i === own.length - 1 && i > from))) {
      const points = legs.slice(from, i).flat()
      tubes.push({ id: `tube/${b.journey}/${from}`, points: aside === 0 ? points : shifted(points, aside), tone: b.tone, past: i <= here })
      from = undefined
    }
  }
  return tubes
}

const space = 6
/** What a word keeps away from the runs in the gutters, px. */
const clear = 12

/** Beside OUTPUT's and INPUT's names, where the branch has room for it; below the station on the main line. */
function tagAt(layout: Layout, b: Beat, at: Point, w: number): Point | undefined {
  const points = layout.draft.rails.points
  const left = (points.get(`${b.place}/gl.rail`)?.x ?? 0) + clear
  const right = (points.get(`${b.place}/gr.rail`)?.x ?? layout.size.width) - clear - w
  if (at.y === layout.rows.main) {
    // what routing said may reach up to FORWARD
    const x =
      b.hook === 'prerouting' ? at.x + 14 - w : b.hook === 'postrouting' ? at.x - 14 : b.hook === 'forward' ? at.x - 5 : at.x - w / 2
    return { x: Math.max(left, Math.min(right, x)), y: at.y + 13 }
  }
  const name = textWidth((b.hook ?? '').toUpperCase(), 11, 'sans', 650) + 13 + space
  const x = b.hook === 'output' ? at.x + name : at.x - name - w
  const fits = b.hook === 'output' ? x < right : b.hook === 'input' && x > left
  return fits ? { x, y: at.y - 8 } : undefined
}

/** Amber words at the stations where the packets that are told of were rewritten so far; the first at a station stays. */
export function tagsOf(layout: Layout, ways: Ways, answer: Answer, told: readonly Beat[], now: Beat): readonly TagShape[] {
  const taken = new Set<string>()
  return told.flatMap((b): readonly TagShape[] => {
    if (b.index > now.index || !b.marks.includes('nat') || b.kind !== 'hook' || b.outer || taken.has(ways.spot(b))) return []
    const point = ways.at(b)
    const events = answer.walk?.journeys[b.journey]?.events.slice(b.from, b.to) ?? []
    const nat = events.find((e) => e.kind === 'nat')
    if (point === undefined || nat?.kind !== 'nat') return []
    // What undoes a DNAT changes the source, and the other way round: it is named after what it undoes.
    const side = (nat.manip === 'dst') === nat.undo ? 'SNAT' : 'DNAT'
    const text = `${nat.undo ? 'un-' : ''}${nat.by === 'ipvs' ? 'IPVS' : side}`
    const w = textWidth(text, 11, 'sans', 650) + 12
    const at = tagAt(layout, b, point, w)
    if (at === undefined) return []
    taken.add(ways.spot(b))
    return [{ id: `tag/${b.index}`, text, size: 11, ...at, w, h: 16 }]
  })
}
