import { create } from 'zustand'
import type { Answer, Viewed } from '../../src/answer.ts'

/** A fix, and which of the answer's problems it would end. */
export type Fixed = Extract<Viewed, { kind: 'fixes' }>['fixes'][number]

interface EditorState {
  readonly canUndo: boolean
  readonly canRedo: boolean
  /** The changes since the lab's start are shown instead of the text. */
  readonly comparing: boolean
  /** Of the answer named, in the order of its problems. */
  readonly fixes: readonly Fixed[]
  readonly fixesOf: Answer | undefined
}

/** What the editor's parts know of each other. */
export const useEditor = create<EditorState>(() => ({ canUndo: false, canRedo: false, comparing: false, fixes: [], fixesOf: undefined }))
