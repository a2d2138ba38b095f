import { describe, expect, test } from 'vitest'
import { packet } from '../../testing/kernel-lab.ts'
import { hashLuck } from '../../trace/luck.ts'
import { newNetns } from '../apply.ts'
import { Moment } from '../moment.ts'
import type { Match } from './ast.ts'
import type { Sight } from './match.ts'
import { recentMatches } from './recent.ts'

type Recent = Extract<Match, { kind: 'recent' }>
const recent = (op: Recent['op'], more: Partial<Recent> = {}): Recent => ({
  kind: 'recent',
  name: 'KUBE',
  op,
  mask: '255.255.255.255',
  side: 'rsource',
  ...more,
})

/** Seconds to wait, what is asked, from which address, and whether it matches. */
type Row = readonly [wait: number, ask: Recent, src: string, hit: boolean]
const A = '10.0.0.1'
const B = '10.0.0.2'

const stories: readonly (readonly [name: string, rows: readonly Row[]])[] = [
  [
    'an address that was set is found, another is not',
    [
      [0, recent('rcheck'), A, false],
      [0, recent('set'), A, true],
      [0, recent('rcheck'), A, true],
      [0, recent('rcheck'), B, false],
    ],
  ],
  [
    'within the seconds only',
    [
      [0, recent('set'), A, true],
      [10, recent('rcheck', { seconds: 10 }), A, true],
      [1, recent('rcheck', { seconds: 10 }), A, false],
      [0, recent('rcheck'), A, true],
    ],
  ],
  [
    'update renews, rcheck does not',
    [
      [0, recent('set'), A, true],
      [9, recent('update', { seconds: 10 }), A, true],
      [9, recent('rcheck', { seconds: 10 }), A, true],
      [9, recent('rcheck', { seconds: 10 }), A, false],
    ],
  ],
  [
    'an update that does not match renews nothing',
    [
      [0, recent('update'), A, false],
      [0, recent('rcheck'), A, false],
    ],
  ],
  [
    'hitcount asks for so many packets',
    [
      [0, recent('set'), A, true],
      [0, recent('rcheck', { hitcount: 2 }), A, false],
      [1, recent('set'), A, true],
      [0, recent('rcheck', { hitcount: 2 }), A, true],
      [5, recent('rcheck', { hitcount: 2, seconds: 5 }), A, false],
    ],
  ],
  [
    'update keeps older times for a longer question',
    [
      [0, recent('set'), A, true],
      [20, recent('set'), A, true],
      [0, recent('update', { seconds: 5 }), A, true],
      [0, recent('rcheck', { hitcount: 3, seconds: 60 }), A, true],
    ],
  ],
  [
    'remove matches what it finds',
    [
      [0, recent('remove'), A, false],
      [0, recent('set'), A, true],
      [0, recent('remove'), A, true],
      [0, recent('rcheck'), A, false],
    ],
  ],
  [
    'a mask makes one address of many',
    [
      [0, recent('set', { mask: '255.255.255.0' }), A, true],
      [0, recent('rcheck', { mask: '255.255.255.0' }), B, true],
      [0, recent('rcheck', { mask: '255.255.255.0' }), '10.0.1.1', false],
    ],
  ],
  [
    'lists have names',
    [
      [0, recent('set'), A, true],
      [0, recent('rcheck', { name: 'OTHER' }), A, false],
    ],
  ],
  [
    'reap forgets what is too old',
    [
      [0, recent('set'), A, true],
      [11, recent('rcheck', { seconds: 10, reap: true }), A, false],
      [0, recent('rcheck'), A, false],
    ],
  ],
  [
    'the destination, when asked for',
    [
      [0, recent('set', { side: 'rdest' }), A, true],
      [0, recent('rcheck', { side: 'rdest' }), B, true],
      [0, recent('rcheck'), A, false],
    ],
  ],
]

describe.each(stories)('%s', (_name, rows) => {
  test('step by step', () => {
    const moment = new Moment()
    for (const [i, [wait, ask, src, hit]] of rows.entries()) {
      moment.clock += wait * 1e9
      const skb = { packet: packet(`tcp ${src}:4000 > 10.96.0.1:80 [S]`), mark: 0 }
      const sight: Sight = { netns: newNetns('n', 'node'), moment, luck: hashLuck(1), skb, place: '', leadsTo: '' }
      expect([i, recentMatches(ask, sight)]).toEqual([i, hit])
    }
  })
})

test('each namespace has lists of its own, and IPv6 its own length', () => {
  const moment = new Moment()
  const ask = (name: string, text: string, what: Recent): boolean =>
    recentMatches(what, {
      netns: newNetns(name, 'node'),
      moment,
      luck: hashLuck(1),
      skb: { packet: packet(text), mark: 0 },
      place: '',
      leadsTo: '',
    })
  const six = 'tcp [fd00::1]:4000 > [fd00::2]:80 [S]'
  const mask = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'
  expect(ask('a', six, recent('set', { mask }))).toBe(true)
  expect(ask('a', six, recent('rcheck', { mask }))).toBe(true)
  expect(ask('a', 'tcp [fd00::3]:4000 > [fd00::2]:80 [S]', recent('rcheck', { mask }))).toBe(false)
  expect(ask('b', six, recent('rcheck', { mask }))).toBe(false)
})
