import { cniNames, cniOf } from '../agents/cni/list.ts'
import { proxyNames } from '../agents/proxy/list.ts'
import type { Cluster } from '../cluster/cluster.ts'

/** What the page's switches show: how the lab runs, and the names that are modelled. */
export interface Modes {
  readonly proxy: { readonly now: string; readonly modelled: readonly string[] }
  /** `unproven`: its title, where nobody has compared this part of the model with a kernel. */
  readonly cni: { readonly now: string; readonly modelled: readonly string[]; readonly unproven?: string }
}

export type Switch = keyof Modes

/** No kube-proxy, for Cilium's programs do its work. */
export const EBPF = 'ebpf'

/** How the lab runs. */
export function modesOf(cluster: Cluster): Modes {
  const unproven = cniOf(cluster)?.unproven
  return {
    proxy: {
      now: cluster.proxy.mode === 'none' && cluster.cni.name.startsWith('cilium') ? EBPF : cluster.proxy.mode,
      modelled: [...proxyNames, EBPF],
    },
    cni: { now: cluster.cni.name, modelled: cniNames, ...(unproven === undefined ? {} : { unproven }) },
  }
}
