import type { StageNetns } from '../../src/answer.ts'
import { addDoor, addText, addTrack, type Draft } from './draft.ts'
import { textWidth } from './measure.ts'
import { gap } from './places.ts'
import { bothWays, put } from './rails.ts'
import { type Rows, tileHeight } from './rows.ts'
import { wordsOf } from './words.ts'

const [most, least, between] = [120, 68, 8]
/** What a tile keeps away from the line between a node and the underlay, px. */
const clear = 12

interface Stretch {
  readonly from: number
  readonly to: number
}

/** The free stretches of the row: everywhere but at the lines that run down to the underlay. */
function stretchesOf(downs: readonly number[], width: number): readonly Stretch[] {
  const ends = [...downs].sort((a, b) => a - b)
  return [gap - clear, ...ends].map((x, i) => ({ from: x + clear, to: (ends[i] ?? width - gap + clear) - clear }))
}

const roomIn = (s: Stretch, w: number): number => Math.max(0, Math.floor((s.to - s.from + between) / (w + between)))

/** Left edges of as many tiles of this width as have room. */
function placesFor(stretches: readonly Stretch[], w: number): readonly number[] {
  return stretches.flatMap((s) => Array.from({ length: roomIn(s, w) }, (_, i) => s.from + i * (w + between)))
}

function layTile(d: Draft, node: StageNetns, pods: number, x: number, w: number, rows: Rows): void {
  const lit = d.touched.has(node.name)
  const h = tileHeight(rows.level)
  d.boxes.push({ id: node.name, role: 'tile', netns: node.name, lit, r: 8, x, y: rows.tiles, w, h })
  const weight = lit ? 650 : 500
  addText(d, `${node.name}/title`, x + 10, rows.tiles + (rows.level < 2 ? 16 : 17), node.title, {
    size: 12,
    weight,
    ink: lit ? 'ink' : 'ink2',
    room: w - 16,
  })
  if (rows.level < 2) {
    const count = wordsOf(d.lang).podCount(pods)
    // Where a packet comes by it stands in the lower half.
    const beside = lit && textWidth(node.title, 12, 'sans', weight) + textWidth(count, d.small) + 30 <= w
    if (beside) addText(d, `${node.name}/pods`, x + w - 10, rows.tiles + 16, count, { anchor: 'end' })
    else addText(d, `${node.name}/pods`, x + 10, rows.tiles + 31, count, { room: w - 16 })
  }
  const mid = x + w / 2
  put(d.rails, `${node.name}/wire`, mid, rows.wire)
  put(d.rails, `${node.name}/tile`, mid, rows.tiles + h)
  bothWays(d.rails, `${node.name}/wire`, `${node.name}/tile`)
  addTrack(d, `${node.name}/down`, [
    { x: mid, y: rows.tiles + h },
    { x: mid, y: rows.wire },
  ])
  addDoor(d, 'node', node, { x, y: rows.tiles, w, h })
}

/**
 * Nodes off the way, each folded to its header, in a row above the underlay. They are as wide as their number allows; where even
 * narrow ones have no room, those on the way stay, and the rest are counted.
 */
export function layTiles(
  d: Draft,
  nodes: readonly StageNetns[],
  downs: readonly number[],
  width: number,
  rows: Rows,
  podsOn: (node: string) => number,
): void {
  if (nodes.length === 0) return
  const stretches = stretchesOf(downs, width)
  let w = most
  while (w > least && placesFor(stretches, w).length < nodes.length) w -= 2
  const places = placesFor(stretches, w)
  const words = wordsOf(d.lang)
  const shown = places.length >= nodes.length ? nodes.length : places.length - 1
  const first = [...nodes].sort((a, b) => Number(d.touched.has(b.name)) - Number(d.touched.has(a.name))).slice(0, shown)
  let at = 0
  for (const node of nodes) {
    const x = places[at]
    if (x === undefined || !first.includes(node)) continue
    layTile(d, node, podsOn(node.name), x, w, rows)
    at += 1
  }
  const x = places[at]
  if (shown < nodes.length && x !== undefined) {
    const text = words.moreNodes(nodes.length - shown)
    const fits = textWidth(text, 12, 'sans', 500) <= w
    addText(d, 'more-nodes', x, rows.tiles + 17, fits ? text : words.more(nodes.length - shown), { size: 12, weight: 500 })
  }
}
