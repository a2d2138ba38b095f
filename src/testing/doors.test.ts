import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { breachesOf, doors } from './doors.ts'

const root = resolve(import.meta.dirname, '../..')

const sourcesUnder = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'captured' ? [] : sourcesUnder(path)
    return /\.tsx?$/.test(entry.name) ? [path] : []
  })

const whatIn = (file: string, text: string): readonly string[] => breachesOf(file, text).map(({ what }) => what)

describe('the project keeps its doors', () => {
  const files = [...sourcesUnder('src'), ...sourcesUnder('app')]

  test('there is something to check', () => {
    expect(files).toContain('src/testing/doors.ts')
    expect(files).toContain('app/main.tsx')
  })

  test('no file breaks a rule', () => {
    const breaches = files.flatMap((file) => breachesOf(file, readFileSync(join(root, file), 'utf8')))
    expect(breaches.map(({ file, line, what }) => `${file}:${line}: ${what}`)).toEqual([])
  })
})

describe('the table', () => {
  test('no two rooms import each other', () => {
    for (const [room, { rooms }] of Object.entries(doors)) {
      for (const other of rooms) expect(doors[other]?.rooms, `${room} and ${other}`).not.toContain(room)
    }
  })

  test('every room it names exists in it', () => {
    for (const { rooms, types = [] } of Object.values(doors)) {
      for (const other of [...rooms, ...types]) expect(Object.keys(doors)).toContain(other)
    }
  })
})

describe('a breach is caught', () => {
  test.each([
    ['src/net/a.ts', "import { a } from '../trace/b.ts'", 'net may not import trace'],
    ['src/net/a.ts', "import type { A } from '../trace/b.ts'", 'net may not import trace'],
    ['src/net/a.ts', "export * from '../kernel/b.ts'", 'net may not import kernel'],
    ['src/net/a.ts', "export type { A } from '../kernel/b.ts'", 'net may not import kernel'],
    ['src/net/a.ts', "export const a = () => import('../kernel/b.ts')", 'net may not import kernel'],
    ['src/net/a.ts', "export type A = import('../kernel/b.ts').B", 'net may not import kernel'],
    ['src/kernel/iptables/a.ts', "import { b } from '../../agents/b.ts'", 'kernel may not import agents'],
    ['src/kernel/a.ts', "import { b } from '../cluster/b.ts'", 'kernel may not import cluster'],
    ['src/kernel/a.ts', "import { b } from '../explain.ts'", 'kernel may not import top'],
    ['src/agents/proxy/a.ts', "import { b } from '../../userspace/b.ts'", 'agents may import types only from userspace'],
    ['src/agents/proxy/a.ts', "import { type B } from '../../userspace/b.ts'", 'agents may import types only from userspace'],
    ['src/words/en.ts', "import { b } from '../trace/b.ts'", 'words may import types only from trace'],
    ['src/walk.ts', "import { b } from './cluster/b.ts'", 'walk may not import cluster'],
    ['src/net/a.ts', "import { parse } from 'yaml'", 'net may not import the package yaml'],
    ['src/manifest/a.ts', "import { sha256 } from '@noble/hashes/sha2.js'", 'manifest may not import the package @noble/hashes/sha2.js'],
    ['src/tools/a.ts', "import { readFileSync } from 'node:fs'", 'tools may not import the package node:fs'],
    ['src/explain.ts', "import { a } from '../app/store.ts'", 'top may not import app/store.ts'],
    ['src/explain.ts', "import { a } from './testing/doors.ts'", 'src/testing/doors.ts is for tests'],
    ['src/lobby/a.ts', "import { a } from './b.ts'", 'src/lobby/ is not a room'],
    ['src/net/a.ts', "import { a } from './b'", './b lacks its extension'],
    ['app/panels/A.tsx', "import { a } from '../../src/explain.ts'", 'only app/engine/ may import more than types from src/explain.ts'],
    [
      'app/panels/A.tsx',
      "new Worker(new URL('../../src/worker.ts', import.meta.url))",
      'only app/engine/ may import more than types from src/worker.ts',
    ],
    ['app/panels/A.tsx', "import.meta.glob(['../../src/words/*.ts'])", 'only app/engine/ may import more than types from src/words/*.ts'],
    ['app/panels/A.tsx', "import W from '../../src/worker.ts?worker'", 'only app/engine/ may import more than types from src/worker.ts'],
    ['app/panels/A.tsx', "const e = lazy(() => import('monaco-editor/editor'))", 'only app/editor/ may import monaco-editor'],
    ['app/panels/A.tsx', "import { parse } from 'yaml'", 'the page may not import the package yaml'],
    ['app/panels/A.tsx', "import { readFileSync } from 'node:fs'", 'the page may not import the package node:fs'],
    ['app/engine/a.ts', "import { a } from '../../src/testing/doors.ts'", 'src/testing/doors.ts is for tests'],
  ])('%s: %s', (file, text, what) => {
    expect(whatIn(file, `${text}\n`)).toEqual([what])
  })

  test.each([
    ['export const now = () => Date.now()', 'Date'],
    ['export const now = (at = new Date()) => at', 'Date'],
    ['export const luck = () => Math.random()', 'Math.random'],
    ["export const luck = () => Math['random']()", 'Math.random'],
    ['const { random } = Math\nexport { random }', 'Math.random'],
    ["export const sorted = (a: string, b: string) => a.localeCompare(b, 'en')", '.localeCompare'],
    ['export const text = (n: number) => n.toLocaleString()', '.toLocaleString'],
    ['export const f = new Intl.NumberFormat()', 'Intl'],
    ['export const g = globalThis', 'globalThis'],
    ['const say = (text: string) => console.log(text)\nexport { say }', 'console'],
    ['export const later = (f: () => void) => setTimeout(f, 1)', 'setTimeout'],
    ['export const env = { ...process.env }', 'process'],
    ['export const t = performance.now()', 'performance'],
    ['export const url = import.meta.url', 'import.meta'],
  ])('%s', (text, name) => {
    expect(whatIn('src/kernel/a.ts', `${text}\n`)).toContain(`${name} has no place in the engine`)
  })

  test('a global that is declared rather than imported', () => {
    expect(whatIn('src/net/a.ts', 'declare const process: { env: object }\nexport const env = process.env\n')).toContain(
      'process has no place in the engine',
    )
  })

  test('a long file, and a longer test', () => {
    expect(whatIn('src/net/a.ts', '\n'.repeat(301))).toEqual(['301 lines, over 300'])
    expect(whatIn('src/net/a.ts', '\n'.repeat(300))).toEqual([])
    expect(whatIn('src/net/a.test.ts', '\n'.repeat(600))).toEqual([])
    expect(whatIn('src/net/a.test.ts', '\n'.repeat(601))).toEqual(['601 lines, over 600'])
    expect(whatIn('src/manifest/data/images.ts', '\n'.repeat(5000))).toEqual([])
  })

  test('a file that is no TypeScript', () => {
    expect(() => breachesOf('src/net/a.ts', 'export const = 1')).toThrow('src/net/a.ts')
  })
})

