import { set, state } from '../store.ts'

/** Shows a place of the text in the editor. */
export function reveal(file: string, offset: number): void {
  set({ file, reveal: { file, offset, stamp: (state().reveal?.stamp ?? 0) + 1 }, sheet: state().sheet })
}
