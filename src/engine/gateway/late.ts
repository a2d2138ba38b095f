import { Late } from '../../trace/late.ts'

/** The proxy of a Gateway. */
export const gatewayProxy = new Late(() => import('./part.ts'))
