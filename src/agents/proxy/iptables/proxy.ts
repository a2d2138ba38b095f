import type { Op } from '../../../kernel/op.ts'
import { Late } from '../../../trace/late.ts'
import type { ProxyMode } from '../proxy.ts'
import { startSysctls } from '../start.ts'
import { familiesOf } from '../view.ts'
import { jumpCalls } from './fixed.ts'
import { ipsOf, sysctls } from './host.ts'
import { restoreOf } from './restore.ts'
import { type Sync, syncOf } from './sync.ts'

/** What is printed, for who reads it. */
export const iptablesPrinted = new Late(() => import('./sections.ts'))

function opsOf(sync: Sync): readonly Op[] {
  const because = sync.because('localhost-node-ports', [sync.cluster.proxy.because])
  return [
    ...startSysctls(sync),
    ...sysctls(sync).map(([name, value]): Op => ({ do: 'sysctl', name, value, because })),
    { do: 'iptables', family: sync.family, calls: jumpCalls(sync) },
    { do: 'iptables-restore', family: sync.family, restore: restoreOf(sync, () => ipsOf(sync)) },
  ]
}

/** kube-proxy v1.30 in iptables mode: one run for each address family of the node, on its own rules. */
export const iptablesProxy: ProxyMode = {
  mode: 'iptables',
  ops: (cluster, node) => familiesOf(node).flatMap((f) => opsOf(syncOf(cluster, node, f))),
  sections: (cluster, node) => iptablesPrinted.get().iptablesSections(cluster, node),
}
