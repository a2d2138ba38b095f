import { Late } from '../../trace/late.ts'

/** For labs to which something happens before they are asked. */
export const timeline = new Late(() => import('./part.ts'))
