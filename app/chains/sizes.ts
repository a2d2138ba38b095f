import type { Lang } from '../ui/lang.ts'

/** Measures of the columns in px; chains.css draws by the same. */
export const narrowest = 196
export const widest = 340
/** From a column's edge to its text. */
export const inset = 14
/** One character of JetBrains Mono at 11 px, and of a title at 12 px. */
export const monoChar = 6.6
export const titleChar = 7.2
export const lineHeight = 15
export const titleHeight = 18
export const rowPad = 6
/** Entries that were not asked for stand closer. */
export const otherPad = 3
export const rowGap = 4
export const columnPad = 10
/** Between two columns; each line that goes around one needs a track more. */
export const gutter = 34
export const track = 7
/** Between a card and a line that passes under it. */
export const under = 14
/** Left of the first column and right of the last, above and below. */
export const margin = 14

/** CJK is never under 12 px. */
export const noteSize = (lang: Lang): number => (lang === 'zh' ? 12 : 11)
export const noteHeight = (lang: Lang): number => (lang === 'zh' ? 17 : 15)
export const headSize = (lang: Lang): number => (lang === 'zh' ? 12.5 : 12)
