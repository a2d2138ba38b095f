import { Late } from '../../../trace/late.ts'

/** kube-proxy as a process with a past: for labs that stop it, start it again, change things meanwhile, or ask for its log. */
export const proxyProcess = new Late(() => import('./part.ts'))
