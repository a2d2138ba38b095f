import type { CtStateWord } from '../../../../kernel/iptables/ast.ts'
import type { TableName } from '../../../../trace/event.ts'

/** A rule in a built-in chain that leads to one of kube-proxy's chains. */
export interface Jump {
  readonly table: TableName
  readonly to: string
  readonly from: string
  readonly states?: readonly CtStateWord[]
  readonly comment?: string
}

const NEW = ['NEW'] as const
const external = {
  table: 'filter',
  to: 'KUBE-EXTERNAL-SERVICES',
  states: NEW,
  comment: 'kubernetes externally-visible service portals',
} as const
const portals = { to: 'KUBE-SERVICES', comment: 'kubernetes service portals' } as const
const firewall = { table: 'filter', to: 'KUBE-PROXY-FIREWALL', states: NEW, comment: 'kubernetes load balancer firewall' } as const

/** kube-proxy v1.30, mode iptables (pkg/proxy/iptables/proxier.go). Another version is another file of this shape. */
export const v1_30 = {
  version: 'v1.30',
  /** In the order in which they are ensured, each at the head of its chain. */
  jumps: [
    { ...external, from: 'INPUT' },
    { ...external, from: 'FORWARD' },
    { table: 'filter', to: 'KUBE-NODEPORTS', from: 'INPUT', comment: 'kubernetes health check service ports' },
    { ...portals, table: 'filter', from: 'FORWARD', states: NEW },
    { ...portals, table: 'filter', from: 'OUTPUT', states: NEW },
    { table: 'filter', to: 'KUBE-FORWARD', from: 'FORWARD', comment: 'kubernetes forwarding rules' },
    { ...firewall, from: 'INPUT' },
    { ...firewall, from: 'OUTPUT' },
    { ...firewall, from: 'FORWARD' },
    { ...portals, table: 'nat', from: 'OUTPUT' },
    { ...portals, table: 'nat', from: 'PREROUTING' },
    { table: 'nat', to: 'KUBE-POSTROUTING', from: 'POSTROUTING', comment: 'kubernetes postrouting rules' },
    { table: 'filter', to: 'KUBE-FIREWALL', from: 'INPUT' },
    { table: 'filter', to: 'KUBE-FIREWALL', from: 'OUTPUT' },
  ] satisfies readonly Jump[] as readonly Jump[],
  /** Chains that each restore declares; KUBE-FIREWALL follows where localhost node ports are on. */
  filterChains: ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-FORWARD', 'KUBE-NODEPORTS', 'KUBE-PROXY-FIREWALL'],
  localhostChain: 'KUBE-FIREWALL',
  natChains: ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ'],
  texts: {
    localnet: 'block incoming localnet connections',
    nodePorts: 'kubernetes service nodeports; NOTE: this must be the last rule in this chain',
    clusterIP: (p: string) => `${p} cluster IP`,
    externalIP: (p: string) => `${p} external IP`,
    loadBalancerIP: (p: string) => `${p} loadbalancer IP`,
    noEndpoints: (p: string) => `${p} has no endpoints`,
    noLocalEndpoints: (p: string) => `${p} has no local endpoints`,
    healthCheck: (p: string) => `${p} health check node port`,
    notAccepted: (p: string, chain: string) => `${p} traffic not accepted by ${chain}`,
    masqueradeExternal: (p: string) => `masquerade traffic for ${p} external destinations`,
    podExternal: (p: string) => `pod traffic for ${p} external destinations`,
    masqueradeLocal: (p: string) => `masquerade LOCAL traffic for ${p} external destinations`,
    routeLocal: (p: string) => `route LOCAL traffic for ${p} external destinations`,
    otherTraffic: (p: string) => `other traffic to ${p} will be dropped by KUBE-PROXY-FIREWALL`,
    endpoint: (p: string, endpoint: string) => `${p} -> ${endpoint}`,
  },
  /** Above so many endpoint entries, over all service ports, the comments of endpoint rules are left out. */
  largeCluster: 1000,
} as const

export type Version = typeof v1_30
