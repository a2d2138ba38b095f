import type { TableName } from '../../../../trace/event.ts'

/** What a set holds: addresses, addresses with ports, ports. */
export type SetType = 'hash:ip' | 'hash:ip,port' | 'hash:ip,port,ip' | 'hash:ip,port,net' | 'bitmap:port'

/** A rule for a set, written only while the set holds something. */
export interface SetRule {
  readonly set: string
  readonly table: TableName
  readonly chain: string
  /** A chain, or the target of another name. */
  readonly does: string
  /** `dst,dst,src`: what of the packet is looked up, field by field. */
  readonly sides: string
  readonly proto?: 'tcp' | 'udp' | 'sctp'
}

const nodePort = (proto: 'tcp' | 'udp' | 'sctp'): readonly SetRule[] => {
  const name = proto.toUpperCase()
  const [tail, sides] = proto === 'sctp' ? ['-HASH', 'dst,dst'] : ['', 'dst']
  const at = { table: 'nat', chain: 'KUBE-NODE-PORT', sides, proto } as const
  return [
    { ...at, set: `KUBE-NODE-PORT-LOCAL-${name}${tail}`, does: 'RETURN' },
    { ...at, set: `KUBE-NODE-PORT-${name}${tail}`, does: 'KUBE-MARK-MASQ' },
  ]
}

const nodePortSets = (proto: string, type: SetType, more: string): readonly (readonly [string, SetType, string])[] => {
  const tail = proto === 'SCTP' ? '-HASH' : ''
  return [
    [`KUBE-NODE-PORT-${proto}${tail}`, type, `Kubernetes nodeport ${proto} port for masquerade purpose${more}`],
    [`KUBE-NODE-PORT-LOCAL-${proto}${tail}`, type, `Kubernetes nodeport ${proto} port with externalTrafficPolicy=local${more}`],
  ]
}

