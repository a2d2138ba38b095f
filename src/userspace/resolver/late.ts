import { Late } from '../../trace/late.ts'

/** How musl asks all servers at once; few images have it. */
export const atOnce = new Late(() => import('./at-once.ts'))
