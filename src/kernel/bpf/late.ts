import { Late } from '../../trace/late.ts'

/** eBPF, for namespaces that have a program attached. */
export const bpf = new Late(() => import('./part.ts'))
