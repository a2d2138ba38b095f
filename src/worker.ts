import type { AheadView, Answer, EditingView, MatrixView, Question, ScriptView, View, Viewed } from './answer.ts'
import { DumpCache, manifestsOf, readingDumps } from './engine/dumps.ts'
import { explain, type World } from './explain.ts'
import type { KubernetesSchema } from './manifest/complete/kubernetes.ts'
import { DocumentCache, readManifests } from './manifest/read.ts'
import type { FromWorker, ToWorker } from './protocol.ts'
import { withParts } from './trace/late.ts'

/** The engine's face towards the page: messages in, messages out. All state is the cache and the world of the last answer. */
interface Host {
  postMessage(message: FromWorker): void
  addEventListener(kind: 'message', listener: (event: { readonly data: ToWorker }) => void): void
}
const host = self as unknown as Host

const cache = new DocumentCache()
const dumps = new DumpCache()
let world: World | undefined
/** The last answer without errors in its text: the page keeps it on stage, and asks about its steps. */
let walked: { readonly world: World; readonly answer: Answer } | undefined
/** The newest question without an answer, and the one that work began on. */
let waiting: { readonly number: number; readonly ask: Question } | undefined
let begun: typeof waiting

let schema: Promise<KubernetesSchema | undefined> | undefined

/** Names of every Kubernetes kind (scripts/schema.mjs), fetched once. Without them our own kinds are completed all the same. */
function kubernetes(): Promise<KubernetesSchema | undefined> {
  schema ??= fetch(new URL('../generated/kubernetes.json', import.meta.url))
    .then((response) => (response.ok ? (response.json() as Promise<KubernetesSchema>) : undefined))
    .catch(() => {
      schema = undefined
      return undefined
    })
  return schema
}

const isEditing = (asked: View): asked is EditingView =>
  asked.kind === 'complete' || asked.kind === 'hover' || asked.kind === 'format' || asked.kind === 'fixes'

/** What the editor asks is answered by code that comes when it is first asked. */
async function edit(asked: EditingView): Promise<Viewed> {
  const wantsSchema = asked.kind === 'complete' || asked.kind === 'hover'
  const [{ editing }, known] = await Promise.all([editor(), wantsSchema ? kubernetes() : undefined])
  return withParts(() => editing(world, asked, known))
}

const editor = () => import('./engine/editing.ts')
const rebuild = () => import('./engine/rebuild.ts')
const looking = () => import('./view.ts')
const tables = () => import('./engine/matrixview.ts')

/** Whatever comes late: the network may be gone by the time it is asked for. */
const rest = () => Promise.all([import('./engine/parts.ts').then((all) => all.loadParts()), rebuild(), looking(), tables()])

/** What can not be fetched now is tried when it is wanted. */
async function ahead(): Promise<Viewed> {
  await Promise.allSettled([editor(), kubernetes(), rest()])
  return { kind: 'ahead' }
}

/** Few visitors want the script: its code is no part of the first answer. */
async function script(name: string): Promise<Viewed> {
  const stood = walked
  const { rebuildScript } = await rebuild()
  if (stood === undefined) return { kind: 'problem', problem: { code: 'no-world', params: {}, severity: 'error' } }
  const { probe, seed } = stood.answer.question
  const probes = probe === undefined ? stood.world.cluster.probes : [probe]
  const made = await withParts(() => rebuildScript(name, stood.world, probes, seed))
  return 'problem' in made ? { kind: 'problem', problem: made.problem } : { kind: 'text', text: made.text }
}

/** A look at the world as it is now: a newer answer may come while code is fetched. */
async function show(asked: Exclude<View, EditingView | ScriptView | MatrixView | AheadView>): Promise<Viewed> {
  const [then, stood] = [world, walked]
  const { view } = await looking()
  return withParts(() => view(then, asked, stood))
}

/** Rows of a table are shown, and a press on Stop is heard, this often, in ms. */
const ROWS_EVERY = 200

/** Looks that the page no longer waits for. */
const gone = new Set<number>()

/** A table of thousands of walks: every now and then other messages have their turn, and the page hears of the rows that are done. */
async function table(number: number, asked: MatrixView): Promise<Viewed> {
  const stood = walked
  const [{ matrixFor }] = await Promise.all([tables(), rest()])
  if (stood === undefined) return { kind: 'problem', problem: { code: 'no-world', params: {}, severity: 'error' } }
  let [told, rows] = [0, 0]
  return matrixFor(stood, asked, ({ done, total, matrix: { sources, targets, cells } }) => {
    if (performance.now() - told < ROWS_EVERY) return true
    told = performance.now()
    const part = { ...(rows === 0 ? { head: { sources, targets } } : {}), cells: cells.slice(rows) }
    rows = cells.length
    host.postMessage({ number, progress: { stage: 'matrix', done, total, part } })
    return new Promise((on) => setTimeout(() => on(!gone.delete(number)), 0))
  })
}

const failed = (number: number, error: unknown): void =>
  host.postMessage({ number, crash: { message: error instanceof Error ? error.message : String(error) } })

/** Progress is told this often, in ms. */
const TOLD_EVERY = 100

/** Characters. A dump within so short a text never takes long: it is read with the rest, and no manifest is read twice. */
const LARGE = 200_000

/** Dumps may be large: they are read in slices, and the page hears how far they are. It gives up by ending this worker. */
function readFirst(number: number, ask: Question): void {
  if (ask.files.reduce((n, { text }) => n + text.length, 0) < LARGE) return
  let told = performance.now()
  for (const { done, total } of readingDumps(ask.files, readManifests(manifestsOf(ask.files), cache).objects, dumps)) {
    if (performance.now() - told < TOLD_EVERY) continue
    told = performance.now()
    host.postMessage({ number, progress: { stage: 'dumps', done, total } })
  }
}

/** Runs the newest question; older ones that have not begun, or that wait for a part of the engine, are dropped. */
async function work(): Promise<void> {
  const next = waiting
  if (!next || next === begun) return
  begun = next
  const { number, ask } = next
  try {
    const explained = await withParts(() => {
      if (waiting !== next) return undefined
      readFirst(number, ask)
      host.postMessage({ number, progress: { stage: 'walk', done: 0, total: 0 } })
      return explain(ask, cache, dumps)
    })
    if (explained === undefined) return
    world = explained.world
    if (explained.answer.stage !== undefined) walked = explained
    host.postMessage({ number, answer: explained.answer })
  } catch (error) {
    host.postMessage({ number, crash: { message: error instanceof Error ? error.message : String(error), question: ask } })
  }
  if (waiting === next) waiting = undefined
}

const looked = (number: number, asked: View): Promise<Viewed> => {
  if (asked.kind === 'ahead') return ahead()
  if (asked.kind === 'matrix') return table(number, asked)
  if (isEditing(asked)) return edit(asked)
  return asked.kind === 'script' ? script(asked.name) : show(asked)
}

host.addEventListener('message', ({ data }) => {
  if ('cancel' in data) {
    if (waiting?.number === data.cancel) waiting = undefined
    else gone.add(data.cancel)
  } else if ('ask' in data) {
    waiting = data
    // Messages that are already queued arrive before this timer: a burst of typing is answered once.
    setTimeout(() => void work(), 0)
  } else {
    const { number, view } = data
    looked(number, view).then(
      (viewed) => host.postMessage({ number, viewed }),
      (error: unknown) => failed(number, error),
    )
  }
})