/** kube-proxy v1.30, mode ipvs (pkg/proxy/ipvs/proxier.go, ipset.go). Another version is another file of this shape. */
export const v1_30 = {
  version: 'v1.30',
  device: 'kube-ipvs0',
  sysctls: [
    ['net/ipv4/vs/conntrack', 1],
    ['net/ipv4/vs/expire_nodest_conn', 1],
    ['net/ipv4/vs/expire_quiescent_template', 1],
    ['net/ipv4/ip_forward', 1],
  ] as readonly (readonly [name: string, value: number])[],
  strictARP: [
    ['net/ipv4/conf/all/arp_ignore', 1],
    ['net/ipv4/conf/all/arp_announce', 2],
  ] as readonly (readonly [name: string, value: number])[],
  /** In the order in which they are made and declared. */
  natChains: ['KUBE-SERVICES', 'KUBE-POSTROUTING', 'KUBE-NODE-PORT', 'KUBE-LOAD-BALANCER', 'KUBE-MARK-MASQ'],
  filterChains: [
    'KUBE-FORWARD',
    'KUBE-NODE-PORT',
    'KUBE-PROXY-FIREWALL',
    'KUBE-SOURCE-RANGES-FIREWALL',
    'KUBE-IPVS-FILTER',
    'KUBE-IPVS-OUT-FILTER',
  ],
  /** In the order in which they are ensured, each at the head of its chain. */
  jumps: [
    ['nat', 'OUTPUT', 'KUBE-SERVICES', 'kubernetes service portals'],
    ['nat', 'PREROUTING', 'KUBE-SERVICES', 'kubernetes service portals'],
    ['nat', 'POSTROUTING', 'KUBE-POSTROUTING', 'kubernetes postrouting rules'],
    ['filter', 'FORWARD', 'KUBE-FORWARD', 'kubernetes forwarding rules'],
    ['filter', 'INPUT', 'KUBE-NODE-PORT', 'kubernetes health check rules'],
    ['filter', 'INPUT', 'KUBE-PROXY-FIREWALL', 'kube-proxy firewall rules'],
    ['filter', 'FORWARD', 'KUBE-PROXY-FIREWALL', 'kube-proxy firewall rules'],
    ['filter', 'INPUT', 'KUBE-IPVS-FILTER', 'kubernetes ipvs access filter'],
    ['filter', 'OUTPUT', 'KUBE-IPVS-OUT-FILTER', 'kubernetes ipvs access filter'],
  ] as readonly (readonly [table: TableName, from: string, to: string, comment: string])[],
  /** Name, type and what it is for, in kube-proxy's words. */
  sets: [
    ['KUBE-LOOP-BACK', 'hash:ip,port,ip', 'Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose'],
    ['KUBE-CLUSTER-IP', 'hash:ip,port', 'Kubernetes service cluster ip + port for masquerade purpose'],
    ['KUBE-EXTERNAL-IP', 'hash:ip,port', 'Kubernetes service external ip + port for masquerade and filter purpose'],
    ['KUBE-EXTERNAL-IP-LOCAL', 'hash:ip,port', 'Kubernetes service external ip + port with externalTrafficPolicy=local'],
    ['KUBE-LOAD-BALANCER', 'hash:ip,port', 'Kubernetes service lb portal'],
    ['KUBE-LOAD-BALANCER-LOCAL', 'hash:ip,port', 'Kubernetes service load balancer ip + port with externalTrafficPolicy=local'],
    ['KUBE-LOAD-BALANCER-FW', 'hash:ip,port', 'Kubernetes service load balancer ip + port for load balancer with sourceRange'],
    ['KUBE-LOAD-BALANCER-SOURCE-IP', 'hash:ip,port,ip', 'Kubernetes service load balancer ip + port + source IP for packet filter purpose'],
    [
      'KUBE-LOAD-BALANCER-SOURCE-CIDR',
      'hash:ip,port,net',
      'Kubernetes service load balancer ip + port + source cidr for packet filter purpose',
    ],
    ...nodePortSets('TCP', 'bitmap:port', ''),
    ...nodePortSets('UDP', 'bitmap:port', ''),
    ...nodePortSets('SCTP', 'hash:ip,port', " with type 'hash ip:port'"),
    ['KUBE-HEALTH-CHECK-NODE-PORT', 'bitmap:port', 'Kubernetes health check node port'],
    ['KUBE-IPVS-IPS', 'hash:ip', 'Kubernetes IPVS addresses'],
  ] as readonly (readonly [name: string, type: SetType, comment: string])[],
  setRules: [
    { set: 'KUBE-LOOP-BACK', table: 'nat', chain: 'KUBE-POSTROUTING', does: 'MASQUERADE', sides: 'dst,dst,src' },
    { set: 'KUBE-LOAD-BALANCER', table: 'nat', chain: 'KUBE-SERVICES', does: 'KUBE-LOAD-BALANCER', sides: 'dst,dst' },
    { set: 'KUBE-LOAD-BALANCER-LOCAL', table: 'nat', chain: 'KUBE-LOAD-BALANCER', does: 'RETURN', sides: 'dst,dst' },
    ...nodePort('tcp'),
    ...nodePort('udp'),
    ...nodePort('sctp'),
    {
      set: 'KUBE-LOAD-BALANCER-FW',
      table: 'filter',
      chain: 'KUBE-PROXY-FIREWALL',
      does: 'KUBE-SOURCE-RANGES-FIREWALL',
      sides: 'dst,dst',
    },
    {
      set: 'KUBE-LOAD-BALANCER-SOURCE-CIDR',
      table: 'filter',
      chain: 'KUBE-SOURCE-RANGES-FIREWALL',
      does: 'RETURN',
      sides: 'dst,dst,src',
    },
    {
      set: 'KUBE-LOAD-BALANCER-SOURCE-IP',
      table: 'filter',
      chain: 'KUBE-SOURCE-RANGES-FIREWALL',
      does: 'RETURN',
      sides: 'dst,dst,src',
    },
  ] as readonly SetRule[],
  /** What KUBE-IPVS-FILTER lets through before new connections to a bound address are refused: set and what is looked up. */
  passes: [
    ['KUBE-LOAD-BALANCER', 'dst,dst'],
    ['KUBE-CLUSTER-IP', 'dst,dst'],
    ['KUBE-EXTERNAL-IP', 'dst,dst'],
    ['KUBE-EXTERNAL-IP-LOCAL', 'dst,dst'],
    ['KUBE-HEALTH-CHECK-NODE-PORT', 'dst'],
  ] as readonly (readonly [set: string, sides: string])[],
} as const

export type Version = typeof v1_30
