import { Late } from '../../trace/late.ts'

/** Calico's IPAM and BGP, for clusters that have it. */
export const calico = new Late(() => import('./part.ts'))
