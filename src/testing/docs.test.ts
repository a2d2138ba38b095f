import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../cli/main.ts'

const root = resolve(import.meta.dirname, '../..')
const pages = readdirSync(root).filter((name) => name.endsWith('.md') && name !== 'THIRD-PARTY-NOTICES.md')
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')

/** Paths of the project that a page names; words in capitals in them are placeholders. */
const pathsIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?<![\w./-])(?:src|app|e2e|scripts|docs|\.ci)\/[\w./*-]*/g)]
    .map(([path]) => path.replace(/[^/]*\*.*$/, '').replace(/\.+$/, ''))
    .filter((path) => !/[A-Z]{2,}|vX/.test(path.replace(/README.*/, '')))

/** `kernel/op.ts`: files of the engine go by their room. */
const filesOfRooms = (text: string): readonly string[] =>
  [...text.matchAll(/`([a-z]+\/[\w/-]+\.ts)`/g)].map(([, path = '']) => (/^(src|app|e2e)\//.test(path) ? path : `src/${path}`))

const linksIn = (text: string): readonly string[] => [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to]) => to ?? '')

test('there are pages to check', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'FIDELITY.md']))
})

test('a path that is not there is noticed, a placeholder is not', () => {
  expect(pathsIn('see `src/nowhere.ts`, src/agents/proxy/MODE/proxy.ts and `nowhere/` or app/none/*.ts.')).toEqual([
    'src/nowhere.ts',
    'app/none/',
  ])
})

test.each(pages)('%s names only files that are there', (page) => {
  const text = textOf(page)
  expect([...pathsIn(text), ...filesOfRooms(text), ...linksIn(text)].filter((path) => !existsSync(join(root, path)))).toEqual([])
})

interface Example {
  readonly command: string
  readonly printed: readonly string[]
}

const examplesIn = (text: string): readonly Example[] =>
  [...text.matchAll(/^```console\n([\s\S]*?)^```$/gm)]
    .flatMap(([, block = '']) => block.split(/^\$ /m).slice(1))
    .map((one) => {
      const [command = '', ...printed] = one.replace(/\n$/, '').split('\n')
      return { command, printed }
    })
    .filter(({ command }) => /(^|\| )packetwalk /.test(command))

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** A line that is … stands for any lines, … at the end of a line for its rest. */
const pattern = (printed: readonly string[]): RegExp =>
  new RegExp(`^${printed.map((line) => (line === '…' ? '(?:.*\\n)*' : `${escaped(line).replaceAll('…', '.*')}\\n`)).join('')}$`)

/** `echo 'TEXT' | packetwalk …` or `packetwalk …`, with words in single quotes, run in the root of the project. */
const outputOf = async (command: string): Promise<string> => {
  const [, input = '', line = ''] = /^(?:echo '([^']*)' \| )?packetwalk (.*)$/.exec(command) ?? []
  const argv = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) =>
    (quoted ?? bare ?? '').replace(/^(app|src)\//, `${root}/$1/`),
  )
  const text = input.replace(/"(app|src)\//g, `"${root}/$1/`)
  let printed = ''
  await run(argv, {
    out: (more) => {
      printed += more
    },
    err: () => {},
    stdin: () => new TextEncoder().encode(text),
    lines: async function* () {
      yield text
    },
    debug: false,
  })
  return printed.replaceAll(`${root}/`, '')
}

test('an example that prints something else is noticed', () => {
  const printed = ['one', '…', 'three …']
  expect('one\ntwo\nthree and more\n').toMatch(pattern(printed))
  expect('one\ntwo\nfour\n').not.toMatch(pattern(printed))
  expect('one\ntwo\nthree and more\nfour\n').not.toMatch(pattern(printed))
})

describe.each(['README.md', 'README.zh-CN.md'])('the examples of %s', (page) => {
  const examples = examplesIn(textOf(page))

  test('there are some', () => expect(examples.length).toBeGreaterThanOrEqual(page === 'README.md' ? 9 : 2))

  test.each(examples)('$command', async ({ command, printed }) => {
    expect(await outputOf(command)).toMatch(pattern(printed))
  })
})
