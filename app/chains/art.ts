import type { Said } from '../../src/engine/columns/shape-look.ts'

/** More places than this are told, not drawn. */
const MOST_TURNS = 8
const MOST_BRANCHES = 12

/** A small picture of a choice, `h` px high: whose turn it is in a round, or which branch of a wheel was drawn. */
export type Art =
  | {
      readonly kind: 'ring'
      readonly h: number
      readonly names: readonly string[]
      readonly now: number
      readonly last: number | undefined
    }
  | { readonly kind: 'wheel'; readonly h: number; readonly of: number; readonly at: number }

/** `.2.4` of `10.244.2.4:8080`: what tells the servers of one Service apart; other texts as they are, if they are short. */
function shortName(end: string, all: readonly string[]): string {
  const tail = (text: string): string => /(\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text
  const mine = tail(end)
  return all.filter((other) => tail(other) === mine).length === 1 ? mine : (/:\d+$/.exec(end)?.[0] ?? end)
}

/** The picture of what is said, where it has one. */
export function artOf(said: Said): Art | undefined {
  if (said.code === 'turn') {
    const { ring, now, last } = said
    const names = ring.map((end) => shortName(end, ring))
    if (ring.length < 2 || ring.length > MOST_TURNS || names.some((name) => name.length > 8)) return undefined
    const before = last === undefined ? -1 : ring.indexOf(last)
    return { kind: 'ring', h: 108, names, now: ring.indexOf(now), last: before < 0 ? undefined : before }
  }
  if ((said.code === 'drawn' || said.code === 'counted') && said.of > 1 && said.of <= MOST_BRANCHES) {
    return { kind: 'wheel', h: 84, of: said.of, at: said.at }
  }
  return undefined
}
