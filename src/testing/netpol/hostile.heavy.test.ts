import { describe, expect, test } from 'vitest'
import { ENFORCERS } from './enforcers.ts'
import { judgeDrawn } from './hostile.ts'

/** Drawn clusters for each plugin, some 140 connections each. Another seed each time: a failure prints it, with the smallest cluster that fails. */
const CASES = 60

describe('drawn policies', () => {
  test.each(ENFORCERS)('$cni beside $proxy lets through what the API’s text does', { timeout: 300_000 }, (enforcer) => {
    expect(judgeDrawn(enforcer, CASES)).toBeGreaterThan(CASES * 60)
  })
})
