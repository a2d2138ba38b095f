import { Late } from '../../../trace/late.ts'

/** Columns of programs of eBPF, for labs that have some. */
export const bpfColumns = new Late(() => import('./part.ts'))
