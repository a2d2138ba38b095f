import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffLines, hunksOf, putBack } from './diff.ts'

const shown = (before: string, after: string): string =>
  diffLines(before, after)
    .map((l) => `${l.kind === 'added' ? '+' : l.kind === 'removed' ? '-' : ' '}${l.text}`)
    .join('\n')

describe('lines', () => {
  test.each([
    ['a\nb\nc\n', 'a\nx\nc\n', ' a\n-b\n+x\n c'],
    ['a\nb\n', 'a\nb\nc\n', ' a\n b\n+c'],
    ['', 'a\n', '+a'],
    ['a\n', '', '-a'],
    ['a\nb\nc\nd\n', 'b\nd\n', '-a\n b\n-c\n d'],
  ])('%j → %j', (a, b, expected) => {
    expect(shown(a, b)).toBe(expected)
  })
  test('the old lines make the old text, the new ones the new', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.map((l) => `${l}\n`).join(''))
    fc.assert(
      fc.property(text, text, (a, b) => {
        const lines = diffLines(a, b)
        const side = (kind: string): string =>
          lines
            .filter((l) => l.kind !== kind)
            .map((l) => `${l.text}\n`)
            .join('')
        expect([side('added'), side('removed')]).toEqual([a, b])
      }),
    )
  })
})

test('hunks have lines around them, and can be put back one by one', () => {
  const before = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join('')
  const after = before.replace('line 3\n', 'changed\nmore\n').replace('line 20\n', '')
  const hunks = hunksOf(before, after)
  expect(hunks.map((h) => h.lines.length)).toEqual([7, 5])
  expect(putBack(after, hunks[0]!)).toBe(before.replace('line 20\n', ''))
  expect(putBack(after, hunks[1]!)).toBe(before.replace('line 3\n', 'changed\nmore\n'))
  expect(hunksOf(before, before)).toEqual([])
})

test('putting all hunks back is the old text', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 20 }).map((lines) => lines.map((l) => `${l}\n`).join(''))
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect([...hunksOf(a, b)].reverse().reduce(putBack, b)).toBe(a)
    }),
  )
})
