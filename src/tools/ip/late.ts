import { Late } from '../../trace/late.ts'

/** What `ip -d` tells of a device beside the rest. */
export const details = new Late(() => import('./details.ts'))
