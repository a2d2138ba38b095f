import { expect, test } from 'vitest'
import { fraction, fractionText, hashLuck, type Luck, rest } from '../trace/luck.ts'
import { branches } from './branches.ts'

/** kube-proxy's way to one of n: 1/n, then 1/(n-1) of the rest, … the last without dice. */
const pick =
  (n: number) =>
  (luck: Luck): number => {
    for (let i = 0; i < n - 1; i++) {
      const p = fraction(1, n - i)
      if (luck.choose({ key: `rule ${i}`, weights: [p, rest(p)] }) === 0) return i
    }
    return n - 1
  }

test.each([1, 2, 3, 7, 10])('%i endpoints get the same share each', (n) => {
  const { leaves, covered } = branches(pick(n), hashLuck(1), 4096)
  expect(leaves.map((l) => l.result).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
  expect(new Set(leaves.map((l) => fractionText(l.probability)))).toEqual(new Set([n === 1 ? '1' : `1/${n}`]))
  expect(fractionText(covered)).toBe('1')
})

test('a cut tree says what it covers', () => {
  const { leaves, covered } = branches(pick(10), hashLuck(1), 4)
  expect(leaves).toHaveLength(4)
  expect(covered.num < covered.den).toBe(true)
})

test('what is decided at the start is not branched, and does not count', () => {
  const { leaves } = branches(pick(3), hashLuck(1), 10, new Map([['rule 0', 1]]))
  expect(leaves.map((l) => [l.result, fractionText(l.probability)])).toEqual(
    expect.arrayContaining([
      [1, '1/2'],
      [2, '1/2'],
    ]),
  )
})

test('a choice asked twice in one walk is one choice', () => {
  const half = fraction(1, 2)
  const twice = (luck: Luck): string => [1, 2].map(() => luck.choose({ key: 'same', weights: [half, half] })).join('')
  expect(
    branches(twice, hashLuck(1), 10)
      .leaves.map((l) => l.result)
      .sort(),
  ).toEqual(['00', '11'])
})
