// npm test: every check in a row, each to its end, then a summary of what ran and what did not.
//   node scripts/test.mjs            types, lint, unit, build, size, browser
//   node scripts/test.mjs browser    build if stale, browser
//   node scripts/test.mjs heavy      only the heavy tests: *.heavy.test.ts and browser tests tagged @heavy
//   node scripts/test.mjs all        npm test, then the heavy ones
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findOrInstallBrowser } from './browser.mjs'
import { buildPageIfStale } from './build.mjs'
import { cache, root } from './fresh.mjs'

const wanted = process.argv[2] ?? 'test'
if (!['test', 'browser', 'heavy', 'all'].includes(wanted)) {
  console.error('usage: node scripts/test.mjs [browser|heavy|all]')
  process.exit(2)
}
const noBrowser = (process.env['PACKETWALK_NO_BROWSER'] ?? '') !== '' && process.env['PACKETWALK_NO_BROWSER'] !== '0'

/** Results of the test runners, one JSON file a run: .ci/run adds them up. */
const results = process.env['PACKETWALK_RESULTS'] ?? join(cache, `results-${process.pid}`)
mkdirSync(results, { recursive: true })

/** @type {{ readonly name: string, readonly outcome: 'passed' | 'FAILED' | 'left out', readonly note: string }[]} */
const summary = []

/**
 * @param {string} name
 * @param {() => string | undefined} step a note for the summary; throws if the step fails
 */
const step = (name, step) => {
  const began = performance.now()
  console.log(`\n── ${name}`)
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`
  try {
    const note = step()
    summary.push({ name, outcome: 'passed', note: note === undefined ? seconds() : `${note}, ${seconds()}` })
    return true
  } catch (error) {
    summary.push({ name, outcome: 'FAILED', note: `${error instanceof Error ? error.message : error}, ${seconds()}` })
    return false
  }
}

/**
 * Runs a Node program of the project or its dependencies.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 */
const node = (file, args = [], env = {}) => {
  const { status, signal } = spawnSync(process.execPath, [join(root, file), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  if (status !== 0) throw new Error(signal === null ? `exit ${status}` : `ended by ${signal}`)
}

/**
 * @typedef {{ passed: number, failed: number, skipped: number, flaky: number }} Counts
 * @param {string} file
 * @param {(report: any) => Counts} count
 */
const counts = (file, count) => {
  const result = count(JSON.parse(readFileSync(file, 'utf8')))
  writeFileSync(file.replace(/\.json$/, '.counts'), JSON.stringify(result))
  const parts = [`${result.passed} passed`, `${result.failed} failed`]
  if (result.flaky > 0) parts.push(`${result.flaky} of them only at a second try`)
  if (result.skipped > 0) parts.push(`${result.skipped} skipped`)
  return parts.join(', ')
}

/**
 * Runs a test runner and counts its tests, also when some fail.
 * @param {string} report
 * @param {() => void} run
 * @param {(report: any) => Counts} count
 */
const counted = (report, run, count) => {
  rmSync(report, { force: true })
  let failure
  try {
    run()
  } catch (error) {
    failure = error
  }
  let note
  try {
    note = counts(report, count)
  } catch {
    throw failure ?? new Error('the runner wrote no report')
  }
  if (failure !== undefined) throw new Error(note)
  return note
}

/** @param {boolean} heavy */
const unit = (heavy) => {
  const report = join(results, heavy ? 'unit-heavy.json' : 'unit.json')
  return counted(
    report,
    () =>
      node(
        'node_modules/vitest/vitest.mjs',
        ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
        heavy ? { PACKETWALK_HEAVY: '1' } : {},
      ),
    (r) => ({
      passed: r.numPassedTests,
      // A file that cannot be loaded has no tests that could fail: it counts as one.
      failed:
        r.numFailedTests + r.testResults.filter((/** @type {any} */ f) => f.status === 'failed' && f.assertionResults.length === 0).length,
      skipped: r.numPendingTests + r.numTodoTests,
      flaky: 0,
    }),
  )
}

/** @param {boolean} heavy */
const browser = (heavy) => {
  const { how } = findOrInstallBrowser()
  console.log(`browser: ${how}`)
  const report = join(results, heavy ? 'browser-heavy.json' : 'browser.json')
  return counted(
    report,
    () =>
      node('node_modules/playwright/cli.js', ['test', ...(heavy ? ['--pass-with-no-tests'] : [])], {
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
        ...(heavy ? { PACKETWALK_HEAVY: '1' } : {}),
      }),
    ({ stats }) => ({
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
      skipped: stats.skipped,
      flaky: stats.flaky,
    }),
  )
}

/** @param {boolean} heavy */
const browserStep = (heavy) => {
  const name = heavy ? 'browser, heavy' : 'browser'
  if (noBrowser) {
    summary.push({ name, outcome: 'left out', note: 'PACKETWALK_NO_BROWSER is set: THE PAGE WAS NOT TESTED' })
  } else {
    step(name, () => browser(heavy))
  }
}

if (wanted === 'test' || wanted === 'all') {
  step('types', () => void node('node_modules/typescript/bin/tsc', ['-b']))
  step('lint', () => void node('scripts/lint.mjs'))
  step('notices', () => void node('scripts/notices.mjs', ['--check']))
  step('unit', () => unit(false))
  const built = step('build', () => void node('scripts/build.mjs'))
  if (built) {
    step('size', () => void node('scripts/size.mjs'))
    browserStep(false)
  } else {
    summary.push({ name: 'size, browser', outcome: 'left out', note: 'there is no build' })
  }
}
if (wanted === 'browser') {
  step('build', () => void buildPageIfStale())
  browserStep(false)
}
if (wanted === 'heavy' || wanted === 'all') {
  step('unit, heavy', () => unit(true))
  step('build, if stale', () => void buildPageIfStale())
  browserStep(true)
}

console.log('\n── summary')
const width = Math.max(...summary.map(({ name }) => name.length))
for (const { name, outcome, note } of summary) {
  console.log(`${outcome.padEnd(8)}  ${name.padEnd(width)}  ${note}`)
}
if (wanted === 'test') console.log(`not run   ${'heavy'.padEnd(width)}  npm run test:all runs it too`)
if (process.env['PACKETWALK_RESULTS'] === undefined) rmSync(results, { recursive: true, force: true })
const failures = summary.filter(({ outcome }) => outcome === 'FAILED').length
console.log(failures === 0 ? '\nAll that ran passed.' : `\n${failures} of ${summary.length} steps FAILED.`)
process.exit(failures === 0 ? 0 : 1)
