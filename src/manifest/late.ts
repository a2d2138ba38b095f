import { Late } from '../trace/late.ts'

/** What may not change when a Service is applied over an older one. */
export const serviceChanges = new Late(() => import('./kinds/serviceUpdate.ts'))
