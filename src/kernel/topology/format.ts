/**
 * The `topology` of a recorded kernel walk (`packetwalk-kernel-golden/1`). Route, neighbour and FDB entries are the words after
 * `ip route add`, `ip neigh add` and `bridge fdb`.
 */
export interface TopologyJson {
  readonly cni?: string
  readonly namespaces: readonly NamespaceJson[]
}

export interface NamespaceJson {
  readonly name: string
  readonly kind: string
  /** false: the recording does not show what happens there. */
  readonly observe?: boolean
  readonly links: readonly LinkJson[]
  readonly routes?: readonly string[]
  /** The words after `ip rule add`. */
  readonly rules?: readonly string[]
  readonly neigh?: readonly string[]
  readonly fdb?: readonly string[]
  readonly sysctls?: Readonly<Record<string, number>>
}

/** `mtu` defaults to 1500, `up` to true; `lo` is not listed. */
export interface LinkJson {
  readonly dev: string
  readonly kind: string
  readonly mac?: string
  readonly addrs?: readonly string[]
  readonly mtu?: number
  readonly master?: string
  readonly hairpin?: boolean
  readonly isolated?: boolean
  readonly up?: boolean
  readonly peer?: readonly string[]
  readonly wire?: string
  readonly vni?: number
  readonly local?: string
  readonly remote?: string
  /** IPIP: TTL of the outer packet, inherited where it is not given. */
  readonly ttl?: number
  readonly underlay?: string
  readonly dstport?: number
  /** VXLAN: learns from what it receives. */
  readonly learning?: boolean
}
