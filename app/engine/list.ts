/** Beside the words, which come later: the page's own sentences have lists too. */
export { listed } from '../../src/words/lang.ts'
