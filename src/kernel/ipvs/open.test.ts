import { expect, test } from 'vitest'
import { ip } from '../../net/ip.ts'
import type { Choice, Luck } from '../../trace/luck.ts'
import type { Dest, Virtual } from './ast.ts'
import { openChoice } from './open.ts'
import type { Load } from './schedule.ts'
import { newIpvsState } from './state.ts'

const dest = (n: number, weight: number): Dest => ({
  ...{ address: ip(`10.0.0.${n}`), port: 80, forward: 'masq', weight, lastWeight: weight, upper: 0, lower: 0 },
})
const client = { src: ip('10.9.9.9'), sport: 5000, dst: ip('10.96.0.1') }

/** Every server that can come out first, as often as it does in a cycle. */
function outcomes(scheduler: string, weights: readonly number[], load: (d: Dest) => Load = () => ({ active: 0, inactive: 0 })) {
  const name = { proto: 'tcp', address: ip('10.96.0.1'), port: 80 } as const
  const v: Virtual = { name, scheduler, flags: [], dests: weights.map((w, i) => dest(i + 1, w)) }
  const asked: Choice[] = []
  const luck = (at: number): Luck => ({
    number: (_key, low) => low,
    choose: (c) => {
      asked.push(c)
      return at
    },
  })
  const first = openChoice(newIpvsState(), v, client, load, luck(0), 'n')
  const branches = asked[0]?.weights.length ?? 1
  const all = Array.from({ length: branches }, (_, i) => openChoice(newIpvsState(), v, client, load, luck(i), 'n'))
  expect(all[0]).toEqual(first)
  return all
    .map((c) => ('dest' in c ? (c.dest?.address.slice('10.0.0.'.length) ?? '-') : c.unknown))
    .sort()
    .join(' ')
}

test.each([
  ['rr', [1, 1, 1], '1 2 3'],
  ['rr', [1, 0, 1], '1 3'],
  ['rr', [0, 0], '-'],
  ['wrr', [3, 1], '1 1 1 2'],
  ['wrr', [4, 2], '1 1 2'],
  ['lc', [1, 1], '1 2'],
  ['wlc', [2, 1], '1 2'],
  ['sed', [2, 1], '1'],
  ['nq', [2, 1], '1 2'],
] as const)('%s over weights %j: %s', (scheduler, weights, want) => expect(outcomes(scheduler, weights)).toBe(want))

test('a server that is busier is no equal', () => {
  const busy = (d: Dest): Load => ({ active: d.address === '10.0.0.1' ? 1 : 0, inactive: 0 })
  expect(outcomes('lc', [1, 1, 1], busy)).toBe('2 3')
  expect(outcomes('nq', [1, 1, 1], busy)).toBe('2 3')
})
