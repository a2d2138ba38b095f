/** What of ipset is loaded when a node has a set, or a rule asks for one (`late.ts`). */
export { inSet } from './match.ts'
export { noSets, withIpsets } from './sets.ts'
