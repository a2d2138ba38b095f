// npm run bench:page: what a visitor waits for, measured in the built page on a loopback server. Each figure stands beside its aim.
//   node scripts/benchpage.mjs [--heap MINUTES] [--play SECONDS] [--edits N] [--lab NAME] [--only load,edit,play,heap] [--dist FOLDER] [--json]
// The clock also counts what other programs take of the machine; the processor time of the page's own threads stands beside it.
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
import { findOrInstallBrowser, launchOptions } from './browser.mjs'
import { buildPageIfStale, dist } from './build.mjs'
import { betweenMarks, longestTasks, mainThread, scriptPerFrame, traced, workerThread } from './pagetrace.mjs'
import { serve } from './serve.mjs'

const usage =
  'usage: node scripts/benchpage.mjs [--heap MINUTES] [--play SECONDS] [--edits N] [--lab NAME] [--only load,edit,play,heap] [--dist FOLDER] [--json]'
const { values } = parseArgs({
  options: {
    heap: { type: 'string', default: '0' },
    play: { type: 'string', default: '30' },
    edits: { type: 'string', default: '60' },
    lab: { type: 'string', default: 'clusterip-cross-node' },
    only: { type: 'string' },
    dist: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.heap)
const seconds = Number(values.play)
const edits = Number(values.edits)
const wanted = new Set((values.only ?? 'load,edit,play,heap').split(','))
if (!(minutes >= 0) || !(seconds > 0) || !Number.isInteger(edits) || edits < 1) {
  console.error(usage)
  process.exit(2)
}
findOrInstallBrowser()
if (values.dist === undefined) buildPageIfStale()
const address = await serve({ folder: values.dist ?? dist, base: '/packetwalk/', port: 4270, tries: 50 })
const browser = await chromium.launch(launchOptions())

/** @typedef {{ readonly name: string, readonly value: number, readonly unit: string, readonly aim?: number, readonly cpu?: number }} Figure */
/** @type {Figure[]} */
const figures = []
/** @param {readonly number[]} list @param {number} share */
const quantile = (list, share) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.ceil(list.length * share) - 1)] ?? Number.NaN

const hash = `#v=1&lab=${values.lab}`

/** A page of its own, with a store of its own. @param {string} search */
const visit = async (search) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US', colorScheme: 'light' })
  const page = await context.newPage()
  await page.addInitScript(() => {
    const w = /** @type {any} */ (window)
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
  return { page, context, session: await context.newCDPSession(page) }
}

/** Until the editor is there and the page has fetched what it fetches ahead. @param {import('playwright').Page} page */
const settled = async (page) => {
  await page.locator('.monaco-editor .view-line').first().waitFor()
  await page.waitForFunction(() => /** @type {any} */ (window).packetwalk?.whole())
}

const load = async () => {
  /** @type {number[]} */
  const paints = []
  /** @type {number[]} */
  const walks = []
  for (let i = 0; i < 5; i += 1) {
    const { page, context } = await visit('')
    await page.waitForFunction(() => /** @type {any} */ (window).firstWalk !== undefined)
    walks.push(await page.evaluate(() => /** @type {any} */ (window).firstWalk))
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN))
    await context.close()
  }
  figures.push({ name: 'first contentful paint, median of 5', value: quantile(paints, 0.5), unit: 'ms', aim: 350 })
  figures.push({ name: 'first interactive walk, median of 5', value: quantile(walks, 0.5), unit: 'ms', aim: 1000 })
}

/**
 * Types into the editor as a visitor does: each key replaces one digit. `stage` is the time from the key until the frame
 * with the new walk is drawn, `panes` until every pane beside the stage has followed.
 */
const edit = async () => {
  const { page, context, session } = await visit('still')
  await settled(page)
  await page.waitForFunction(() => /** @type {any} */ (window).packetwalk.quiet())
  await page.locator('.monaco-editor .view-line', { hasText: 'replicas:' }).first().click()
  await page.keyboard.press('End')
  await page.evaluate(() => {
    const w = /** @type {any} */ (window)
    w.stage = []
    w.panes = []
    let began = 0
    addEventListener(
      'keydown',
      (event) => {
        if (!/^\d$/.test(event.key)) return
        began = performance.now()
        performance.mark('bench key')
      },
      true,
    )
    const panes = (/** @type {number} */ from) => {
      if (!w.packetwalk.followed()) requestAnimationFrame(() => panes(from))
      else setTimeout(() => w.panes.push(performance.now() - from), 0)
    }
    // The page counts the walks that came on stage; the time is taken when the frame after it is out.
    new MutationObserver(() => {
      if (began === 0) return
      const from = began
      began = 0
      requestAnimationFrame(() =>
        setTimeout(() => {
          w.stage.push(performance.now() - from)
          performance.mark('bench frame')
          panes(from)
        }, 0),
      )
    }).observe(document.querySelector('[data-walks]') ?? document.body, { attributes: true, attributeFilter: ['data-walks'] })
  })
  let typed = 0
  const type = async () => {
    for (let i = 0; i < edits; i += 1) {
      await page.keyboard.press('Shift+ArrowLeft')
      await page.keyboard.press(typed % 2 === 0 ? '2' : '3')
      typed += 1
      await page.waitForFunction((n) => /** @type {any} */ (window).panes.length >= n, typed, { polling: 20 })
    }
  }
  await type()
  /** @type {{ stage: number[], panes: number[] }} */
  const times = await page.evaluate(() => ({ stage: /** @type {any} */ (window).stage, panes: /** @type {any} */ (window).panes }))
  // Once more under a trace: it costs time itself, but knows what each thread worked.
  const events = await traced(session, type)
  const work = betweenMarks(events, mainThread, 'bench key', 'bench frame').map((s) => s.cpu)
  const engine = betweenMarks(events, workerThread, 'bench key', 'bench frame').map((s) => s.cpu)
  const both = work.map((ms, i) => ms + (engine[i] ?? 0))
  figures.push({
    name: `edit → new walk on stage, p95 of ${edits}`,
    value: quantile(times.stage, 0.95),
    cpu: quantile(both, 0.95),
    unit: 'ms',
    aim: 50,
  })
  figures.push({ name: 'edit → new walk on stage, median', value: quantile(times.stage, 0.5), cpu: quantile(both, 0.5), unit: 'ms' })
  figures.push({ name: '  of it processor time of the engine, median', value: quantile(engine, 0.5), unit: 'ms' })
  figures.push({ name: '  of it processor time of the page, median', value: quantile(work, 0.5), unit: 'ms' })
  figures.push({ name: 'edit → every pane has followed, p95', value: quantile(times.panes, 0.95), unit: 'ms' })
  await context.close()
}

