import type { Cluster } from './cluster.ts'
import { ingressDefaults } from './defaults/ingress/late.ts'
import type { Settling } from './settling.ts'
import type { Sorted } from './sorted.ts'

/** Ingresses, classes and Secrets as the API server holds them; its code comes when there are some. */
export const settleIngress = (s: Settling, sorted: Sorted): Pick<Cluster, 'ingresses' | 'ingressClasses' | 'secrets'> =>
  sorted.ingresses.length + sorted.ingressClasses.length + sorted.secrets.length === 0
    ? { ingresses: [], ingressClasses: [], secrets: [] }
    : ingressDefaults.get().settleIngress(s, sorted)
