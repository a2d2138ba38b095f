// THIRD-PARTY-NOTICES.md: the licences of every package that the built page may carry.
//   node scripts/notices.mjs           writes the file
//   node scripts/notices.mjs --check   fails if it is out of date
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './fresh.mjs'

const out = join(root, 'THIRD-PARTY-NOTICES.md')

/** Packages that only a command of a dependency or a type check uses: no byte of them is in the page. */
const unshipped = new Set(['@types/react', '@types/trusted-types', 'csstype', 'commander', 'iconv-lite', 'rw', 'safer-buffer'])

/** Development packages out of which a file of the page is generated (scripts/schema.mjs): names and types, no sentences. */
const readFrom = new Set(['kubernetes-models', '@kubernetes-models/apimachinery', 'kubernetes-types'])

/** @type {Record<string, { version: string, license?: string, dev?: boolean }>} */
const packages = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages

/** @param {string} text */
const indented = (text) =>
  text
    .trim()
    .split(/\r?\n/)
    .map((line) => `    ${line}`.trimEnd())
    .join('\n')

const parts = [
  '# Third-party notices',
  '',
  'The built page carries parts of the packages below. Packetwalk itself is under the Apache License 2.0 (see LICENSE).',
  'Written by `npm run notices` from package-lock.json and the packages’ own licence files.',
]
for (const [path, entry] of Object.entries(packages)) {
  const name = path.replace(/^.*node_modules\//, '')
  if (path === '' || (entry.dev === true && !readFrom.has(name))) continue
  if (unshipped.has(name)) continue
  const folder = join(root, path)
  if (!existsSync(folder)) continue
  parts.push('', `## ${name} ${entry.version} (${entry.license ?? 'see below'})`, '')
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying|thirdpartynotices)/i.test(file))
  for (const file of files) parts.push(indented(readFileSync(join(folder, file), 'utf8')), '')
  if (files.length === 0) parts.push('    (the package carries no licence file)', '')
  while (parts.at(-1) === '') parts.pop()
}
const text = `${parts.join('\n')}\n`

if (process.argv.includes('--check')) {
  const current = existsSync(out) ? readFileSync(out, 'utf8') : ''
  if (current !== text) {
    console.error('THIRD-PARTY-NOTICES.md is out of date: run `npm run notices`')
    process.exit(1)
  }
} else {
  writeFileSync(out, text)
}
