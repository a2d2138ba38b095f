// npm run bench:page: what a visitor waits for, measured in the built page on a loopback server. Each figure stands beside its aim.
//   node scripts/benchpage.mjs [--minutes N] [--edits N] [--dist FOLDER] [--json]
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
import { findOrInstallBrowser, launchOptions } from './browser.mjs'
import { buildPageIfStale, dist } from './build.mjs'
import { serve } from './serve.mjs'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    edits: { type: 'string', default: '40' },
    dist: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
const edits = Number(values.edits)
if (!(minutes > 0) || !Number.isInteger(edits) || edits < 1) {
  console.error('usage: node scripts/benchpage.mjs [--minutes N] [--edits N] [--dist FOLDER] [--json]')
  process.exit(2)
}
findOrInstallBrowser()
if (values.dist === undefined) buildPageIfStale()
const address = await serve({ folder: values.dist ?? dist, base: '/packetwalk/', port: 4270, tries: 50 })
const browser = await chromium.launch({
  ...launchOptions(),
  // Exact heap figures, and a collection to order.
  args: [...launchOptions().args, '--enable-precise-memory-info', '--js-flags=--expose-gc'],
})

/** @typedef {{ readonly name: string, readonly value: number, readonly unit: string, readonly aim?: number }} Figure */
/** @type {Figure[]} */
const figures = []
/** @param {number[]} list @param {number} share */
const quantile = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.ceil(list.length * share) - 1)] ?? 0

const lab = '#v=1&lab=clusterip-cross-node'

/** A page of its own, with a store of its own. @param {string} search @param {string} hash */
const visit = async (search, hash) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US', colorScheme: 'light' })
  const page = await context.newPage()
  await page.addInitScript(() => {
    const w = /** @type {any} */ (window)
    w.longTasks = []
    new PerformanceObserver((list) => w.longTasks.push(...list.getEntries())).observe({
      type: 'longtask',
      buffered: true,
    })
    // The first walk that can be stepped: the scrubber has more than one stop, and a frame has been drawn with it.
    const look = () => {
      const scrub = document.querySelector('input.scrub')
      if (scrub !== null && Number(scrub.getAttribute('max')) > 1 && document.querySelector('.pw-stage svg') !== null) {
        requestAnimationFrame(() =>
          setTimeout(() => {
            w.firstWalk = performance.now()
          }, 0),
        )
      } else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.goto(`${address}?${search}${hash}`)
  return { page, context }
}

/** @param {import('playwright').Page} page */
const quiet = (page) => page.waitForFunction(() => /** @type {any} */ (window).packetwalk?.quiet())

const load = async () => {
  /** @type {number[]} */
  const paints = []
  /** @type {number[]} */
  const walks = []
  for (let i = 0; i < 5; i += 1) {
    const { page, context } = await visit('', lab)
    await page.waitForFunction(() => /** @type {any} */ (window).firstWalk !== undefined)
    walks.push(await page.evaluate(() => /** @type {any} */ (window).firstWalk))
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN))
    await context.close()
  }
  figures.push({ name: 'first contentful paint, median of 5', value: quantile(paints, 0.5), unit: 'ms', aim: 350 })
  figures.push({ name: 'first interactive walk, median of 5', value: quantile(walks, 0.5), unit: 'ms', aim: 1000 })
}

/** Types into the editor as a visitor does: each key replaces one digit, and the time runs from the key to the drawn frame. */
const edit = async () => {
  const { page, context } = await visit('still', lab)
  await quiet(page)
  await page.locator('.monaco-editor .view-line').first().waitFor()
  const line = page.locator('.monaco-editor .view-line', { hasText: 'replicas:' })
  await line.click()
  await page.keyboard.press('End')
  await page.evaluate(() => {
    const w = /** @type {any} */ (window)
    w.times = []
    let began = 0
    const begin = (/** @type {KeyboardEvent} */ event) => {
      if (/^\d$/.test(event.key)) began = performance.now()
    }
    addEventListener('keydown', begin, true)
    // The page counts the walks that came on stage; the time is taken when the frame after it is out.
    new MutationObserver(() => {
      if (began === 0) return
      const from = began
      began = 0
      requestAnimationFrame(() => setTimeout(() => w.times.push(performance.now() - from), 0))
    }).observe(document.querySelector('.page') ?? document.body, { attributes: true, attributeFilter: ['data-walks'] })
  })
  for (let i = 0; i < edits; i += 1) {
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press(i % 2 === 0 ? '2' : '3')
    await page.waitForFunction((n) => /** @type {any} */ (window).times.length > n, i, { polling: 20 })
  }
  /** @type {number[]} */
  const times = await page.evaluate(() => /** @type {any} */ (window).times)
  figures.push({ name: `edit → new walk on stage, p95 of ${edits}`, value: quantile(times, 0.95), unit: 'ms', aim: 50 })
  figures.push({ name: `edit → new walk on stage, median of ${edits}`, value: quantile(times, 0.5), unit: 'ms' })
  await context.close()
}

