/** What is loaded when a lab has a dump (`late.ts`). */
export { looksLikeDump } from './kind.ts'
export { withDumps } from './merge.ts'
export { mergedLinks } from './merge-links.ts'
export { readDump, readingDump } from './read.ts'
