import { fraction, type Luck } from '../../trace/luck.ts'
import { type Dest, destKey, keyOf, type Virtual } from './ast.ts'
import type { Client } from './hash.ts'
import { type Chosen, type Load, schedule } from './schedule.ts'
import type { IpvsState } from './state.ts'

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** Choices after which rr and wrr begin again. */
function cycleOf(v: Virtual): number {
  const weights = v.dests.map((d) => d.weight).filter((w) => w > 0)
  if (v.scheduler === 'rr') return weights.length
  const step = weights.reduce((a, w) => gcd(w, a), 0)
  return step === 0 ? 0 : weights.reduce((a, w) => a + w, 0) / step
}

/** Whether a server is as good as the one that won: the kernel takes the first of them, whichever that is. */
function ties(v: Virtual, won: Dest, load: (d: Dest) => Load): readonly Dest[] {
  const overhead = (d: Dest): number => load(d).active * 256 + load(d).inactive
  const soon = (d: Dest): number => load(d).active + 1
  const idle = (d: Dest): boolean => load(d).active === 0
  const same = (cost: (d: Dest) => number, d: Dest): boolean => cost(d) * won.weight === cost(won) * d.weight
  const able = v.dests.filter((d) => d.weight > 0)
  switch (v.scheduler) {
    case 'lc':
      return able.filter((d) => overhead(d) === overhead(won))
    case 'wlc':
      return able.filter((d) => same(overhead, d))
    case 'sed':
      return able.filter((d) => same(soon, d))
    case 'nq':
      return idle(won) ? able.filter(idle) : able.filter((d) => same(soon, d))
    default:
      return [won]
  }
}

const evenly = (luck: Luck, key: string, labels: readonly string[]): number =>
  labels.length < 2 ? 0 : luck.choose({ key, weights: labels.map(() => fraction(1, labels.length)), labels })

/**
 * The scheduler's choice where every branch is walked: how many connections came before is not known, so rr and wrr may stand anywhere in
 * their cycle, and of servers that are equally good each is as likely.
 */
export function openChoice(state: IpvsState, v: Virtual, client: Client, load: (d: Dest) => Load, luck: Luck, key: string): Chosen {
  const name = keyOf(v.name)
  if ((v.scheduler === 'rr' || v.scheduler === 'wrr') && !state.cursors.has(name)) {
    const able = v.dests.filter((d) => d.weight > 0).map(destKey)
    const turns = v.scheduler === 'rr' ? able : Array.from({ length: cycleOf(v) }, (_, i) => `${i}`)
    const turn = evenly(luck, `${key} ${name} stands at`, turns)
    for (let i = 0; i < turn; i++) schedule(state, v, client, load)
  }
  const chosen = schedule(state, v, client, load)
  if ('unknown' in chosen || chosen.dest === undefined) return chosen
  const equal = ties(v, chosen.dest, load)
  const at = evenly(luck, `${key} ${name} among equals for ${client.src}:${client.sport}`, equal.map(destKey))
  return { dest: equal[at] ?? chosen.dest }
}
