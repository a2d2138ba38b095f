import type { Question } from '../src/answer.ts'
import type { SourceFile } from '../src/manifest/object.ts'
import { ask, asking, onNews } from './engine/client.ts'
import { loadWords } from './engine/say.ts'
import { labFiles } from './learn/labs/list.ts'
import { lastSeq, stepsOf } from './play/steps.ts'
import { type State, set, state } from './store.ts'
import { still } from './ui/motion.ts'

/** How long typing has to rest before the walk is asked again, in ms. */
const REST = 150
/** Work that lasts longer shows its progress and can be cancelled, in ms. */
const LONG = 400

let rest: ReturnType<typeof setTimeout> | undefined

/** Is an edit waiting for the typing to rest? */
export const waiting = (): boolean => rest !== undefined

const question = (): Question => {
  const { files, probe, seed, forced } = state()
  return { v: 1, files, seed, forced, ...(probe === undefined ? {} : { probe }) }
}

/** What to do with the playhead when the new walk is there. */
type Then = 'stay' | 'play'

/** Asks at once. A newer asking makes this one's answer void. */
export async function askNow(then: Then): Promise<void> {
  clearTimeout(rest)
  rest = undefined
  const [answer] = await Promise.all([ask(question()), loadWords()])
  clearTimeout(busy)
  busy = undefined
  set({ progress: undefined })
  if (answer === undefined) return
  if (answer.stage === undefined) {
    set({ answer, playing: false })
    return
  }
  const last = lastSeq(answer)
  const steps = stepsOf(answer)
  const start = steps.stations[0]?.first ?? 0
  const here = state().playhead
  set({
    answer,
    good: answer,
    playhead: then === 'play' ? (still() ? last : start) : steps.at.has(here) ? here : last,
    playing: then === 'play' ? !still() && steps.stations.length > 1 : state().playing && steps.stations.length > 1,
  })
}

/** Asks when the typing has rested. */
function askSoon(): void {
  clearTimeout(rest)
  rest = setTimeout(() => void askNow('stay'), REST)
}

export function editFile(name: string, text: string): void {
  const { files } = state()
  if (files.find((f) => f.name === name)?.text === text) return
  set({ files: files.map((f) => (f.name === name ? { name, text } : f)) })
  askSoon()
}

/** Opens a lab of the gallery as it was written. */
export function openLab(slug: string): void {
  const files = labFiles(slug)
  if (files === undefined) return
  set({ slug, files, probe: undefined, seed: 1, forced: {}, file: files[0]?.name ?? '', reveal: undefined, playing: false, playhead: 0 })
  void askNow('play')
}

export function send(from: string, to: string): void {
  set({ probe: { from, to }, forced: {} })
  void askNow('play')
}

/** Asks the same again with one of its dice laid by hand: "show me the other Pod". */
export function force(key: string, branch: number): void {
  set({ forced: { ...state().forced, [key]: branch }, playing: false })
  void askNow('stay')
}

/** Was the lab's text changed since it left the gallery? */
export function edited(slug: string, files: readonly SourceFile[]): boolean {
  const start = labFiles(slug)
  if (start === undefined || start.length !== files.length) return true
  return start.some(({ name, text }, i) => files[i]?.name !== name || files[i]?.text !== text)
}

let busy: ReturnType<typeof setTimeout> | undefined

/** Progress is shown only of work that takes long enough to wonder about. */
function tellSoon(progress: NonNullable<State['progress']>): void {
  if (state().progress !== undefined) set({ progress })
  else busy ??= setTimeout(() => asking() && set({ progress }), LONG)
}

export function listenToEngine(): void {
  onNews((news) => {
    switch (news.kind) {
      case 'restarted':
        set({ notice: { kind: 'restarted' } })
        break
      case 'crash':
        set({ notice: { kind: 'crash', message: news.message } })
        break
      case 'progress':
        tellSoon({ stage: news.stage, done: news.done, total: news.total })
        break
    }
  })
}
