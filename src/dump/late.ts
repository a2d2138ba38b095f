import { Late } from '../trace/late.ts'

/** The readers of dumps: few labs have one. */
export const dumpReader = new Late(() => import('./part.ts'))
