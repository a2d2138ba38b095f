import { Late } from '../../trace/late.ts'

/** Health checks and those who answer them, for labs with load balancers and for whoever asks kube-proxy's own ports. */
export const healthPart = new Late(() => import('./part.ts'))
