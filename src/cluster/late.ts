import { Late } from '../trace/late.ts'

/** Services and Pods by the thousand, for labs that ask for them. */
export const generating = new Late(() => import('./generate.ts'))
