import type { TextEdit } from '../../src/manifest/complete/item.ts'
import { editFile } from '../asking.ts'
import { look } from '../engine/client.ts'
import { state, useStore } from '../store.ts'
import { useEditor } from './state.ts'

/** What a full editor can do with the open text. While there is none (phones, before it came), the text area's own history does it. */
export interface Hand {
  readonly undo: () => void
  readonly redo: () => void
  readonly format: () => void
  /** One step of undo. False: another file is open. */
  readonly edit: (file: string, edits: readonly TextEdit[]) => boolean
}

let hand: Hand | undefined
/** The editor that is there now; undefined when it goes. */
export const lend = (next: Hand | undefined): void => {
  hand = next
}

// ── the text area's history ─────────────────────────────────────────────────────────────────────

interface History {
  readonly past: string[]
  readonly future: string[]
}
const histories = new Map<string, History>()
/** Texts kept a file. */
const MOST = 100
/** Typing within this time is one step. In ms. */
const PAUSE = 800
let lastTyped = 0

const historyOf = (file: string): History => {
  const known = histories.get(file) ?? { past: [], future: [] }
  histories.set(file, known)
  return known
}
const tell = (file: string): void => {
  const { past, future } = historyOf(file)
  useEditor.setState({ canUndo: past.length > 0, canRedo: future.length > 0 })
}
const textOf = (file: string): string => state().files.find((f) => f.name === file)?.text ?? ''

/** Set while this file itself changes a text. */
let stepping: 'undo' | 'whole' | undefined

function remember(file: string, before: string): void {
  const { past, future } = historyOf(file)
  const now = performance.now()
  if (stepping === 'whole' || now - lastTyped > PAUSE || past.length === 0) past.push(before)
  if (past.length > MOST) past.shift()
  lastTyped = stepping === 'whole' ? 0 : now
  future.length = 0
}

// Whoever writes into the text area: each new text can be undone. Another lab begins anew.
useStore.subscribe((now, before) => {
  if (hand) return
  if (now.slug !== before.slug) {
    histories.clear()
    useEditor.setState({ canUndo: false, canRedo: false })
  } else if (now.files !== before.files && stepping !== 'undo') {
    for (const { name, text } of before.files) if (now.files.find((f) => f.name === name)?.text !== text) remember(name, text)
  }
  if (now.files !== before.files || now.file !== before.file) tell(now.file)
})

function write(file: string, text: string): void {
  stepping = 'whole'
  editFile(file, text)
  stepping = undefined
}

function step(from: 'past' | 'future', to: 'past' | 'future'): void {
  const { file } = state()
  const history = historyOf(file)
  const text = history[from].pop()
  if (text === undefined) return
  history[to].push(textOf(file))
  stepping = 'undo'
  editFile(file, text)
  stepping = undefined
  tell(file)
}

// ── what the buttons do ─────────────────────────────────────────────────────────────────────────

export const undo = (): void => (hand ? hand.undo() : step('past', 'future'))
export const redo = (): void => (hand ? hand.redo() : step('future', 'past'))

export async function format(): Promise<void> {
  if (hand) {
    hand.format()
    return
  }
  const { file } = state()
  const text = textOf(file)
  const viewed = await look({ kind: 'format', text })
  if (viewed?.kind === 'text' && viewed.text !== text && textOf(file) === text) write(file, viewed.text)
}

/** Changes a file, as one step that can be undone. */
export function applyTo(file: string, edits: readonly TextEdit[]): void {
  if (hand?.edit(file, edits)) return
  const text = [...edits].sort((a, b) => b.from - a.from).reduce((t, e) => t.slice(0, e.from) + e.text + t.slice(e.to), textOf(file))
  write(file, text)
}

/** The one edit that makes a text another: what stands between their equal beginnings and ends. */
export function differing(now: string, text: string): TextEdit {
  let head = 0
  while (head < now.length && head < text.length && now[head] === text[head]) head++
  let tail = 0
  while (tail < now.length - head && tail < text.length - head && now.at(-1 - tail) === text.at(-1 - tail)) tail++
  return { from: head, to: now.length - tail, text: text.slice(head, text.length - tail) }
}

/** Puts a whole text in the place of a file's, touching only what differs. */
export const replaceText = (file: string, text: string): void => applyTo(file, [differing(textOf(file), text)])
