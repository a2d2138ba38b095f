import { Late } from '../../trace/late.ts'

/** Zone hints, for Services that ask for them. */
export const zoneHinting = new Late(() => import('./hints.ts'))
