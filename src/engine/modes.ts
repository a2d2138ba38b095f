import { cniNames } from '../agents/cni/list.ts'
import { proxyNames } from '../agents/proxy/list.ts'

/** What the page's switches show: how the lab runs, and the names that are modelled. */
export interface Modes {
  readonly proxy: { readonly now: string; readonly modelled: readonly string[] }
  readonly cni: { readonly now: string; readonly modelled: readonly string[] }
}

export type Switch = keyof Modes

/** No kube-proxy, for Cilium's programs do its work. */
export const EBPF = 'ebpf'

/** How the lab runs. */
export const modesOf = (cluster: { readonly proxy: { readonly mode: string }; readonly cni: { readonly name: string } }): Modes => ({
  proxy: {
    now: cluster.proxy.mode === 'none' && cluster.cni.name.startsWith('cilium') ? EBPF : cluster.proxy.mode,
    modelled: [...proxyNames, EBPF],
  },
  cni: { now: cluster.cni.name, modelled: cniNames },
})
