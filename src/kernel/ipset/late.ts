import { Late } from '../../trace/late.ts'

/** ipset, for nodes that have a set. */
export const ipset = new Late(() => import('./part.ts'))
