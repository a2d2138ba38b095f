import type { Base } from '../../../../kernel/nft/ast.ts'

const base = (type: Base['type'], hook: Base['hook'], priority: number): Base => ({ type, hook, priority, policy: 'accept' })

/** A set that is there whatever the Services are. */
export interface FixedSet {
  readonly name: string
  readonly kind: 'set' | 'map'
  /** `address` stands for the family's type. */
  readonly type: readonly string[]
  readonly comment: string
}

const destination = ['address', 'inet_proto', 'inet_service'] as const

/** kube-proxy v1.30, mode nftables, alpha (pkg/proxy/nftables/proxier.go). Another version is another file of this shape. */
export const v1_30 = {
  version: 'v1.30',
  table: 'kube-proxy',
  comment: 'rules for kube-proxy',
  bases: {
    'filter-forward': base('filter', 'forward', -110),
    'filter-input': base('filter', 'input', -110),
    'filter-output': base('filter', 'output', -110),
    'filter-output-post-dnat': base('filter', 'output', -90),
    'filter-prerouting': base('filter', 'prerouting', -110),
    'nat-output': base('nat', 'output', -100),
    'nat-postrouting': base('nat', 'postrouting', 100),
    'nat-prerouting': base('nat', 'prerouting', -100),
  } as Readonly<Record<string, Base>>,
  /** For new connections: base chain to what checks them, in the order of the rules. */
  checks: [
    ['filter-forward', 'service-endpoints-check'],
    ['filter-forward', 'cluster-ips-check'],
    ['filter-input', 'nodeport-endpoints-check'],
    ['filter-input', 'service-endpoints-check'],
    ['filter-output', 'service-endpoints-check'],
    ['filter-output', 'firewall-check'],
    ['filter-output-post-dnat', 'cluster-ips-check'],
    ['filter-prerouting', 'firewall-check'],
  ] as readonly (readonly [from: string, to: string])[],
  sets: [
    { name: 'cluster-ips', kind: 'set', type: ['address'], comment: 'Active ClusterIPs' },
    { name: 'nodeport-ips', kind: 'set', type: ['address'], comment: 'IPs that accept NodePort traffic' },
    { name: 'firewall-ips', kind: 'map', type: destination, comment: 'destinations that are subject to LoadBalancerSourceRanges' },
    {
      name: 'no-endpoint-nodeports',
      kind: 'map',
      type: ['inet_proto', 'inet_service'],
      comment: 'vmap to drop or reject packets to service nodeports with no endpoints',
    },
    {
      name: 'no-endpoint-services',
      kind: 'map',
      type: destination,
      comment: 'vmap to drop or reject packets to services with no endpoints',
    },
    { name: 'service-ips', kind: 'map', type: destination, comment: 'ClusterIP, ExternalIP and LoadBalancer IP traffic' },
    { name: 'service-nodeports', kind: 'map', type: ['inet_proto', 'inet_service'], comment: 'NodePort traffic' },
  ] as readonly FixedSet[],
  texts: {
    rejectChain: 'helper for @no-endpoint-services / @no-endpoint-nodeports',
    invalidPorts: 'Reject traffic to invalid ports of ClusterIPs',
    podExternal: 'short-circuit pod traffic',
    masqueradeLocal: 'masquerade local traffic',
    routeLocal: 'short-circuit local traffic',
  },
} as const

export type Version = typeof v1_30
