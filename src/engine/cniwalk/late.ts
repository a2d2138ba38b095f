import { Late } from '../../trace/late.ts'

/** CNI ADD and DEL as walks of their own. */
export const cniWalks = new Late(() => import('./cniwalk.ts'))
