import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'

const root = new URL('captured/dumps/', import.meta.url).pathname
const texts = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.txt'))
  .map((one) => damage(one.text, Math.floor(one.from * one.text.length), one.length, one.how, one.by))

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