describe('what is allowed passes', () => {
  test.each([
    ['src/trace/a.ts', "import { a } from '../net/ip.ts'"],
    ['src/net/a.ts', "import { a } from './b.ts'"],
    ['src/manifest/a.ts', "import { parseDocument } from 'yaml'"],
    ['src/agents/proxy/a.ts', "import { sha256 } from '@noble/hashes/sha2.js'"],
    ['src/agents/proxy/a.ts', "import type { B } from '../../userspace/b.ts'"],
    ['src/words/en.ts', "import type { B } from '../trace/b.ts'"],
    ['src/explain.ts', "import { a } from './walk.ts'\nimport { b } from './agents/list.ts'"],
    ['src/engine/a.ts', "import { a } from '../agents/list.ts'\nimport { b } from '../explain.ts'"],
    ['src/cli.ts', "import { readFileSync } from 'node:fs'\nprocess.exit(readFileSync('x').length)"],
    ['src/cli/read.ts', "import { readFileSync } from 'node:fs'\nexport const a = readFileSync"],
    ['src/net/ip.test.ts', "import fc from 'fast-check'\nimport { a } from '../kernel/b.ts'\nconsole.log(fc, a, Date.now())"],
    ['app/engine/client.ts', "new Worker(new URL('../../src/worker.ts', import.meta.url), { type: 'module' })"],
    ['app/panels/A.tsx', "import type { Answer } from '../../src/answer.ts'\nimport css from './a.module.css'\nimport { a } from 'd3'"],
    ['app/panels/A.tsx', "import { create } from 'zustand'\nexport const now = () => Date.now()"],
    ['app/editor/Monaco.ts', "import * as monaco from 'monaco-editor/editor'"],
    ['app/panels/A.tsx', "export const A = () => <p>don't import('x') from \"yaml\"</p>"],
  ])('%s: %s', (file, text) => {
    expect(whatIn(file, `${text}\n`)).toEqual([])
  })

  test.each([
    ['words in comments and strings', "// Date, Math.random, console\n/** process.env */\nexport const a = 'Date.now() setTimeout'\n"],
    ['a template', 'export const a = (b: string) => `Date ${b} performance`\n'],
    ['a regular expression', 'export const a = /process|Date/\n'],
    ['a brand', 'declare const brand: unique symbol\nexport type Ip = string & { readonly [brand]: true }\n'],
    ['a parameter of that name', 'export const a = (process: { readonly name: string }) => process.name\n'],
    [
      'a field of that name',
      'export interface A { readonly process: string; readonly document: number; Date?: string }\nexport const b = (a: A) => a.document\n',
    ],
    ['a local of that name', 'export const a = (o: { readonly document: string }) => { const { document } = o; return document }\n'],
    ['a type of function with such a parameter', 'export type A = (self: number, window: string) => void\n'],
  ])('%s', (_, text) => {
    expect(whatIn('src/kernel/a.ts', text)).toEqual([])
  })
})
