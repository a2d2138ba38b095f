/** What of nftables is loaded when a namespace has a table (`late.ts`). */
export { baseChains, nftTracks, unrunChain } from './base.ts'
export { printElement, printNftRule } from './print-rule.ts'
export { emptyNft, withNft, withTable } from './ruleset.ts'
export { runBaseChain } from './run.ts'
