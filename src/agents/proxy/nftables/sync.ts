import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { Field } from '../../../kernel/nft/fields.ts'
import type { Family } from '../../../net/ip.ts'
import { type NodePortAddresses, nodePortAddresses } from '../nodeportaddresses.ts'
import { type ProxyView, viewOf } from '../view.ts'
import { type Version, v1_30 } from './data/v1.30.ts'

/** Everything that one kube-proxy of one family knows while it writes in nftables mode. */
export interface Sync extends ProxyView {
  readonly version: Version
  readonly nodePorts: NodePortAddresses
  readonly masqueradeAll: boolean
  /** The masquerade bit as a number. */
  readonly mark: number
  readonly table: { readonly family: 'ip' | 'ip6'; readonly type: 'ipv4_addr' | 'ipv6_addr' }
  readonly fields: { readonly saddr: Field; readonly daddr: Field }
}

const TABLE = { 4: { family: 'ip', type: 'ipv4_addr' }, 6: { family: 'ip6', type: 'ipv6_addr' } } as const
const FIELDS = { 4: { saddr: 'ip saddr', daddr: 'ip daddr' }, 6: { saddr: 'ip6 saddr', daddr: 'ip6 daddr' } } as const

/** Without nodePortAddresses node ports answer on the node's own address alone, unlike in iptables mode. */
export function syncOf(cluster: Cluster, node: ClusterNode, family: Family): Sync {
  const { nodePortAddresses: given, nftables } = cluster.proxy.config
  const view = viewOf(cluster, node, family)
  const own = view.nodeIP === undefined ? [] : [`${view.nodeIP}/${family === 4 ? 32 : 128}`]
  return {
    ...view,
    version: v1_30,
    nodePorts: nodePortAddresses(family, given.length === 0 ? own : given),
    masqueradeAll: nftables.masqueradeAll,
    mark: 2 ** nftables.masqueradeBit,
    table: TABLE[family],
    fields: FIELDS[family],
  }
}
