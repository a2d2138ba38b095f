// Is a built file older than what it was built from?
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..')
export const cache = join(root, 'node_modules/.cache/packetwalk')

/** Folders that no build reads; a test that changes must not rebuild the page. */
const unread = new Set(['node_modules', 'captured', 'stories', 'dist'])

/**
 * Newest change under the paths, in milliseconds since the epoch. Folders count too: a deleted file changes its folder.
 * @param {readonly string[]} paths
 * @returns {number}
 */
export const newest = (paths) => {
  let latest = 0
  /** @param {string} path */
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return
    latest = Math.max(latest, stat.mtimeMs)
    if (!stat.isDirectory()) return
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name.includes('.test.')) continue
      if (entry.isDirectory()) {
        if (!unread.has(entry.name)) visit(join(path, entry.name))
      } else {
        latest = Math.max(latest, statSync(join(path, entry.name), { throwIfNoEntry: false })?.mtimeMs ?? 0)
      }
    }
  }
  for (const path of paths) visit(join(root, path))
  return latest
}

/**
 * @param {string} built a file whose time is the moment its build began
 * @param {readonly string[]} sources
 */
export const isStale = (built, sources) => {
  const stat = statSync(built, { throwIfNoEntry: false })
  return stat === undefined || stat.mtimeMs < newest(sources)
}
