import { describe, expect, test } from 'vitest'
import { PER_SLICE, type Reconciled, reconcile, type Standing } from './reconcile.ts'

/** `p1`; `p1!` is the same endpoint that says something else. */
const compare = { key: (e: string) => e.replace('!', ''), equal: (a: string, b: string) => a === b }
const some = (n: number, from = 0): string[] => Array.from({ length: n }, (_, i) => `p${from + i}`)
const stand = (...slices: readonly (readonly string[])[]): readonly Standing<string>[] =>
  slices.map((endpoints, i) => ({ name: `s${i}`, endpoints }))
const all = (standing: readonly Standing<string>[]): string[] => standing.flatMap((one) => one.endpoints)
const sync = (standing: readonly Standing<string>[], desired: readonly string[]): Reconciled<string> =>
  reconcile(standing, desired, compare)
/** Sizes of all slices; `*`: written, `+`: new, `-`: gone. */
const said = ({ slices, created, removed }: Reconciled<string>): string =>
  [
    ...slices.map((one) => `${one.name}:${one.endpoints.length}${one.written ? '*' : ''}`),
    ...created.map((one) => `+${one.length}`),
    ...removed.map((name) => `-${name}`),
  ].join(' ')

describe('the controller writes as little as it can', () => {
  test.each([
    ['from nothing', [], some(250), '+100 +100 +50'],
    ['nothing changed', stand(some(100), some(50, 100)), some(150), 's0:100 s1:50'],
    ['one says something else', stand(some(100), some(50, 100)), ['p0!', ...some(149, 1)], 's0:100* s1:50'],
    ['one gone', stand(some(100), some(50, 100)), some(149, 1), 's0:99* s1:50'],
    ['one more: the slice that will be closest to full', stand(some(40), some(90, 40), some(100, 130)), some(231), 's0:40 s1:91* s2:100'],
    ['one more, all full', stand(some(100)), some(101), 's0:100 +1'],
    ['one gone, one more: the hole is filled', stand(some(100), some(50, 100)), some(150, 1), 's0:100* s1:50'],
    ['touched slices are filled first, the fullest before', stand(some(60), some(90, 60)), [...some(59, 1), ...some(89, 61), ...some(20, 200)], 's0:68* s1:100*'],
    ['too many for one hole', stand(some(60), some(90, 60)), some(210), 's0:60 s1:90 +60'],
    ['a hundred more: never into a slice that stands', stand([], some(1)), some(101), 's0:0 s1:1 +100'],
    ['an emptied slice goes', stand(some(100), ['x']), some(100), 's0:100 -s1'],
    ['halves stay halves', stand(some(50), some(50, 50)), some(100), 's0:50 s1:50'],
    ['all gone', stand(some(3)), [], '-s0'],
  ])('%s', (_, standing, desired, want) => {
    const done = sync(standing, desired)
    expect(said(done)).toBe(want)
    expect([...all(done.slices), ...done.created.flat()].sort()).toEqual([...desired].sort())
  }) // biome-ignore format: a table

  test('whatever comes and goes: every endpoint once, no slice too full, no write without a reason', () => {
    let slices: readonly Standing<string>[] = []
    let names = 0
    for (let step = 0; step < 200; step++) {
      const from = (step * 37) % 150
      const desired = some(((step * 71) % 400) + 1, from)
      const done = sync(slices, desired)
      const next = [...done.slices, ...done.created.map((endpoints) => ({ name: `n${names++}`, endpoints, written: true }))]
      expect(all(next).sort()).toEqual([...desired].sort())
      for (const one of next) {
        expect(one.endpoints.length).toBeLessThanOrEqual(PER_SLICE)
        const before = slices.find(({ name }) => name === one.name)
        if (!one.written) expect(one.endpoints).toEqual(before?.endpoints)
      }
      expect(sync(next, desired).slices.some((one) => one.written)).toBe(false)
      slices = next
    }
  })
})
