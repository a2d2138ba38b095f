// What a browser's trace says of one page: how long its threads worked, and how much of each frame was script.

/**
 * @typedef {{ readonly name: string, readonly ph: string, readonly pid: number, readonly tid: number, readonly ts: number,
 *   readonly dur?: number, readonly tdur?: number, readonly args?: any }} TraceEvent times in µs; tdur is processor time
 * @typedef {{ readonly wall: number, readonly cpu: number }} Spent ms by the clock, and ms of processor time
 */

const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing', '__metadata']

/**
 * Records a trace while `during` runs.
 * @param {import('playwright').CDPSession} session
 * @param {() => Promise<unknown>} during
 * @returns {Promise<TraceEvent[]>}
 */
export const traced = async (session, during) => {
  /** @type {TraceEvent[]} */
  const events = []
  const collect = (/** @type {{ value: any[] }} */ { value }) => events.push(...value)
  session.on('Tracing.dataCollected', collect)
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: categories } })
  await during()
  const ended = new Promise((done) => session.once('Tracing.tracingComplete', done))
  await session.send('Tracing.end')
  await ended
  session.off('Tracing.dataCollected', collect)
  return events
}

/** @param {readonly TraceEvent[]} events @param {RegExp} thread */
const ofThread = (events, thread) => {
  const named = events.filter((e) => e.name === 'thread_name' && thread.test(e.args?.name ?? ''))
  const ids = new Set(named.map((e) => `${e.pid} ${e.tid}`))
  return events.filter((e) => e.ph === 'X' && ids.has(`${e.pid} ${e.tid}`)).sort((a, b) => a.ts - b.ts)
}

export const mainThread = /^CrRendererMain$/
export const workerThread = /^DedicatedWorker/

/** @param {TraceEvent} e @returns {Spent} */
const spent = (e) => ({ wall: (e.dur ?? 0) / 1000, cpu: (e.tdur ?? e.dur ?? 0) / 1000 })

/**
 * What the threads did between two marks of the page (`performance.mark`), for each pair of them: whole tasks by their beginning.
 * @param {readonly TraceEvent[]} events
 * @param {RegExp} thread
 * @param {string} from
 * @param {string} to
 * @returns {Spent[]}
 */
export const betweenMarks = (events, thread, from, to) => {
  const tasks = ofThread(events, thread).filter((e) => e.name === 'RunTask')
  const marks = events.filter((e) => e.name === from || e.name === to).sort((a, b) => a.ts - b.ts)
  /** @type {Spent[]} */
  const found = []
  for (const [i, mark] of marks.entries()) {
    const end = marks[i + 1]
    if (mark.name !== from || end?.name !== to) continue
    const own = tasks.filter((t) => t.ts + (t.dur ?? 0) > mark.ts && t.ts < end.ts).map(spent)
    found.push(own.reduce((sum, s) => ({ wall: sum.wall + s.wall, cpu: sum.cpu + s.cpu }), { wall: 0, cpu: 0 }))
  }
  return found
}

const scripts = new Set([
  'FunctionCall',
  'FireAnimationFrame',
  'TimerFire',
  'EventDispatch',
  'RunMicrotasks',
  'EvaluateScript',
  'v8.callFunction',
])

/**
 * Script of each frame that was drawn: all that ran since the frame before it.
 * @param {readonly TraceEvent[]} events
 * @returns {Spent[]}
 */
export const scriptPerFrame = (events) => {
  const own = ofThread(events, mainThread)
  const commits = own.filter((e) => e.name === 'Commit').map((e) => e.ts)
  const frames = commits.map(() => ({ wall: 0, cpu: 0 }))
  let until = 0
  let frame = 0
  for (const run of own) {
    // A run inside another is counted with it.
    if (!scripts.has(run.name) || run.ts < until) continue
    until = run.ts + (run.dur ?? 0)
    while ((commits[frame] ?? Number.POSITIVE_INFINITY) < run.ts) frame += 1
    const at = frames[frame]
    if (at === undefined) break
    const { wall, cpu } = spent(run)
    at.wall += wall
    at.cpu += cpu
  }
  return frames
}

/**
 * Tasks of the page's main thread, longest by the clock first.
 * @param {readonly TraceEvent[]} events
 * @returns {Spent[]}
 */
export const longestTasks = (events) =>
  ofThread(events, mainThread)
    .filter((e) => e.name === 'RunTask')
    .map(spent)
    .sort((a, b) => b.wall - a.wall)
