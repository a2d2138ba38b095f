import type { Answer, Question, View, Viewed } from './answer.ts'
import type { MatrixPart } from './engine/matrix.ts'

/**
 * What crosses between the page and the engine's worker: plain data, nothing else. Numbers only grow; the newest
 * question wins, so a worker may drop an older one that it has not begun. A view looks at the world of the last answer.
 */
export type ToWorker =
  | { readonly number: number; readonly ask: Question }
  | { readonly number: number; readonly view: View }
  /** Gives up the question or the table of this number, if the worker still can; otherwise the page ends the worker. */
  | { readonly cancel: number }

export type FromWorker =
  | { readonly number: number; readonly answer: Answer }
  | { readonly number: number; readonly viewed: Viewed }
  /** `stage` names what is being done; done/total are counts, total 0 when not known; `part`: what is new of a table. */
  | {
      readonly number: number
      readonly progress: { readonly stage: string; readonly done: number; readonly total: number; readonly part?: MatrixPart }
    }
  /** A bug of ours: the question comes along, so that the crash can be asked again. */
  | { readonly number: number; readonly crash: { readonly message: string; readonly question?: Question } }
