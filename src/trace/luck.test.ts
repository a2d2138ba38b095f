import fc from 'fast-check'
import { expect, test } from 'vitest'
import { forcedLuck, fraction, fractionText, hashLuck, mix, plus, rest, times } from './luck.ts'

const third = fraction(1, 3)

test('the same name always falls the same way, whatever else is asked', () => {
  const luck = hashLuck(7)
  const first = luck.choose({ key: 'a', weights: [third, rest(third)] })
  luck.choose({ key: 'b', weights: [third, rest(third)] })
  expect(luck.choose({ key: 'a', weights: [third, rest(third)] })).toBe(first)
})

test('thirds come out as thirds over many names (chi-square below 13.8, p = 0.001)', () => {
  const seen = [0, 0, 0]
  for (let i = 0; i < 9000; i++) {
    const at = hashLuck(1).choose({ key: `tcp 10.244.1.${i % 250} ${30000 + i}`, weights: [third, third, third] })
    seen[at] = (seen[at] ?? 0) + 1
  }
  const chi = seen.reduce((sum, n) => sum + (n - 3000) ** 2 / 3000, 0)
  expect(chi).toBeLessThan(13.8)
})

test('a branch of weight 0 is never taken', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (key, seed) => {
      expect(hashLuck(seed).choose({ key, weights: [fraction(0, 1), fraction(1, 1)] })).toBe(1)
    }),
  )
})

test('numbers stay in their range', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (key, seed) => {
      const n = hashLuck(seed).number(key, 1024, 65535)
      expect(n >= 1024 && n <= 65535 && Number.isInteger(n)).toBe(true)
    }),
  )
})

test('a forced choice beats the dice, others stay', () => {
  const luck = forcedLuck({ a: 1 }, hashLuck(1))
  expect(luck.choose({ key: 'a', weights: [fraction(1, 1), fraction(0, 1)] })).toBe(1)
  expect(luck.choose({ key: 'b', weights: [fraction(1, 1), fraction(0, 1)] })).toBe(0)
})

test('fractions stay exact', () => {
  expect(fractionText(plus(times(fraction(2, 3), fraction(1, 2)), third))).toBe('2/3')
  expect(fractionText(plus(third, rest(third)))).toBe('1')
  expect(mix(1, 'x')).not.toBe(mix(2, 'x'))
})
