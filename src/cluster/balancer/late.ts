import { Late } from '../../trace/late.ts'

/** What gives Services of type LoadBalancer their addresses, for labs that have some. */
export const balancing = new Late(() => import('./part.ts'))
