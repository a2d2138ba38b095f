import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { newDesk } from '../cli/desk.ts'
import { answer } from '../cli/main.ts'

const root = join(import.meta.dirname, '../..')
const read = (name: string): string => readFileSync(join(root, name), 'utf8')
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'FIDELITY.md']

describe.each(pages)('%s', (page) => {
  test('its links lead somewhere', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((m) => m[1] as string)
    expect(links.filter((l) => !existsSync(join(root, l)))).toEqual([])
  })

  test('files and folders that it names are there', () => {
    const named = [...read(page).matchAll(/`((?:src|app|e2e)\/[\w./-]+)`/g)].map((m) => m[1] as string)
    const patterns = /\b(NAME|MODE|ROOM|vX)/
    expect(named.filter((n) => !patterns.test(n) && !existsSync(join(root, n)))).toEqual([])
  })
})

describe('the examples of the README', () => {
  const lines = /```console\n([^`]*)```/.exec(read('README.md'))?.[1]?.trimEnd().split('\n') ?? []
  const lab = lines.find((l) => l.startsWith('$ L='))?.slice(4) ?? ''
  const blocks = lines.reduce<{ command: string; printed: string[] }[]>((all, line) => {
    if (line.startsWith('$ npm')) all.push({ command: line.slice(2), printed: [] })
    else if (!line.startsWith('$')) all.at(-1)?.printed.push(line)
    return all
  }, [])

  test('there are some', () => {
    expect(blocks.length).toBeGreaterThan(3)
  })

  test.each(blocks)('$command', ({ command, printed }) => {
    const argv = command
      .replace('npm run -s packetwalk -- ', '')
      .split(' ')
      .map((w) => (w === '$L' ? lab : w))
      .map((w) => (w.startsWith('app/') ? join(root, w) : w))
    const { code, stdout } = answer(argv, newDesk())
    expect(code).toBe(0)
    if (printed.length > 0) expect(stdout).toBe(`${printed.join('\n')}\n`)
  })
})
