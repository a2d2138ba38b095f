/** What of IPVS is loaded when a node has virtual servers (`late.ts`). */
export { connsOf } from './conn.ts'
export { ipvsEntries } from './hooks.ts'
export { ipvsMatches } from './match.ts'
export { noVirtuals, withIpvs } from './table.ts'
