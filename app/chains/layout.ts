import type { TableVisit } from '../../src/engine/columns/shape.ts'
import { originBox, sourceBox } from './aside.ts'
import { placesBox } from './bpf/places.ts'
import { columnBox, type Reading } from './column.ts'
import type { Box, ColumnBox, Link, OriginBox, Picture, RowBox, SourceBox } from './shapes.ts'
import { columnPad, gutter, margin, titleHeight, track, under } from './sizes.ts'

export interface Asked extends Reading {
  /** Number of the stop, from 1, at which an event happens. */
  readonly stepOf: (seq: number) => number | undefined
  /** The row that should be in view, when the playhead stands on none. */
  readonly focus: number
}

const titleY = (box: Box): number => box.y + columnPad + titleHeight / 2
const right = (box: Box): number => box.x + box.w

/** Calls that cannot go straight to the next column: they pass under those between, and need a track in the gutter. */
const around = (visit: TableVisit, column: number): number =>
  visit.columns.filter((c, i) => c.from?.column === column && i !== column + 1).length +
  (visit.source !== undefined && column === sourceColumn(visit) && column !== visit.columns.length - 1 ? 1 : 0)

const sourceColumn = (visit: TableVisit): number =>
  visit.columns.findIndex((c) => c.rows.some((r) => r.kind === 'rule' && r.seq === visit.source?.seq && r.state === 'matched'))

/** A table's visit as columns, one for each chain entered, and the lines between them. */
export function layoutOf(visit: TableVisit, asked: Asked): Picture {
  const bare = visit.columns.map((column, i) => columnBox(column, i, asked))
  let x = margin
  let origin: OriginBox | undefined
  if (visit.origin) {
    origin = { ...originBox(visit.origin, asked.stepOf(visit.origin.seq), asked.lang), x, y: margin }
    x = right(origin) + gutter
  }
  const places = visit.bpf && { ...placesBox(visit.bpf, asked.lang), x, y: margin }
  if (places) x = right(places) + gutter / 2
  const columns = bare.map((box, i): ColumnBox => {
    const placed = { ...box, x, y: margin }
    x = right(placed) + gutter + track * around(visit, i)
    return placed
  })
  let source: SourceBox | undefined
  if (visit.source) source = { ...sourceBox(visit.source, visit.source.seq > asked.upTo, asked.lang), x, y: margin }
  const links = linksOf(visit, columns, source, asked)
  const first = columns[0]
  const all: Link[] = [...links]
  if (origin && first) {
    const y = titleY(first)
    all.unshift({
      key: 'mark',
      kind: 'mark',
      later: false,
      points: [
        { x: right(origin), y },
        { x: first.x, y },
      ],
    })
  }
  const boxes: readonly Box[] = [...columns, ...(origin ? [origin] : []), ...(places ? [places] : []), ...(source ? [source] : [])]
  const low = Math.max(0, ...boxes.map((b) => b.y + b.h), ...all.flatMap((l) => l.points.map((p) => p.y)))
  return {
    w: Math.max(0, ...boxes.map(right)) + margin,
    h: low + margin,
    columns,
    links: all,
    ...(origin ? { origin } : {}),
    ...(source ? { source } : {}),
    ...(places ? { places } : {}),
    focus: focusOf(columns, source, visit, asked.now ?? asked.focus),
  }
}

const isHit = (r: RowBox): boolean =>
  r.row.kind === 'end' ||
  (r.row.kind === 'rule' && (r.row.state === 'matched' || r.row.state === 'unmodelled')) ||
  (r.row.kind === 'element' && r.row.state === 'matched') ||
  (r.row.kind === 'said' && (r.row.tone === 'hit' || r.row.tone === 'drop'))

/** The row, and the column that it opens. */
function focusOf(columns: readonly ColumnBox[], source: SourceBox | undefined, visit: TableVisit, seq: number): Box {
  for (const column of columns) {
    const here = column.rows.filter((r) => r.row.seq === seq)
    const row = here.find(isHit) ?? here.find((r) => r.row.kind === 'key' || r.row.kind === 'said')
    if (!row) continue
    const opened = columns[visit.columns.findIndex((c) => c.from?.seq === seq)]
    const next = opened ?? (visit.source?.seq === seq ? source : undefined) ?? column
    return { x: next.x, y: column.y + row.y, w: next.w, h: row.h }
  }
  const [first] = columns
  return first === undefined ? { x: 0, y: 0, w: 0, h: 0 } : { ...first, h: 0 }
}

interface Lane {
  readonly from: number
  readonly to: number
  readonly y: number
}

/**
 * A call goes from its row into the gutter and up to the next column's title. A call whose column is not the next one passes
 * under all that was called in between; the later the call, the lower its line and the nearer its track, so that none cross.
 */
function linksOf(visit: TableVisit, columns: readonly ColumnBox[], source: SourceBox | undefined, asked: Asked): readonly Link[] {
  const lanes: Lane[] = []
  const tracks = new Map<number, number>()
  const way = (from: number, seq: number, to: number, target: Box): Link['points'] => {
    const caller = columns[from]
    // a key that was not found can lead on too: `! --match-set`
    const row = caller?.rows.filter((r) => isHit(r) && r.row.seq === seq).at(-1) ?? caller?.rows.filter((r) => r.row.kind === 'key').at(-1)
    if (!caller || !row) return []
    const start = { x: right(caller), y: caller.y + row.y + row.h / 2 }
    const end = { x: target.x, y: titleY(target) }
    const last = target.x - gutter / 2
    if (to === from + 1) return [start, { x: last, y: start.y }, { x: last, y: end.y }, end]
    const between = columns.slice(from + 1, to)
    const low = Math.max(
      ...between.map((c) => c.y + c.h + under),
      ...lanes.filter((l) => l.from >= from && l.to <= to).map((l) => l.y + track),
    )
    const used = tracks.get(from) ?? 0
    tracks.set(from, used + 1)
    const y = Math.max(low, start.y)
    lanes.push({ from, to, y })
    // The first to leave takes the track farthest from the card.
    const side = start.x + gutter / 2 + track * (around(visit, from) - 1 - used)
    return [start, { x: side, y: start.y }, { x: side, y }, { x: last, y }, { x: last, y: end.y }, end]
  }
  const links = columns.flatMap((column, i): readonly Link[] => {
    const from = visit.columns[i]?.from
    if (!from) return []
    return [{ key: column.key, kind: 'jump', later: column.later, points: way(from.column, from.seq, i, column) }]
  })
  if (!source || !visit.source) return links
  const points = way(sourceColumn(visit), visit.source.seq, columns.length, source)
  return [...links, { key: 'source', kind: 'source', later: visit.source.seq > asked.upTo, points }]
}
