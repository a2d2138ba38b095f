import { Late } from '../../trace/late.ts'

/** For labs whose text says what happened before, or holds a configuration that kube-proxy refuses. */
export const past = new Late(() => import('./part.ts'))
