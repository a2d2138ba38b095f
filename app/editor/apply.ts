import type { Answer } from '../../src/answer.ts'
import { applyTo } from './hand.ts'
import type { Fixed } from './state.ts'

/** Does the text still stand as it was when the fix was found? */
export const fitsText = (fix: Fixed, answer: Answer, text: string): boolean =>
  answer.question.files.find((f) => f.name === fix.file)?.text === text

export function applyFix(fix: Fixed, answer: Answer, text: string): void {
  if (fitsText(fix, answer, text)) applyTo(fix.file, fix.edits)
}
