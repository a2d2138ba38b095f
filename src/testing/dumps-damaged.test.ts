import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDump } from '../dump/read.ts'
import { damaged } from './dumps-damage.ts'

test('a damaged dump is read, its problems have places in it, and nothing is thrown', () => {
  fc.assert(
    fc.property(damaged, (text) => {
      for (const { where } of readDump(text, 'd.txt').problems) {
        if (where === undefined) continue
        expect(where.line).toBeGreaterThan(0)
        expect(where.offset).toBeLessThanOrEqual(text.length)
      }
    }),
    { numRuns: 150, seed: 7 },
  )
})
