// The page into dist/ and the command into dist-cli/. dist/ is swapped whole: a server never serves half a build.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'
import { cache, isStale, root } from './fresh.mjs'

export const dist = join(root, 'dist')
const stamp = join(dist, 'index.html')
const sources = ['src', 'app', 'public', 'index.html', 'vite.config.ts', 'scripts/schema.mjs', 'package.json', 'package-lock.json']

/** Builds the page with Vite. Stops the process with Vite's own message if that fails. */
export const buildPage = () => {
  const started = new Date()
  mkdirSync(cache, { recursive: true })
  const temporary = join(cache, `dist-${process.pid}`)
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const { status } = spawnSync(process.execPath, [vite, 'build', '--outDir', temporary, '--emptyOutDir'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) {
    rmSync(temporary, { recursive: true, force: true })
    console.error('packetwalk: the page was not built')
    process.exit(1)
  }
  utimesSync(join(temporary, 'index.html'), started, started)
  swapIn(temporary)
}

/**
 * Puts a finished build in the place of dist/. Another process may be doing the same: then the later one stays.
 * @param {string} built
 */
const swapIn = (built) => {
  const old = join(cache, `dist-old-${process.pid}`)
  for (let tries = 0; ; tries += 1) {
    try {
      if (existsSync(dist)) renameSync(dist, old)
      renameSync(built, dist)
      break
    } catch (error) {
      if (tries === 20) throw error
    } finally {
      rmSync(old, { recursive: true, force: true })
    }
  }
}

/** Builds the page only if a source is newer than dist/. */
export const buildPageIfStale = () => {
  if (isStale(stamp, sources)) buildPage()
}

if (import.meta.filename === process.argv[1]) {
  buildPage()
  if (existsSync(join(root, 'src/cli.ts'))) {
    await bundle('src/cli.ts', join(root, 'dist-cli/packetwalk.mjs'), '#!/usr/bin/env node')
  }
}
