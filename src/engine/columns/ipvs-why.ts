import { type Dest, destKey, keyOf, type Virtual } from '../../kernel/ipvs/ast.ts'
import { type Client, hashedBy } from '../../kernel/ipvs/hash.ts'
import { type Load, schedule } from '../../kernel/ipvs/schedule.ts'
import { forkIpvs, type IpvsState } from '../../kernel/ipvs/state.ts'
import { endpointText } from '../../net/message.ts'
import type { Measure, Said } from './shape-look.ts'

/** What the scheduler knew when it chose: `state` as it was before. */
export interface Choice {
  readonly v: Virtual
  readonly client: Client
  readonly state: IpvsState
  readonly load: (d: Dest) => Load
  readonly chosen: Dest
}

export const serverText = (d: Dest): string => endpointText(d.address, d.port)

/** No longer cycle of weights is followed to say when a server's turn comes. */
const FAR = 512

/** The choices that would come one after the other, from this one on. */
function turns({ v, client, state, load }: Choice, count: number): readonly Dest[] {
  const copy = forkIpvs(state)
  const found: Dest[] = []
  for (let i = 0; i < count; i++) {
    const chosen = schedule(copy, v, client, load)
    if ('unknown' in chosen || !chosen.dest) break
    found.push(chosen.dest)
  }
  return found
}

const measureOf = (scheduler: string): Measure =>
  scheduler === 'lc' ? 'overhead' : scheduler === 'wlc' ? 'overhead/weight' : 'soon/weight'

const plain = (n: number): string => (Number.isInteger(n) ? `${n}` : n.toFixed(2))

/** The number by which a server is compared: exact where it is whole, with two places else. */
function figure(measure: Measure, d: Dest, load: Load): { readonly value: number; readonly text: string } {
  const overhead = load.active * 256 + load.inactive
  const value = measure === 'overhead' ? overhead : (measure === 'overhead/weight' ? overhead : load.active + 1) / d.weight
  return { value, text: plain(value) }
}

/** Compared as the kernel does: without division. */
const same = (choice: Choice, measure: Measure, a: Dest, b: Dest): boolean => {
  const cost = (d: Dest): number => {
    const { active, inactive } = choice.load(d)
    return measure === 'soon/weight' ? active + 1 : active * 256 + inactive
  }
  return measure === 'overhead' ? cost(a) === cost(b) : cost(a) * b.weight === cost(b) * a.weight
}

/** Whether asking again comes to the same server: a machine whose past nobody knows stands anywhere in its round. */
const isSame = (choice: Choice): boolean => {
  const [again] = turns(choice, 1)
  return again !== undefined && destKey(again) === destKey(choice.chosen)
}

/** Why this server: what the scheduler went by. */
export function whyChosen(choice: Choice): readonly Said[] {
  if (!isSame(choice)) return []
  const { v, client, state, load, chosen } = choice
  const now = serverText(chosen)
  switch (v.scheduler) {
    case 'rr':
    case 'wrr': {
      const cursor = state.cursors.get(keyOf(v.name))
      const last = v.dests.find((d) => destKey(d) === cursor?.last)
      const [, next] = turns(choice, 2)
      const ring = v.dests.filter((d) => d.weight > 0).map(serverText)
      const turn: Said = { code: 'turn', ...(last ? { last: serverText(last) } : {}), now, next: serverText(next ?? chosen), ring }
      if (v.scheduler === 'rr') return [turn, { code: 'own-pointer' }]
      const copy = forkIpvs(state)
      schedule(copy, v, client, load)
      return [turn, { code: 'needs-weight', weight: copy.cursors.get(keyOf(v.name))?.cw ?? 0 }, { code: 'own-pointer' }]
    }
    case 'nq':
      if (load(chosen).active === 0) return [{ code: 'idle', now }]
      return least(choice)
    case 'lc':
    case 'wlc':
    case 'sed':
      return least(choice)
    case 'sh':
    case 'dh':
    case 'mh': {
      const hashed = hashedBy(v, client)
      if (!hashed) return []
      const first = hashed.owners[hashed.place]
      const fallback = first === undefined || destKey(first) !== destKey(chosen)
      return [{ code: 'hashed', by: v.scheduler, of: hashed.by, place: hashed.place, places: hashed.owners.length, now, fallback }]
    }
    default:
      return []
  }
}

function least(choice: Choice): readonly Said[] {
  const { v, chosen, load } = choice
  const measure = measureOf(v.scheduler)
  const equal = v.dests.filter((d) => d.weight > 0 && same(choice, measure, d, chosen)).length
  return [{ code: 'least', measure, now: serverText(chosen), figure: figure(measure, chosen, load(chosen)).text, equal }]
}

/** Why not each of the others, in one pass over the servers. */
export function whyNotServers(choice: Choice): (d: Dest) => Said | undefined {
  const { v, client, load, chosen } = choice
  if (!isSame(choice)) return () => undefined
  const order = v.scheduler === 'rr' || v.scheduler === 'wrr' ? turns(choice, Math.min(FAR, cycle(v) + 1)).map(destKey) : []
  const held = new Map<string, number>()
  const hashed = hashedBy(v, client)
  for (const d of hashed?.owners ?? []) if (d) held.set(destKey(d), (held.get(destKey(d)) ?? 0) + 1)
  return (d) => {
    if (destKey(d) === destKey(chosen)) return undefined
    if (hashed)
      return d.weight === 0 ? { code: 'weight-0' } : { code: 'places', held: held.get(destKey(d)) ?? 0, places: hashed.owners.length }
    if (d.weight <= 0) return { code: 'weight-0' }
    switch (v.scheduler) {
      case 'rr':
      case 'wrr': {
        const after = order.indexOf(destKey(d))
        return after < 0 ? undefined : { code: 'later-turn', after }
      }
      case 'nq':
        if (load(chosen).active > 0) return compared(choice, d)
        return load(d).active > 0 ? { code: 'busy', active: load(d).active } : { code: 'idle-later' }
      case 'lc':
      case 'wlc':
      case 'sed':
        return compared(choice, d)
      default:
        return undefined
    }
  }
}

function compared(choice: Choice, d: Dest): Said {
  const measure = measureOf(choice.v.scheduler)
  const { text } = figure(measure, d, choice.load(d))
  return { code: same(choice, measure, d, choice.chosen) ? 'equal' : 'more', measure, figure: text }
}

/** Choices after which rr and wrr have come to every server. */
const cycle = (v: Virtual): number => v.dests.reduce((n, d) => n + (v.scheduler === 'rr' ? Number(d.weight > 0) : d.weight), 0)
