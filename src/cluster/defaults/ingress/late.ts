import { Late } from '../../../trace/late.ts'

/** The controller that is made up for Ingresses without one. */
export const ingressDefaults = new Late(() => import('./part.ts'))
