import { Late } from '../trace/late.ts'

/** What dumps say of nodes and their Pods, for labs that have one. */
export const dumpedNodes = new Late(() => import('./dumped.ts'))
