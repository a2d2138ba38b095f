import type { BpfSaid, Stop } from '../../src/engine/columns/shape-bpf.ts'
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
  /** `first`: the number of the first branch. */
  | { readonly kind: 'wheel'; readonly h: number; readonly of: number; readonly at: number; readonly first: number }
  /** The stops of a machine's stack, those that are met filled. */
  | { readonly kind: 'strip'; readonly h: number; readonly stops: readonly { readonly name: string; readonly met: boolean }[] }
  /** How the places of a table are shared out, and whose the one is that was asked. */
  | { readonly kind: 'shares'; readonly h: number; readonly shares: readonly { readonly places: number; readonly now: boolean }[] }

/** `.2.4` of `10.244.2.4:8080`: what tells the servers of one Service apart; other texts as they are, if they are short. */
function shortName(end: string, all: readonly string[]): string {
  const tail = (text: string): string => /(\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text
  const mine = tail(end)
  return all.filter((other) => tail(other) === mine).length === 1 ? mine : (/:\d+$/.exec(end)?.[0] ?? end)
}

const SHORT: Readonly<Record<Stop, string>> = {
  prerouting: 'PRE',
  route: 'route',
  input: 'IN',
  forward: 'FWD',
  output: 'OUT',
  postrouting: 'POST',
}
const ORDER: readonly Stop[] = ['prerouting', 'route', 'input', 'forward', 'output', 'postrouting']

function bpfArt(said: BpfSaid): Art | undefined {
  if (said.is === 'random' && said.of > 1 && said.of <= MOST_BRANCHES)
    return { kind: 'wheel', h: 84, of: said.of, at: said.at - 1, first: 1 }
  if (said.is === 'maglev')
    return { kind: 'shares', h: 30, shares: said.shares.map((s) => ({ places: s.places, now: s.name === said.now })) }
  if (said.is !== 'hooks') return undefined
  const all = ORDER.filter((stop) => said.ran.includes(stop) || said.past.includes(stop))
  return { kind: 'strip', h: 46, stops: all.map((stop) => ({ name: SHORT[stop], met: said.ran.includes(stop) })) }
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
    return { kind: 'wheel', h: 84, of: said.of, at: said.at, first: 0 }
  }
  return said.code === 'bpf' ? bpfArt(said.bpf) : undefined
}
