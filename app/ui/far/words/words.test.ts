import { expect, test } from 'vitest'
import { en } from './en.ts'
import { zh } from './zh.ts'

const holes = (text: string): readonly string[] => [...new Set([...text.matchAll(/\{(\w+)/g)].map((m) => m[1] ?? ''))].sort()

test.each(Object.keys(en) as (keyof typeof en)[])('%s has the same parameters in both languages, and words in both', (key) => {
  expect(holes(zh[key])).toEqual(holes(en[key]))
  expect(zh[key].trim()).not.toBe('')
  expect(en[key].trim()).not.toBe('')
})
