import type { ProbeQuestion, Question } from '../src/answer.ts'
import type { SourceFile } from '../src/manifest/object.ts'
import { ask, asking, onNews } from './engine/client.ts'
import { loadWords } from './engine/say.ts'
import { loadGallery, openBeside, startOf } from './learn/start.ts'
import { lastSeq, stepsOf } from './play/steps.ts'
import { type Notice, type Place, type State, set, state } from './store.ts'
import { still } from './ui/motion.ts'

/** An answer that took less than this is asked at every keystroke; a slower one when the typing rests. In ms. */
const QUICK = 120
/** How long typing has to rest before a slow lab is asked again, in ms. */
const REST = 150
/** An error in a half-typed word is shown when the typing has rested this long, in ms. */
const DOUBT = 350
/** Work that lasts longer shows its progress and can be cancelled, in ms. */
const LONG = 400

let rest: ReturnType<typeof setTimeout> | undefined
let doubt: ReturnType<typeof setTimeout> | undefined
let took = 0

/** Is an edit waiting for the typing to rest, or an error to be shown? */
export const waiting = (): boolean => rest !== undefined || doubt !== undefined

const question = (): Question => {
  const { files, probe, seed, forced } = state()
  return { v: 1, files, seed, forced, ...(probe === undefined ? {} : { probe }) }
}

/** What to do with the playhead when the new walk is there. */
type Then = 'stay' | 'play' | 'typed'

/** Asks at once. A newer asking makes this one's answer void. */
export async function askNow(then: Then): Promise<void> {
  clearTimeout(rest)
  clearTimeout(doubt)
  rest = undefined
  doubt = undefined
  const began = performance.now()
  const [answer] = await Promise.all([ask(question()), loadWords()])
  if (answer === undefined) {
    if (!asking()) endBusy()
    return
  }
  endBusy()
  took = performance.now() - began
  if (answer.stage === undefined) {
    const show = (): void => {
      doubt = undefined
      set({ answer, playing: false })
    }
    if (then === 'typed') doubt = setTimeout(show, DOUBT)
    else show()
    return
  }
  const last = lastSeq(answer)
  const steps = stepsOf(answer)
  const start = steps.stations[0]?.first ?? 0
  const here = state().playhead
  set({
    answer,
    good: answer,
    walks: state().walks + 1,
    playhead: then === 'play' ? (still() ? last : start) : steps.at.has(here) ? here : last,
    playing: then === 'play' ? !still() && steps.stations.length > 1 : state().playing && steps.stations.length > 1,
  })
}

/** Asks while typing: a quick lab at every keystroke, a slow one when the typing has rested. */
function askSoon(): void {
  clearTimeout(rest)
  rest = undefined
  if (took < QUICK) void askNow('typed')
  else rest = setTimeout(() => void askNow('typed'), REST)
}

export function editFile(name: string, text: string): void {
  const { files } = state()
  if (files.find((f) => f.name === name)?.text === text) return
  set({ files: files.map((f) => (f.name === name ? { name, text } : f)) })
  askSoon()
}

/** New texts for the same lab, from a switch of the page: as if they had been typed. */
export function editFiles(files: readonly SourceFile[]): void {
  set({ files })
  void askNow('stay')
}

export const placeNow = (): Place => {
  const { slug, files, probe, seed, forced, file } = state()
  return { slug, files, probe, seed, forced, file }
}

/** Puts a whole lab in the place of what stood here. Nothing is lost: with `how`, the page offers the way back. */
export function openPlace(place: Place, how?: Extract<Notice, { kind: 'replaced' }>['how']): void {
  const before = placeNow()
  const lost = edited(before.slug, before.files) && before.files.length > 0
  const notice: Notice | undefined =
    how !== undefined && (lost || how !== 'opened') ? { kind: 'replaced', how, n: place.files.length, before } : undefined
  set({ ...place, reveal: undefined, playing: false, playhead: 0, notice })
  void askNow('play')
}

const fresh = (slug: string, files: readonly SourceFile[]): Place => ({
  slug,
  files,
  probe: undefined,
  seed: 1,
  forced: {},
  file: files[0]?.name ?? '',
})

/** Opens a lab as it was written: one of the gallery, or one that this browser keeps. */
export function openLab(slug: string): void {
  const start = startOf(slug)
  if (start === undefined) void loadGallery().then(() => startOf(slug) && openLab(slug))
  else {
    openPlace({ ...fresh(slug, start.files), probe: start.probe }, slug === state().slug ? 'reset' : 'opened')
    openBeside(slug)
  }
}

/** Files that came from elsewhere, as a lab of their own. */
export function openFiles(files: readonly SourceFile[]): void {
  openPlace(fresh('', files), 'files')
}

export function send(from: string, to: string, more: Pick<ProbeQuestion, 'open'> = {}): void {
  set({ probe: { from, to, ...more }, forced: {} })
  void askNow('play')
}

/** Asks the same again with one of its dice laid by hand: "show me the other Pod". */
export function force(key: string, branch: number): void {
  set({ forced: { ...state().forced, [key]: branch }, playing: false })
  void askNow('stay')
}

/** Was the lab's text changed since it was opened? */
export function edited(slug: string, files: readonly SourceFile[]): boolean {
  const start = startOf(slug)?.files
  if (start === files) return false
  if (start === undefined || start.length !== files.length) return true
  return start.some(({ name, text }, i) => files[i]?.name !== name || files[i]?.text !== text)
}

export const editedNow = (): boolean => edited(state().slug, state().files)

let busy: ReturnType<typeof setTimeout> | undefined

/** Progress is shown only of work that takes long enough to wonder about. */
function tellSoon(progress: NonNullable<State['progress']>): void {
  if (state().progress !== undefined) set({ progress })
  else busy ??= setTimeout(() => asking() && set({ progress }), LONG)
}

function endBusy(): void {
  clearTimeout(busy)
  busy = undefined
  if (state().progress !== undefined) set({ progress: undefined })
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
