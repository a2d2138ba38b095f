// Node 20 strips no types: a TypeScript entry becomes one cached module, made anew when a source is newer.
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cache, isStale, root } from './fresh.mjs'

const sources = ['src', 'app/learn', 'package.json', 'scripts/bundle.mjs']

/**
 * Bundles one entry to one file. Two processes may do it at once: each writes a file of its own and renames it.
 * @param {string} entry path from the root of the project
 * @param {string} out absolute path
 * @param {string} [banner]
 */
export const bundle = async (entry, out, banner) => {
  // Loaded only when something is to be built: the cached command must start at once.
  const { rolldown } = await import('rolldown')
  const started = new Date()
  const build = await rolldown({
    input: join(root, entry),
    platform: 'node',
    logLevel: 'silent',
    // The engine has files of text (manifests, schemas) beside its code.
    moduleTypes: { '.yaml': 'text', '.txt': 'text' },
  })
  mkdirSync(dirname(out), { recursive: true })
  const temporary = `${out}.${process.pid}.tmp.mjs`
  try {
    await build.write({
      file: temporary,
      format: 'esm',
      codeSplitting: false,
      comments: false,
      ...(banner === undefined ? {} : { banner }),
    })
    utimesSync(temporary, started, started)
    if (banner !== undefined) chmodSync(temporary, 0o755)
    renameSync(temporary, out)
  } finally {
    rmSync(temporary, { force: true })
    await build.close()
  }
}

/**
 * The cached bundle of an entry, made if it is missing or older than a source.
 * @param {string} entry
 * @param {string} name file name in the cache
 * @returns {Promise<string>} absolute path
 */
export const cached = async (entry, name) => {
  if (!existsSync(join(root, entry))) throw new Error(`${entry} is missing`)
  const out = join(cache, name)
  if (isStale(out, sources)) await bundle(entry, out)
  return out
}