/** At its end the play begins again, as long as the measuring lasts. @param {import('playwright').Page} page */
const playOn = (page) =>
  page.evaluate(() => {
    const w = /** @type {any} */ (window)
    w.plays = 0
    setInterval(() => {
      const play = /** @type {HTMLElement | null} */ (document.querySelector('.transport .primary[aria-label="Play"]'))
      if (play === null) return
      w.plays += 1
      play.click()
    }, 500)
  })

/** Script time of each frame, and the longest task, as the renderer's main thread spent them. */
const play = async () => {
  const { page, context, session } = await visit('')
  await settled(page)
  await playOn(page)
  const events = await traced(session, () => page.waitForTimeout(seconds * 1000))
  const frames = scriptPerFrame(events)
  const [longest] = longestTasks(events)
  const [wall, cpu] = [frames.map((f) => f.wall), frames.map((f) => f.cpu)]
  figures.push({
    name: `script per frame in ${seconds} s of play, p95`,
    value: quantile(wall, 0.95),
    cpu: quantile(cpu, 0.95),
    unit: 'ms',
    aim: 6,
  })
  figures.push({ name: 'script per frame, worst', value: quantile(wall, 1), cpu: quantile(cpu, 1), unit: 'ms' })
  figures.push({ name: 'frames a second', value: frames.length / seconds, unit: '' })
  figures.push({ name: 'longest task during play', value: longest?.wall ?? 0, cpu: longest?.cpu ?? 0, unit: 'ms', aim: 100 })
  await context.close()
}

/** What a collection leaves of the page's heap, and the nodes that anything still holds, after every part of the page has come and the walk was played twice. */
const heap = async () => {
  const { page, context, session } = await visit('')
  await settled(page)
  await playOn(page)
  await session.send('Performance.enable')
  const used = async () => {
    await session.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    const of = (/** @type {string} */ name) => metrics.find((m) => m.name === name)?.value ?? Number.NaN
    return { mb: of('JSHeapUsedSize') / 1e6, nodes: of('Nodes'), listeners: of('JSEventListeners') }
  }
  // Twice to its end: what is kept for each step is there then, and the functions are compiled.
  await page.waitForFunction(() => /** @type {any} */ (window).plays > 2, undefined, { timeout: 300_000 })
  const before = await used()
  const seen = [before]
  const until = Date.now() + minutes * 60_000
  while (Date.now() < until) {
    await page.waitForTimeout(Math.min(30_000, Math.max(0, until - Date.now())))
    seen.push(await used())
  }
  // Where the walk stands differs from one look to the next: the least of the first and of the last looks are compared.
  const least = (/** @type {typeof seen} */ looks, /** @type {keyof typeof before} */ what) => Math.min(...looks.map((l) => l[what]))
  const [first, last] = [seen.slice(0, 4), seen.slice(-4)]
  const grown = (/** @type {keyof typeof before} */ what) => least(last, what) - least(first, what)
  figures.push({ name: 'JS heap after two plays', value: least(first, 'mb'), unit: 'MB' })
  figures.push({ name: `JS heap, most in ${minutes} min of play`, value: Math.max(...seen.map((l) => l.mb)), unit: 'MB' })
  figures.push({ name: `JS heap, growth in ${minutes} min of play`, value: grown('mb'), unit: 'MB', aim: 1 })
  figures.push({ name: `nodes in memory, growth in ${minutes} min of play`, value: grown('nodes'), unit: '' })
  figures.push({ name: `event listeners, growth in ${minutes} min of play`, value: grown('listeners'), unit: '' })
  if (!values.json) console.log(`JS heap in MB, every 30 s: ${seen.map((l) => l.mb.toFixed(1)).join(' ')}`)
  await context.close()
}

if (wanted.has('load')) await load()
if (wanted.has('edit')) await edit()
if (wanted.has('play')) await play()
if (wanted.has('heap') && minutes > 0) await heap()
await browser.close()

figures.push({ name: 'load of the machine while measuring', value: loadavg()[0] ?? 0, unit: `of ${cpus().length} processors` })

if (values.json) console.log(JSON.stringify(figures))
else {
  const width = Math.max(...figures.map(({ name }) => name.length))
  for (const { name, value, unit, aim, cpu } of figures) {
    const verdict = aim === undefined ? '' : `  aim under ${String(aim).padStart(4)} ${unit}  ${value < aim ? 'met' : 'MISSED'}`
    const work = cpu === undefined ? '' : `  (processor time ${cpu.toFixed(1)} ms)`
    console.log(`${name.padEnd(width)}  ${value.toFixed(1).padStart(8)} ${unit}${verdict}${work}`)
  }
  if (minutes === 0) console.log('not measured: the heap over a long play, --heap 10 plays for ten minutes')
}
process.exit(0)
