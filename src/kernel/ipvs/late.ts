import { Late } from '../../trace/late.ts'

/** IPVS, for nodes that have virtual servers. */
export const ipvs = new Late(() => import('./part.ts'))
