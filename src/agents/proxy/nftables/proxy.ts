import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { NftTable } from '../../../kernel/nft/ast.ts'
import type { Op } from '../../../kernel/op.ts'
import type { Family, Ip } from '../../../net/ip.ts'
import { isLoopback } from '../../../net/ip.ts'
import { interfaceAddresses, interfaceNames } from '../../machine/interfaces.ts'
import { conntrackCleanup, healthChecks } from '../after.ts'
import { nodePortIps } from '../nodeportaddresses.ts'
import type { ProxyMode, Section } from '../proxy.ts'
import { startSysctls } from '../start.ts'
import { familiesOf, unexplained } from '../view.ts'
import { type Sync, syncOf } from './sync.ts'
import { draftOf, tableOf } from './table.ts'
import { tableText } from './text.ts'

/** Node ports on loopback are not offered in this mode. */
const ipsOf = (sync: Sync): readonly Ip[] =>
  nodePortIps(sync.nodePorts, interfaceAddresses(sync.cluster, sync.node), sync.family).filter((ip) => !isLoopback(ip))

/**
 * nft turns the name behind `iif` into the index of a device and refuses the whole transaction when there is none: always so for a
 * prefix (nft 1.0.6, recorded). Then kube-proxy has no table at all.
 */
function refused({ cluster, node, detector }: Sync): boolean {
  if (detector === undefined || detector.by === 'source') return false
  return detector.by === 'devices' || !interfaceNames(cluster, node).includes(detector.dev)
}

function opsOf(cluster: Cluster, node: ClusterNode, family: Family): readonly Op[] {
  const sync = syncOf(cluster, node, family)
  const table = (): NftTable => tableOf(draftOf(sync, () => ipsOf(sync)))
  return [...startSysctls(sync), ...(refused(sync) ? [] : [{ do: 'nft-table' as const, table: table() }])]
}

function sectionsOf(cluster: Cluster, node: ClusterNode, family: Family): readonly Section[] {
  const sync = unexplained(syncOf(cluster, node, family))
  return [
    { name: `family IPv${family}`, lines: [] },
    { name: 'nft', lines: tableText(sync, () => ipsOf(sync)) },
    { name: 'healthcheck', lines: healthChecks(cluster, node, family) },
    { name: 'conntrack', lines: conntrackCleanup(cluster, node, family) },
  ]
}

/** kube-proxy v1.30 in nftables mode: one table for each address family of the node. */
export const nftablesProxy: ProxyMode = {
  mode: 'nftables',
  ops: (cluster, node) => familiesOf(node).flatMap((f) => opsOf(cluster, node, f)),
  sections: (cluster, node) => familiesOf(node).flatMap((f) => sectionsOf(cluster, node, f)),
}
