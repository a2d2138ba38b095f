import { create } from 'zustand'
import { type State, useStore } from '../store.ts'

/** What a pane is drawn from. The three belong together: a playhead stands in the walk of its own answer. */
export type Seen = Pick<State, 'answer' | 'good' | 'playhead'>

/**
 * The panes beside the stage in the order in which they follow it. What the visitor looks at, stage and timeline, is
 * drawn at once; each of these has a frame of its own after that, so that no frame has to carry the whole page.
 */
const panes = ['inspector', 'chains', 'editor'] as const
export type BesidePane = (typeof panes)[number]

const pick = ({ answer, good, playhead }: State): Seen => ({ answer, good, playhead })
const made = () => create<Seen>(() => pick(useStore.getState()))
const stores = { inspector: made(), chains: made(), editor: made() } satisfies Record<BesidePane, unknown>

/** What a pane beside the stage shows now: at most a few frames behind the stage. `stage`: the list that stands in its place on a phone. */
export function useBeside<T>(pane: BesidePane | 'stage', select: (seen: Seen) => T): T {
  const useSeen: <S>(select: (seen: Seen) => S) => S = pane === 'stage' ? useStore : stores[pane]
  return useSeen(select)
}

const isBehind = (pane: BesidePane): boolean => {
  const [now, seen] = [useStore.getState(), stores[pane].getState()]
  return now.answer !== seen.answer || now.good !== seen.good || now.playhead !== seen.playhead
}

/** Is a pane still behind the stage? */
export const panesBehind = (): boolean => panes.some(isBehind)

/** After the next frame is on the screen. A page that nobody sees draws none. */
function afterFrame(then: () => void): void {
  if (document.hidden) setTimeout(then, 0)
  else requestAnimationFrame(() => setTimeout(then, 0))
}

let turn = 0
let following = false

/** One pane a frame, in turn: while the playhead is dragged none of them starves. */
function next(): void {
  const order = panes.map((_, i) => panes[(turn + i) % panes.length]).filter((pane) => pane !== undefined)
  const pane = order.find(isBehind)
  following = pane !== undefined
  if (pane === undefined) return
  turn = (panes.indexOf(pane) + 1) % panes.length
  stores[pane].setState(pick(useStore.getState()))
  afterFrame(next)
}

/** Lets the panes follow the stage from now on. */
export function followStage(): void {
  useStore.subscribe(() => {
    if (following || !panesBehind()) return
    following = true
    turn = 0
    afterFrame(next)
  })
}
