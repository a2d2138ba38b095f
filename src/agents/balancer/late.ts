import { Late } from '../../trace/late.ts'

/** What load balancers write, for labs that have one. */
export const balancerPart = new Late(() => import('./part.ts'))
