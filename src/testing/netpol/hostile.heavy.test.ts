import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawn } from './drawn.ts'
import { ENFORCERS } from './enforcers.ts'
import { misjudged } from './hostile.ts'

/** Drawn clusters for each plugin, some 140 connections each. Another seed each time: a failure prints it, with the smallest cluster that fails. */
const CASES = 60

describe('drawn policies', () => {
  test.each(ENFORCERS)('$cni beside $proxy lets through what the API’s text does', { timeout: 300_000 }, (enforcer) => {
    let count = 0
    fc.assert(
      fc.property(drawn, (lab) => {
        const found = misjudged(lab, enforcer)
        count += found.count
        expect(found.wrong).toEqual([])
      }),
      { numRuns: CASES },
    )
    expect(count).toBeGreaterThan(CASES * 60)
  })
})
