import { Late } from '../trace/late.ts'

/** Edits of a text that keep all else as it stands, for switches and fixes. */
export const textEdits = new Late(() => import('./edit.ts'))

/** What may not change when a Service is applied over an older one. */
export const serviceChanges = new Late(() => import('./kinds/serviceUpdate.ts'))
