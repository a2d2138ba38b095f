import { Late } from '../../../trace/late.ts'

/** The portmap plugin, for Pods with a hostPort. */
export const portmap = new Late(() => import('./portmap.ts'))
