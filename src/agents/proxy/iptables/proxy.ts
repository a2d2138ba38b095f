import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import { printCall } from '../../../kernel/iptables/print.ts'
import type { Op } from '../../../kernel/op.ts'
import type { Family, Ip } from '../../../net/ip.ts'
import { interfaceAddresses } from '../../machine/interfaces.ts'
import { conntrackCleanup, healthChecks } from '../after.ts'
import { nodePortIps } from '../nodeportaddresses.ts'
import type { ProxyMode, Section } from '../proxy.ts'
import { startSysctls } from '../start.ts'
import { familiesOf, unexplained } from '../view.ts'
import { jumpCalls } from './fixed.ts'
import { restoreOf } from './restore.ts'
import { type Sync, syncOf } from './sync.ts'
import { restoreText } from './text.ts'

const ipsOf = (sync: Sync): readonly Ip[] => nodePortIps(sync.nodePorts, interfaceAddresses(sync.cluster, sync.node), sync.family)

/** Without it the kernel takes no packet for 127.0.0.1 that goes elsewhere: a node port could not be reached there. */
const sysctls = (sync: Sync): readonly (readonly [name: string, value: number])[] =>
  sync.localhost ? [['net/ipv4/conf/all/route_localnet', 1]] : []

function opsOf(sync: Sync): readonly Op[] {
  const because = sync.because('localhost-node-ports', [sync.cluster.proxy.because])
  return [
    ...startSysctls(sync),
    ...sysctls(sync).map(([name, value]): Op => ({ do: 'sysctl', name, value, because })),
    { do: 'iptables', family: sync.family, calls: jumpCalls(sync) },
    { do: 'iptables-restore', family: sync.family, restore: restoreOf(sync, () => ipsOf(sync)) },
  ]
}

function sectionsOf(cluster: Cluster, node: ClusterNode, family: Family): readonly Section[] {
  const sync = unexplained(syncOf(cluster, node, family))
  return [
    { name: `family IPv${family}`, lines: [] },
    { name: 'sysctl', lines: sysctls(sync).map(([name, value]) => `${name}=${value}`) },
    { name: 'iptables', lines: jumpCalls(sync).map(printCall) },
    { name: 'iptables-restore', lines: restoreText(sync, () => ipsOf(sync)) },
    { name: 'healthcheck', lines: healthChecks(cluster, node, family) },
    { name: 'conntrack', lines: conntrackCleanup(cluster, node, family) },
  ]
}

/** kube-proxy v1.30 in iptables mode: one run for each address family of the node, on its own rules. */
export const iptablesProxy: ProxyMode = {
  mode: 'iptables',
  ops: (cluster, node) => familiesOf(node).flatMap((f) => opsOf(syncOf(cluster, node, f))),
  sections: (cluster, node) => familiesOf(node).flatMap((f) => sectionsOf(cluster, node, f)),
}
