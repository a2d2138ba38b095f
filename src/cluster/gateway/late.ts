import { Late } from '../../trace/late.ts'

/** The controller of Gateway API, for labs that have a Gateway. */
export const gatewayController = new Late(() => import('./part.ts'))
