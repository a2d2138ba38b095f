import { Late } from '../../trace/late.ts'

/** Weave Net's ring of addresses, for clusters that have it. */
export const weave = new Late(() => import('./part.ts'))