/** Script time of each frame from a trace of the browser, as the renderer's main thread spent it. */
const play = async () => {
  const { page, context } = await visit('', lab)
  await page.locator('.monaco-editor .view-line').first().waitFor()
  const session = await context.newCDPSession(page)
  const heap = () =>
    page.evaluate(() => {
      const w = /** @type {any} */ (window)
      w.gc?.()
      return w.performance.memory.usedJSHeapSize / 1e6
    })
  figures.push({ name: 'JS heap before play', value: await heap(), unit: 'MB' })
  await page.evaluate(() => {
    const w = /** @type {any} */ (window)
    w.began = performance.now()
    // At its end the play begins again, as long as the measuring lasts.
    /** @type {() => HTMLElement | null} */
    const play = () => document.querySelector('.transport .primary[aria-label="Play"]')
    w.again = setInterval(() => play()?.click(), 500)
  })
  /** @type {any[]} */
  const events = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', '__metadata'] },
  })
  await page.waitForTimeout(Math.min(minutes * 60_000, 20_000))
  const ended = new Promise((done) => session.once('Tracing.tracingComplete', done))
  await session.send('Tracing.end')
  await ended
  figures.push({ name: 'script per frame during play, p95', value: quantile(scriptPerFrame(events), 0.95), unit: 'ms', aim: 6 })
  figures.push({ name: 'script per frame during play, worst', value: quantile(scriptPerFrame(events), 1), unit: 'ms' })
  await page.waitForTimeout(Math.max(0, minutes * 60_000 - 20_000))
  // What was reported late began before: the collection that was ordered, the editor's start.
  const longest = await page.evaluate(() => {
    const w = /** @type {any} */ (window)
    return Math.max(0, ...w.longTasks.flatMap((/** @type {PerformanceEntry} */ e) => (e.startTime < w.began ? [] : [e.duration])))
  })
  figures.push({ name: `longest task in ${minutes} min of play`, value: longest, unit: 'ms', aim: 100 })
  figures.push({ name: `JS heap after ${minutes} min of play`, value: await heap(), unit: 'MB' })
  await context.close()
}

/**
 * Processor time, where the trace has it: a busy machine does not count.
 * @param {any[]} events
 */
const scriptPerFrame = (events) => {
  const main = events.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map((e) => `${e.pid} ${e.tid}`)
  const own = events.filter((e) => main.includes(`${e.pid} ${e.tid}`))
  const scripts = new Set([
    'FunctionCall',
    'FireAnimationFrame',
    'TimerFire',
    'EventDispatch',
    'RunMicrotasks',
    'EvaluateScript',
    'v8.callFunction',
  ])
  const frames = own.filter((e) => e.name === 'BeginMainThreadFrame' || e.name === 'Commit').map((e) => e.ts)
  frames.sort((a, b) => a - b)
  const runs = own.filter((e) => e.ph === 'X' && scripts.has(e.name)).sort((a, b) => a.ts - b.ts)
  /** @type {Map<number, number>} */
  const spent = new Map(frames.map((_, i) => [i, 0]))
  let until = 0
  let frame = 0
  for (const run of runs) {
    // A run inside another is counted with it.
    if (run.ts < until) continue
    until = run.ts + run.dur
    while (frame + 1 < frames.length && (frames[frame + 1] ?? 0) <= run.ts) frame += 1
    if (run.ts >= (frames[0] ?? 0)) spent.set(frame, (spent.get(frame) ?? 0) + (run.tdur ?? run.dur) / 1000)
  }
  return [...spent.values()]
}

await load()
await edit()
await play()
await browser.close()

// Other work on the machine stretches every figure that is taken by the clock.
figures.push({ name: 'load of the machine while measuring', value: loadavg()[0] ?? 0, unit: `of ${cpus().length} processors` })

if (values.json) console.log(JSON.stringify(figures))
else {
  const width = Math.max(...figures.map(({ name }) => name.length))
  for (const { name, value, unit, aim } of figures) {
    const verdict = aim === undefined ? '' : `  aim under ${String(aim).padStart(4)} ${unit}  ${value < aim ? 'met' : 'MISSED'}`
    console.log(`${name.padEnd(width)}  ${value.toFixed(1).padStart(8)} ${unit}${verdict}`)
  }
}
process.exit(0)
