import { Late } from '../../trace/late.ts'

/** The process of kube-proxy's userspace mode. */
export const userspaceProcess = new Late(() => import('./proxy.ts'))
