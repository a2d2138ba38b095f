import type { Answer, EditingView, Question, View, Viewed } from './answer.ts'
import { explain, type World } from './explain.ts'
import type { KubernetesSchema } from './manifest/complete/kubernetes.ts'
import { DocumentCache } from './manifest/read.ts'
import type { FromWorker, ToWorker } from './protocol.ts'
import { view } from './view.ts'

/** The engine's face towards the page: messages in, messages out. All state is the cache and the world of the last answer. */
interface Host {
  postMessage(message: FromWorker): void
  addEventListener(kind: 'message', listener: (event: { readonly data: ToWorker }) => void): void
}
const host = self as unknown as Host

const cache = new DocumentCache()
let world: World | undefined
/** The last answer without errors in its text: the page keeps it on stage, and asks about its steps. */
let walked: { readonly world: World; readonly answer: Answer } | undefined
let waiting: { readonly number: number; readonly ask: Question } | undefined

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
  const [{ editing }, known] = await Promise.all([import('./engine/editing.ts'), wantsSchema ? kubernetes() : undefined])
  // The rest of what comes late comes along: the network may go later.
  void rebuild().catch(() => undefined)
  return editing(world, asked, known)
}

const rebuild = () => import('./engine/rebuild.ts')

/** Few visitors want the script: its code is no part of the first answer. */
async function script(name: string): Promise<Viewed> {
  const { rebuildScript } = await rebuild()
  if (walked === undefined) return { kind: 'problem', problem: { code: 'no-world', params: {}, severity: 'error' } }
  const { probe, seed } = walked.answer.question
  const made = rebuildScript(name, walked.world, probe === undefined ? walked.world.cluster.probes : [probe], seed)
  return 'problem' in made ? { kind: 'problem', problem: made.problem } : { kind: 'text', text: made.text }
}

function show(number: number, look: () => Viewed): void {
  try {
    host.postMessage({ number, viewed: look() })
  } catch (error) {
    failed(number, error)
  }
}

const failed = (number: number, error: unknown): void =>
  host.postMessage({ number, crash: { message: error instanceof Error ? error.message : String(error) } })

/** Runs the newest question; older ones that have not begun are dropped. */
function work(): void {
  const next = waiting
  waiting = undefined
  if (!next) return
  const { number, ask } = next
  try {
    host.postMessage({ number, progress: { stage: 'walk', done: 0, total: 0 } })
    const explained = explain(ask, cache)
    world = explained.world
    if (explained.answer.stage !== undefined) walked = explained
    host.postMessage({ number, answer: explained.answer })
  } catch (error) {
    host.postMessage({ number, crash: { message: error instanceof Error ? error.message : String(error), question: ask } })
  }
}

host.addEventListener('message', ({ data }) => {
  if ('cancel' in data) {
    if (waiting?.number === data.cancel) waiting = undefined
  } else if ('ask' in data) {
    const idle = waiting === undefined
    waiting = data
    // Messages that are already queued arrive before this timer: a burst of typing is answered once.
    if (idle) setTimeout(work, 0)
  } else {
    const { number, view: asked } = data
    const later = isEditing(asked) ? edit(asked) : asked.kind === 'script' ? script(asked.name) : undefined
    later?.then(
      (viewed) => host.postMessage({ number, viewed }),
      (error: unknown) => failed(number, error),
    )
    if (!isEditing(asked) && asked.kind !== 'script') show(number, () => view(world, asked, walked))
  }
})
