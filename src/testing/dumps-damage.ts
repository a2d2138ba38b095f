import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'

const root = new URL('captured/dumps/', import.meta.url).pathname
const texts = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.txt'))
  .map((f) => readFileSync(join(root, f), 'utf8'))

type How = 'cut' | 'lose' | 'double' | 'change' | 'sort'

function damage(text: string, at: number, length: number, how: How, by: string): string {
  switch (how) {
    case 'cut':
      return text.slice(0, at)
    case 'lose':
      return text.slice(0, at) + text.slice(at + length)
    case 'double':
      return text.slice(0, at + length) + text.slice(at)
    case 'change':
      return text.slice(0, at) + by + text.slice(at + by.length)
    case 'sort':
      return text.split('\n').sort().join('\n')
  }
}

/** A recorded dump as people damage it: cut, a piece lost or doubled, a character changed, lines in another order. */
export const damaged: fc.Arbitrary<string> = fc
  .record({
    text: fc.constantFrom(...texts),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 0, max: 200 }),
    how: fc.constantFrom<How>('cut', 'lose', 'double', 'change', 'sort'),
    by: fc.string({ maxLength: 4 }),
  })
  .map((one) => damage(one.text, Math.floor(one.from * one.text.length), one.length, one.how, one.by))
