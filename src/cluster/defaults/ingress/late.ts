import { Late } from '../../../trace/late.ts'

/** Ingresses and the controller that is made up for those without one. */
export const ingressDefaults = new Late(() => import('./part.ts'))
