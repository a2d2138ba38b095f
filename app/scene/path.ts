/** A point of the stage in px. */
export interface Point {
  readonly x: number
  readonly y: number
}

const distance = (a: Point, b: Point): number => Math.hypot(b.x - a.x, b.y - a.y)

/** Without repeated points and without points in the middle of a straight run. Turns back on itself are kept. */
export function simplified(points: readonly Point[]): readonly Point[] {
  const out: Point[] = []
  for (const p of points) {
    const last = out.at(-1)
    if (last !== undefined && distance(last, p) < 0.01) continue
    const before = out.at(-2)
    if (before !== undefined && last !== undefined) {
      const cross = (last.x - before.x) * (p.y - last.y) - (last.y - before.y) * (p.x - last.x)
      const along = (last.x - before.x) * (p.x - last.x) + (last.y - before.y) * (p.y - last.y)
      if (Math.abs(cross) < 0.01 && along > 0) out.pop()
    }
    out.push(p)
  }
  return out
}

/** The same way, `by` px to the left of its direction: two lines on one track stand beside each other. Runs are level or upright. */
export function shifted(points: readonly Point[], by: number): readonly Point[] {
  const line = simplified(points)
  const aside = (i: number): Point => {
    const [a, b] = [line[i], line[i + 1]]
    if (a === undefined || b === undefined) return { x: 0, y: 0 }
    return { x: Math.sign(b.y - a.y) * by, y: -Math.sign(b.x - a.x) * by }
  }
  return line.flatMap((p, i) => {
    const [before, after] = [aside(i - 1), aside(i)]
    const back = before.x + after.x === 0 && before.y + after.y === 0
    const at = (v: Point): Point => ({ x: p.x + v.x, y: p.y + v.y })
    if (i === 0 || i === line.length - 1) return [at(i === 0 ? after : before)]
    return back ? [at(before), at(after)] : [at({ x: before.x + after.x, y: before.y + after.y })]
  })
}

interface Corner {
  readonly at: Point
  readonly enter: Point
  readonly leave: Point
}

/** Where each inner corner begins and ends to be round; a turn on the spot stays sharp. */
function corners(points: readonly Point[], radius: number): readonly Corner[] {
  return points.slice(1, -1).map((at, i) => {
    const a = points[i] ?? at
    const b = points[i + 2] ?? at
    const [la, lb] = [distance(a, at), distance(at, b)]
    const back = (at.x - a.x) * (b.x - at.x) + (at.y - a.y) * (b.y - at.y) < 0
    const r = back ? 0 : Math.min(radius, la / 2, lb / 2)
    const toward = (q: Point, length: number): Point =>
      length === 0 ? at : { x: at.x + ((q.x - at.x) * r) / length, y: at.y + ((q.y - at.y) * r) / length }
    return { at, enter: toward(a, la), leave: toward(b, lb) }
  })
}

const n = (v: number): string => String(Math.round(v * 10) / 10)

/** The points as an SVG path with round corners. */
export function pathOf(points: readonly Point[], radius = 10): string {
  const line = simplified(points)
  const [first, last] = [line[0], line.at(-1)]
  if (first === undefined || last === undefined || line.length < 2) return ''
  const middle = corners(line, radius).map(
    (c) => `L${n(c.enter.x)} ${n(c.enter.y)}Q${n(c.at.x)} ${n(c.at.y)} ${n(c.leave.x)} ${n(c.leave.y)}`,
  )
  return `M${n(first.x)} ${n(first.y)}${middle.join('')}L${n(last.x)} ${n(last.y)}`
}

/** The same way as short straight pieces of at most `step` px. Computed here because asking the browser per frame is slow. */
export function sampled(points: readonly Point[], step = 4, radius = 10): readonly Point[] {
  const line = simplified(points)
  const first = line[0]
  if (first === undefined) return []
  const out: Point[] = [first]
  const straight = (to: Point): void => {
    const from = out.at(-1) ?? to
    const pieces = Math.max(1, Math.ceil(distance(from, to) / step))
    for (let i = 1; i <= pieces; i++) out.push({ x: from.x + ((to.x - from.x) * i) / pieces, y: from.y + ((to.y - from.y) * i) / pieces })
  }
  for (const c of corners(line, radius)) {
    straight(c.enter)
    for (const t of [0.25, 0.5, 0.75, 1]) {
      const [p, q, r] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t]
      out.push({ x: p * c.enter.x + q * c.at.x + r * c.leave.x, y: p * c.enter.y + q * c.at.y + r * c.leave.y })
    }
  }
  const last = line.at(-1)
  if (last !== undefined && line.length > 1) straight(last)
  return out
}

/** The first part of sampled points: a share from 0 to 1 of the whole length. */
export function upTo(points: readonly Point[], share: number): readonly Point[] {
  const total = lengthOf(points)
  let left = total * share
  const out: Point[] = []
  for (const [i, p] of points.entries()) {
    const before = points[i - 1]
    if (before === undefined) {
      out.push(p)
      continue
    }
    const d = distance(before, p)
    if (d >= left) {
      const t = d === 0 ? 0 : left / d
      out.push({ x: before.x + (p.x - before.x) * t, y: before.y + (p.y - before.y) * t })
      return out
    }
    left -= d
    out.push(p)
  }
  return out
}

/** Length in px. */
export const lengthOf = (points: readonly Point[]): number =>
  points.reduce((sum, p, i) => sum + (i === 0 ? 0 : distance(points[i - 1] ?? p, p)), 0)

/** Places for arrows on straight runs, about every 120 px, each at this share of its run, with the direction of travel in degrees. */
export function arrowsOn(points: readonly Point[], share = 0.5, every = 120): readonly (Point & { readonly turn: number })[] {
  const out: (Point & { turn: number })[] = []
  const line = simplified(points)
  let since = every * 0.5
  for (const [i, p] of line.entries()) {
    const before = line[i - 1]
    if (before === undefined) continue
    const d = distance(before, p)
    if (d >= 44 && since + d / 2 >= every) {
      const [x, y] = [before.x + (p.x - before.x) * share, before.y + (p.y - before.y) * share]
      out.push({ x, y, turn: (Math.atan2(p.y - before.y, p.x - before.x) * 180) / Math.PI })
      since = d / 2
    } else since += d
  }
  return out
}
