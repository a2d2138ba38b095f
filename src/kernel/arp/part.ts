/** What is loaded for a walk from empty tables (`late.ts`). */
export { ask, known } from './ask.ts'
export { flood, learn, learnt, onWire } from './frames.ts'
export { arrived } from './hear.ts'
