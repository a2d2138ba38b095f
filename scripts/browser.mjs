// Finds a Chromium for the browser tests, on a laptop as on a machine without a way to the outside.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { root } from './fresh.mjs'

/** Where systems put Chromium or Chrome. */
const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * A browser that is already here. `path` is undefined for Playwright's own, which needs no override.
 * @returns {{ readonly path: string | undefined, readonly how: string } | undefined}
 */
export const findBrowser = () => {
  const wanted = process.env['CHROMIUM_PATH']
  if (wanted !== undefined && wanted !== '') {
    if (!existsSync(wanted)) throw new Error(`CHROMIUM_PATH=${wanted}: there is no such file`)
    return { path: wanted, how: `CHROMIUM_PATH ${wanted}` }
  }
  const full = chromium.executablePath()
  if (hasHeadlessShell(full)) return { path: undefined, how: "Playwright's own" }
  if (full !== '' && existsSync(full)) return { path: full, how: full }
  const path = usual.find((candidate) => existsSync(candidate))
  return path === undefined ? undefined : { path, how: path }
}

/**
 * A headless launch looks for Playwright's headless shell, which lies beside the full browser that
 * `executablePath()` names and is the only one that `install --only-shell` brings.
 * @param {string} full
 */
const hasHeadlessShell = (full) => {
  const shell = full.replace(/([\\/])chromium-(\d+)[\\/].*$/, '$1chromium_headless_shell-$2')
  return shell !== full && existsSync(join(shell, 'INSTALLATION_COMPLETE'))
}

/**
 * A browser, installed if need be.
 * @throws one clear sentence if there is none and none can be installed
 */
export const findOrInstallBrowser = () => {
  const here = findBrowser()
  if (here !== undefined) return here
  console.log('No browser found: trying Playwright’s download.')
  const cli = join(root, 'node_modules/playwright/cli.js')
  spawnSync(process.execPath, [cli, 'install', 'chromium', '--only-shell'], { cwd: root, stdio: 'inherit' })
  const downloaded = findBrowser()
  if (downloaded !== undefined) return downloaded
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('The download failed: trying apt-get install chromium.')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env })
    const packages = ['chromium', 'fonts-noto-cjk']
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { stdio: 'inherit', env })
    const installed = findBrowser()
    if (installed !== undefined) return installed
  }
  throw new Error(
    'No browser for the browser tests: install Chromium, or name one with CHROMIUM_PATH=/path/to/chromium, or leave them out with PACKETWALK_NO_BROWSER=1.',
  )
}

/** How the tests start the browser: quiet, and with text drawn alike everywhere. */
export const launchOptions = () => {
  const path = findBrowser()?.path
  return {
    ...(path === undefined ? {} : { executablePath: path }),
    // Chromium refuses its sandbox to root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--font-render-hinting=none',
    ],
  }
}

if (import.meta.filename === process.argv[1]) {
  try {
    console.log(`browser: ${findOrInstallBrowser().how}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
