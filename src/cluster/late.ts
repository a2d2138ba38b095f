import { Late } from '../trace/late.ts'

/** Services and Pods by the thousand, for labs that ask for them. */
export const generating = new Late(() => import('./generate.ts'))

/** Dumps given to their nodes. */
export const settledDumps = new Late(() => import('./dumps-settled.ts'))
