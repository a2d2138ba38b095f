import type { Point } from './path.ts'

interface Edge {
  readonly to: string
  readonly cost: number
  readonly via: readonly Point[]
}

/** A street map of the stage: named points and the ways between them. Packets run on nothing else. */
export interface Rails {
  readonly points: Map<string, Point>
  readonly edges: Map<string, Edge[]>
}

export const emptyRails = (): Rails => ({ points: new Map(), edges: new Map() })

export function put(rails: Rails, id: string, x: number, y: number): Point {
  const point = { x, y }
  rails.points.set(id, point)
  return point
}

const length = (points: readonly Point[]): number =>
  points.reduce((sum, p, i) => sum + Math.abs(p.x - (points[i - 1] ?? p).x) + Math.abs(p.y - (points[i - 1] ?? p).y), 0)

function edge(rails: Rails, from: string, to: string, via: readonly Point[], cost: number | undefined): void {
  const [a, b] = [rails.points.get(from), rails.points.get(to)]
  if (a === undefined || b === undefined) return
  const list = rails.edges.get(from) ?? []
  list.push({ to, via, cost: cost ?? length([a, ...via, b]) + 0.01 })
  rails.edges.set(from, list)
}

/** A one-way piece of rail. Unknown ends are left out: a node without a tunnel has no way there. */
export const oneWay = (rails: Rails, from: string, to: string, via: readonly Point[] = [], cost?: number): void =>
  edge(rails, from, to, via, cost)

/** A piece of rail for both directions. */
export function bothWays(rails: Rails, a: string, b: string, via: readonly Point[] = []): void {
  edge(rails, a, b, via, undefined)
  edge(rails, b, a, [...via].reverse(), undefined)
}

/** One-way pieces through these points, in order. */
export function chain(rails: Rails, ...ids: readonly string[]): void {
  for (const [i, id] of ids.entries()) {
    const before = ids[i - 1]
    if (before !== undefined) oneWay(rails, before, id)
  }
}

type Found = Map<string, { readonly cost: number; readonly from?: string; readonly via: readonly Point[] }>

function search(from: string, to: string, next: (id: string) => readonly Edge[]): Found | undefined {
  const found: Found = new Map([[from, { cost: 0, via: [] }]])
  const done = new Set<string>()
  for (;;) {
    let best: string | undefined
    for (const [id, f] of found) if (!done.has(id) && (best === undefined || f.cost < (found.get(best)?.cost ?? 0))) best = id
    if (best === undefined) return undefined
    if (best === to) return found
    done.add(best)
    const cost = found.get(best)?.cost ?? 0
    for (const e of next(best)) {
      const known = found.get(e.to)
      if (known === undefined || cost + e.cost < known.cost) found.set(e.to, { cost: cost + e.cost, from: best, via: e.via })
    }
  }
}

/**
 * The way from one point to another: along the rails in their direction, else against it,
 * else (points that no rail joins) straight over with one corner.
 */
export function way(rails: Rails, from: string, to: string): readonly Point[] {
  const [a, b] = [rails.points.get(from), rails.points.get(to)]
  if (a === undefined || b === undefined) return b === undefined ? (a === undefined ? [] : [a]) : [b]
  if (from === to) return [a]
  const ahead = search(from, to, (id) => rails.edges.get(id) ?? [])
  const back = new Map<string, Edge[]>()
  if (ahead === undefined) {
    for (const [id, edges] of rails.edges)
      for (const e of edges) {
        back.set(id, [...(back.get(id) ?? []), e])
        back.set(e.to, [...(back.get(e.to) ?? []), { to: id, cost: e.cost, via: [...e.via].reverse() }])
      }
  }
  const found = ahead ?? search(from, to, (id) => back.get(id) ?? [])
  if (found === undefined) return [a, { x: b.x, y: a.y }, b]
  const points: Point[] = []
  for (let id: string | undefined = to; id !== undefined; id = found.get(id)?.from) {
    const p = rails.points.get(id)
    if (p !== undefined) points.push(p)
    points.push(...[...(found.get(id)?.via ?? [])].reverse())
  }
  return points.reverse()
}
