import { Late } from '../../trace/late.ts'

/** What `cilium bpf` lists, for labs with Cilium. */
export const ciliumLists = new Late(() => import('./lists.ts'))
