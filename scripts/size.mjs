// What a visitor waits for, gzipped: the scripts that index.html loads at once, and the engine's worker.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { dist } from './build.mjs'

const limits = { entry: 150 * 1024, entryAndWorker: 300 * 1024 }
const assets = join(dist, 'assets')

/** @param {string} file */
const gzipped = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length

/** @type {Record<string, { file: string, isEntry?: boolean, imports?: string[], css?: string[] }>} */
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))

/** Every script that is loaded eagerly: the entry and its static imports. */
const eager = () => {
  /** @type {Set<string>} */
  const seen = new Set()
  /** @param {string} key */
  const visit = (key) => {
    const chunk = manifest[key]
    if (chunk === undefined || seen.has(chunk.file)) return
    seen.add(chunk.file)
    for (const next of chunk.imports ?? []) visit(next)
  }
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(key)
  return [...seen]
}

const scripts = eager()

/**
 * The chunks that a script waits for: itself, and what it imports at its top.
 * @param {string} file
 * @param {Set<string>} seen
 */
const awaited = (file, seen = new Set()) => {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, next] of readFileSync(join(dist, file), 'utf8').matchAll(/(?:\bfrom|\bimport)"\.\/([\w.-]+\.js)"/g))
    awaited(`assets/${next}`, seen)
  return seen
}
const workers = readdirSync(assets)
  .filter((name) => /^worker-[\w-]+\.js$/.test(name))
  .flatMap((name) => [...awaited(`assets/${name}`)])

let failed = false
/**
 * @param {string} what
 * @param {number} bytes
 * @param {number} limit
 */
const check = (what, bytes, limit) => {
  const over = bytes > limit
  failed ||= over
  console.log(`${over ? 'OVER ' : 'ok   '}${what}: ${(bytes / 1024).toFixed(1)} KB gzip of ${(limit / 1024).toFixed(0)} KB`)
}
/** @param {readonly string[]} files */
const sum = (files) => files.reduce((total, file) => total + gzipped(file), 0)

check('entry script', sum(scripts), limits.entry)
check('entry script + engine worker', sum([...scripts, ...workers]), limits.entryAndWorker)
if (workers.length === 0) console.log('note: no engine worker in this build')

if (failed) process.exit(1)
