import { Late } from '../../trace/late.ts'

/** What stands in /etc/cni/net.d and /opt/cni/bin, and what is wrong with it: for labs that say so, and where addresses run out. */
export const netConfs = new Late(() => import('./part.ts'))
