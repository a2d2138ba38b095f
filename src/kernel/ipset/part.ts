/** What of ipset is loaded when a node has a set, or a rule asks for one (`late.ts`). */
export { elementsOf } from './entry.ts'
export { hasElement, inSet, lookedUp } from './match.ts'
export { listLines, saveLines } from './print.ts'
export { noSets, withIpsets } from './sets.ts'
