import { type Dest, destKey, keyOf, type Virtual } from './ast.ts'
import { type Client, dh, mh, sh } from './hash.ts'
import type { Cursor, IpvsState } from './state.ts'

/** Active and inactive connections of a server. */
export interface Load {
  readonly active: number
  readonly inactive: number
}

/** The server of a new connection; undefined: none takes any. */
export type Chosen = { readonly dest: Dest | undefined } | { readonly unknown: string }

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** The cursor of a virtual server. A server that was chosen last and is gone leaves its place to the one before it (ip_vs_rr_del_dest). */
function cursorOf(state: IpvsState, v: Virtual): Cursor {
  const key = keyOf(v.name)
  const order = v.dests.map(destKey)
  const old = state.cursors.get(key)
  if (!old) {
    const made: Cursor = { order, last: undefined, cw: 0, weights: '' }
    state.cursors.set(key, made)
    return made
  }
  while (old.last !== undefined && !order.includes(old.last)) {
    const at = old.order.indexOf(old.last)
    old.last = at > 0 ? old.order[at - 1] : undefined
    if (at < 0) break
  }
  old.order = order
  return old
}

/** The servers behind the one that was chosen last, and round to it. */
function fromLast(v: Virtual, cursor: Cursor): readonly Dest[] {
  const at = v.dests.findIndex((d) => destKey(d) === cursor.last)
  return [...v.dests.slice(at + 1), ...v.dests.slice(0, at + 1)]
}

function rr(state: IpvsState, v: Virtual): Dest | undefined {
  const cursor = cursorOf(state, v)
  const dest = fromLast(v, cursor).find((d) => d.weight > 0)
  if (dest) cursor.last = destKey(dest)
  return dest
}

/** Passes with a weight that falls from the greatest by their common divisor; a server is good that has at least it (ip_vs_wrr.c). */
function wrr(state: IpvsState, v: Virtual): Dest | undefined {
  const cursor = cursorOf(state, v)
  const weights = v.dests.map((d) => d.weight)
  const step = weights.filter((w) => w > 0).reduce((a, w) => gcd(w, a), 0) || 1
  const greatest = Math.max(0, ...weights) - (step - 1)
  if (cursor.weights !== v.dests.map((d) => `${destKey(d)} ${d.weight}`).join()) {
    // servers or weights changed: from the head again (ip_vs_wrr_dest_changed)
    cursor.weights = v.dests.map((d) => `${destKey(d)} ${d.weight}`).join()
    cursor.last = undefined
    if (cursor.cw > greatest || cursor.cw === 0) cursor.cw = greatest
    else if (step > 1) cursor.cw = Math.trunc(cursor.cw / step) * step + 1
  }
  if (greatest <= 0) return undefined
  let at = v.dests.findIndex((d) => destKey(d) === cursor.last)
  for (let passes = 0; passes <= 2 * greatest + 2; ) {
    at++
    const dest = v.dests[at]
    if (!dest) {
      passes++
      at = -1
      cursor.cw -= step
      if (cursor.cw <= 0) cursor.cw = greatest
    } else if (dest.weight >= cursor.cw) {
      cursor.last = destKey(dest)
      return dest
    }
  }
  return undefined
}

/** The first of the servers with the least of something, compared as whole numbers: a/weight < b/weight without division. */
function least(dests: readonly Dest[], cost: (d: Dest) => number, weighted: boolean): Dest | undefined {
  let won: Dest | undefined
  for (const d of dests) {
    if (d.weight <= 0) continue
    if (!won) won = d
    else if (weighted ? cost(won) * d.weight > cost(d) * won.weight : cost(won) > cost(d)) won = d
  }
  return won
}

/** The scheduler's choice for a new connection. `load`: the connections that a server has. */
export function schedule(state: IpvsState, v: Virtual, client: Client, load: (d: Dest) => Load): Chosen {
  const limited = v.dests.find((d) => d.upper > 0 || d.lower > 0)
  if (limited) return { unknown: `IPVS thresholds (-x ${limited.upper} -y ${limited.lower})` }
  const overhead = (d: Dest): number => load(d).active * 256 + load(d).inactive
  const soon = (d: Dest): number => load(d).active + 1
  switch (v.scheduler) {
    case 'rr':
      return { dest: rr(state, v) }
    case 'wrr':
      return { dest: wrr(state, v) }
    case 'lc':
      return { dest: least(v.dests, overhead, false) }
    case 'wlc':
      return { dest: least(v.dests, overhead, true) }
    case 'sed':
      return { dest: least(v.dests, soon, true) }
    case 'nq':
      return { dest: v.dests.find((d) => d.weight > 0 && load(d).active === 0) ?? least(v.dests, soon, true) }
    case 'sh':
      return { dest: sh(v, client) }
    case 'dh':
      return { dest: dh(v, client) }
    case 'mh':
      return { dest: mh(v, client) }
    default:
      return { unknown: `IPVS scheduler ${v.scheduler}` }
  }
}
