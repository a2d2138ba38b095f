import { create } from 'zustand'
import type { Answer, ProbeQuestion } from '../src/answer.ts'
import type { SourceFile } from '../src/manifest/object.ts'
import type { Problem } from '../src/trace/problem.ts'
import { firstLab, type GalleryLab } from './learn/labs/first.ts'
import type { OwnLab } from './learn/own.ts'
import type { LinkTrouble } from './link/link.ts'
import type { KeptCamera } from './scene/zoom/camera.ts'
import type { NearIn } from './scene/zoom/near.ts'
import type { Lang } from './ui/lang.ts'

export type Theme = 'light' | 'dark'
/** `system`: as the reader's system has it, now and later. */
export type ThemeWish = 'system' | Theme
/** Dialogs of the page, one at a time. */
export type Sheet = 'none' | 'keys' | 'palette' | 'share' | 'labs' | 'dumps' | 'script' | 'matrix' | 'cni'

/** A lab as it was before another took its place: what "Undo" brings back. */
export type Place = Pick<State, 'slug' | 'files' | 'probe' | 'seed' | 'forced' | 'file'>

/** Why dropped or pasted files were not taken. */
export type FilesTrouble = 'binary' | 'too-big' | 'not-yaml' | 'unreadable' | 'nothing' | 'no-manifest'
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
  /** Another text took the place of what stood here. `joined`: what to open instead, to keep both. */
  | {
      readonly kind: 'replaced'
      readonly how: 'reset' | 'opened' | 'files' | 'story' | 'undone' | 'joined'
      readonly n: number
      readonly before: Place
    }
  | { readonly kind: 'files'; readonly trouble: FilesTrouble; readonly name: string }
  | { readonly kind: 'saved'; readonly name: string }
  | { readonly kind: 'not-saved' }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'unmodelled'; readonly what: string }
  /** A part of the page that is fetched when it is wanted did not come. */
  | { readonly kind: 'part'; readonly sheet: Sheet }

/** The question, the last answer, the playhead and the view. Nothing that can be derived from these. */
export interface State {
  /** Gallery lab that the text began as; `~NAME`: a lab kept in this browser; '': of one's own, kept nowhere. */
  readonly slug: string
  readonly files: readonly SourceFile[]
  /** undefined: the lab's own first probe. */
  readonly probe: Pick<ProbeQuestion, 'from' | 'to' | 'cold' | 'open'> | undefined
  readonly seed: number
  readonly forced: Readonly<Record<string, number>>
  readonly answer: Answer | undefined
  /** The last answer that had no error in its text: it stays on stage. */
  readonly good: Answer | undefined
  /** How many walks have come on stage: the bench waits for the next. */
  readonly walks: number
  /** `seq` of the event that the visitor looks at. */
  readonly playhead: number
  readonly playing: boolean
  readonly progress: { readonly stage: string; readonly done: number; readonly total: number } | undefined
  readonly notice: Notice | undefined
  readonly lang: Lang
  readonly theme: Theme
  readonly themeWish: ThemeWish
  /** The visitor's own labs, as this browser keeps them. */
  readonly own: readonly OwnLab[]
  /** Labs that can be opened by name: the first one, and the others when their list has come. */
  readonly gallery: readonly GalleryLab[]
  /** Whether keys of one letter or sign work on the page. */
  readonly singleKeys: boolean
  /** On a phone: the text instead of the map. */
  readonly editing: boolean
  readonly file: string
  /** Line from 1 of the open file on which the editor's cursor stands. */
  readonly cursorLine: number | undefined
  /** A place in the text to show, when the visitor asked for it; `stamp` tells two askings apart. */
  readonly reveal: { readonly file: string; readonly offset: number; readonly stamp: number } | undefined
  readonly tab: Tab
  /** The node or the veth pair that the stage shows by itself; undefined: the whole cluster. */
  readonly near: NearIn | undefined
  /** What is seen of the picture on stage, when the visitor moved it. */
  readonly camera: KeptCamera | undefined
  /** Where the stage is narrow: the map instead of the list of stops. */
  readonly map: boolean
  readonly sheet: Sheet
}

export const useStore = create<State>(() => ({
  slug: '',
  files: [],
  probe: undefined,
  seed: 1,
  forced: {},
  answer: undefined,
  good: undefined,
  walks: 0,
  playhead: 0,
  playing: false,
  progress: undefined,
  notice: undefined,
  lang: 'en',
  theme: 'light',
  themeWish: 'system',
  own: [],
  gallery: [firstLab],
  singleKeys: true,
  editing: false,
  file: '',
  cursorLine: undefined,
  reveal: undefined,
  tab: 'step',
  near: undefined,
  camera: undefined,
  map: false,
  sheet: 'none',
}))

export const { getState: state, setState: set } = useStore
