import { expect, test } from 'vitest'
import { sayIn } from './book.ts'
import { book as more } from './more/words.ts'
import { book } from './words.ts'

const all = { ...book, ...more }
/** Parameters, each shown as its name. */
const named = (text: string): readonly string[] => [...new Set([...text.matchAll(/\{(\w+)/g)].map((m) => m[1] ?? ''))].sort()
const params = new Proxy({}, { get: (_, name) => `{${String(name)}}` })

test.each(Object.keys(all) as (keyof typeof all)[])('%s has words in both languages, with the same parameters', (key) => {
  const [en, zh] = [sayIn(all, 'en')(key, params), sayIn(all, 'zh')(key, params)]
  expect(en.trim()).not.toBe('')
  expect(zh.trim()).not.toBe('')
  expect(named(zh)).toEqual(named(en))
})

test('no word stands in both books', () => {
  expect(Object.keys(book).filter((key) => key in more)).toEqual([])
})
