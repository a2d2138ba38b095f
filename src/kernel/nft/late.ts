import { Late } from '../../trace/late.ts'

/** The language of nft, for namespaces that have a table. */
export const nft = new Late(() => import('./part.ts'))
