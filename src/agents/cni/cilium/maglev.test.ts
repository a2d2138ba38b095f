import { expect, test } from 'vitest'
import { maglevTable } from './maglev.ts'

const names = Array.from({ length: 5 }, (_, i) => `10.0.${i}.9:8080/tcp`)
const SIZE = 16381
/** The backend of each place by name. */
const owners = (list: readonly string[]): readonly (string | undefined)[] => [...maglevTable(list, SIZE)].map((i) => list[i])

test('all places are taken, and all backends have nearly the same share', () => {
  const table = owners(names)
  const shares = names.map((name) => table.filter((o) => o === name).length)
  expect(shares.reduce((a, b) => a + b)).toBe(SIZE)
  for (const share of shares) expect(Math.abs(share - SIZE / 5)).toBeLessThan(SIZE * 0.01)
})

test('the order of the list does not matter: every node has the same table', () => {
  expect(owners([...names].reverse())).toEqual(owners(names))
})

test('when a backend leaves, its flows are shared out, and few others move; by chance four of five would', () => {
  const [gone, ...left] = names
  const [before, after] = [owners(names), owners(left)]
  const moved = before.filter((o, i) => o !== gone && o !== after[i]).length
  expect(after).not.toContain(gone)
  expect(moved / SIZE).toBeLessThan(0.1)
})
