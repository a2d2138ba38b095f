import { create } from 'zustand'
import type { Answer, ProbeQuestion } from '../src/answer.ts'
import type { SourceFile } from '../src/manifest/object.ts'
import type { LinkTrouble } from './link/link.ts'
import type { Lang } from './ui/lang.ts'

export type Theme = 'light' | 'dark'
/** Of the pane beside the stage. `line`: what the line under the cursor wrote. */
export type Tab = 'step' | 'packet' | 'node' | 'line' | 'steps'

/** Something the page has to say that is no problem of the text. */
export type Notice =
  | { readonly kind: 'link'; readonly trouble: LinkTrouble }
  | { readonly kind: 'restarted' }
  | { readonly kind: 'crash'; readonly message: string }
  | { readonly kind: 'copied' }
  | { readonly kind: 'copy-failed' }
  | { readonly kind: 'storage' }

/** The question, the last answer, the playhead and the view. Nothing that can be derived from these. */
export interface State {
  /** Gallery lab that the text began as; '' for a lab of one's own. */
  readonly slug: string
  readonly files: readonly SourceFile[]
  /** undefined: the lab's own first probe. */
  readonly probe: Pick<ProbeQuestion, 'from' | 'to'> | undefined
  readonly seed: number
  readonly forced: Readonly<Record<string, number>>
  readonly answer: Answer | undefined
  /** The last answer that had no error in its text: it stays on stage. */
  readonly good: Answer | undefined
  /** `seq` of the event that the visitor looks at. */
  readonly playhead: number
  readonly playing: boolean
  readonly progress: { readonly stage: string; readonly done: number; readonly total: number } | undefined
  readonly notice: Notice | undefined
  readonly lang: Lang
  readonly theme: Theme
  readonly file: string
  /** Line from 1 of the open file on which the editor's cursor stands. */
  readonly cursorLine: number | undefined
  /** A place in the text to show, when the visitor asked for it; `stamp` tells two askings apart. */
  readonly reveal: { readonly file: string; readonly offset: number; readonly stamp: number } | undefined
  readonly tab: Tab
  readonly sheet: 'none' | 'keys' | 'editor'
}

export const useStore = create<State>(() => ({
  slug: '',
  files: [],
  probe: undefined,
  seed: 1,
  forced: {},
  answer: undefined,
  good: undefined,
  playhead: 0,
  playing: false,
  progress: undefined,
  notice: undefined,
  lang: 'en',
  theme: 'light',
  file: '',
  cursorLine: undefined,
  reveal: undefined,
  tab: 'step',
  sheet: 'none',
}))

export const { getState: state, setState: set } = useStore
