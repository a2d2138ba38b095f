import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { slugs } from './gallery.ts'
import { digestOf, runs } from './verified-runs.ts'

interface Marks {
  readonly kernel: string
  readonly labs: Readonly<Record<string, { readonly steps: number }>>
}
const { kernel, labs } = JSON.parse(readFileSync('app/learn/verified.json', 'utf8')) as Marks
const digests = JSON.parse(readFileSync('src/testing/verified-files.json', 'utf8')) as Readonly<Record<string, string>>
const table = readFileSync('FIDELITY.md', 'utf8').split('<!-- verified: begin -->')[1]?.split('<!-- verified: end -->')[0] ?? ''

test('the page marks a lab as verified only as it was when the kernel walked it; after a change, `npm run verified` walks it again', () => {
  expect(Object.keys(labs).filter((slug) => !slugs.includes(slug))).toEqual([])
  expect(digests).toEqual(Object.fromEntries(Object.keys(labs).map((slug) => [slug, digestOf(slug)])))
  expect(kernel).toMatch(/^\d+\.\d+$/)
})

test('the table of FIDELITY.md has a line for every run, and none that differs', () => {
  expect(runs.filter(({ what, name, mode }) => !table.includes(`| ${what}: ${name} | ${mode} |`)).map(({ name }) => name)).toEqual([])
  expect(table).not.toContain('DIFFERENT')
})
