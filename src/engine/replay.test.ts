import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { replay } from './replay.ts'

const folder = `${import.meta.dirname}/../testing/captured/kernel`
const files = readdirSync(folder).filter((f) => f.endsWith('.json'))

test('there are walks to compare', () => expect(files.length).toBeGreaterThanOrEqual(41))

test.each(files)('%s: step by step as the kernel did', (file) => {
  const result = replay(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')))
  expect(result.skipped).toBeUndefined()
  expect(result.differences).toEqual([])
  expect(result.same).toBe(true)
})
