import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import { printCall } from '../../../kernel/iptables/print.ts'
import type { Family } from '../../../net/ip.ts'
import { conntrackCleanup, healthChecks } from '../after.ts'
import type { Section } from '../proxy.ts'
import { familiesOf, unexplained } from '../view.ts'
import { jumpCalls } from './fixed.ts'
import { ipsOf, sysctls } from './host.ts'
import { syncOf } from './sync.ts'
import { restoreText } from './text.ts'

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

/** What kube-proxy in iptables mode writes, as text (`packetwalk rules`): no walk needs it. */
export const iptablesSections = (cluster: Cluster, node: ClusterNode): readonly Section[] =>
  familiesOf(node).flatMap((f) => sectionsOf(cluster, node, f))
