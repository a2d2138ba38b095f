// A text from outside, as it may stand in a sentence of the page.
export { visible } from '../../src/words/sentence.ts'
