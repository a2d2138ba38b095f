import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import { printCall } from '../../../kernel/iptables/print.ts'
import type { Op } from '../../../kernel/op.ts'
import { endpointText } from '../../../net/message.ts'
import type { ProxyMode, Section } from '../proxy.ts'
import { startSysctls } from '../start.ts'
import { callsOf } from './calls.ts'
import { proxyProcess } from './name.ts'
import { ownPorts, portalsOf, viewOfNode } from './portals.ts'

function opsOf(cluster: Cluster, node: ClusterNode): readonly Op[] {
  const view = viewOfNode(cluster, node)
  const ports = ownPorts(view)
  return [
    ...startSysctls(view),
    { do: 'iptables', family: view.family, calls: callsOf(view, ports) },
    ...ports.map(({ port, proxyPort }): Op => {
      const because = view.because('listen', [port.portCause('port')])
      return { do: 'listen', listener: { proto: port.proto, port: proxyPort, process: proxyProcess(node.meta.name), because } }
    }),
  ]
}

function sectionsOf(cluster: Cluster, node: ClusterNode): readonly Section[] {
  const view = viewOfNode(cluster, node)
  const any = view.family === 4 ? '0.0.0.0' : '[::]'
  return [
    { name: `family IPv${view.family}`, lines: [] },
    { name: 'iptables', lines: callsOf(view, ownPorts(view)).map(printCall) },
    {
      name: 'listeners',
      lines: portalsOf(cluster, node).flatMap((p) => [
        `${p.proto} ${any}:${p.port} ${p.name}`,
        ...p.endpoints.map((e) => `  endpoint ${endpointText(e.address, e.port)}`),
      ]),
    },
  ]
}

/**
 * kube-proxy's oldest mode, gone since 1.26: rules lead to ports on which the process itself listens, and it copies bytes to the endpoint
 * that is next. Written from its description; nothing recorded exists.
 */
export const userspaceProxy: ProxyMode = { mode: 'userspace', ops: opsOf, sections: sectionsOf }
