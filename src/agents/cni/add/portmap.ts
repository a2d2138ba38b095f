import type { ClusterPod } from '../../../cluster/cluster.ts'
import type { Conf } from '../../../cluster/netconf/read.ts'
import type { Cidr } from '../../../net/ip.ts'
import { hostPortOf } from '../host-ports.ts'
import { hostPortOps } from '../portmap/portmap.ts'
import { callsText } from './rules.ts'
import type { Call, Plugin } from './types.ts'

/** Host ports of a Pod as the kubelet tells the runtime, and the runtime the plugin (runtimeConfig.portMappings). */
export const mappingsOf = (pod: ClusterPod): readonly Conf[] =>
  pod.spec.containers.flatMap(({ ports }) =>
    ports
      .filter(({ hostPort }) => hostPort !== 0)
      .map(({ hostPort, containerPort, protocol }) => ({ hostPort, containerPort, protocol: protocol.toLowerCase(), hostIP: '' })),
  )

const told = (pod: ClusterPod): string =>
  mappingsOf(pod)
    .map(({ hostPort, containerPort, protocol }) => `${hostPort} → ${containerPort}/${protocol}`)
    .join(', ')

/**
 * The portmap plugin behind another: rules for the Pod's host ports, what it heard handed on. `addrs`: the Pod's addresses with the length
 * that they have in it; `dev`: the device that leads to it.
 */
export function portmapPlugin(addrs: (call: Call) => readonly Cidr[], dev: (call: Call) => string): Plugin {
  const shared = { from: 'plugin', to: 'kernel', program: 'portmap' } as const
  const opsOf = (call: Call, framed: boolean) =>
    hostPortOf(call.pod) === undefined || call.pod.podIPs.length === 0
      ? []
      : hostPortOps(call.cluster, call.network, [{ pod: call.pod, addrs: addrs(call) }], () => dev(call), framed)
  return {
    add(call) {
      const ops = opsOf(call, !call.before.some((pod) => hostPortOf(pod) !== undefined))
      const result = call.prev
      const step =
        ops.length === 0
          ? ({ from: 'plugin', to: 'plugin', program: 'portmap', code: 'portmap-none' } as const)
          : ({ ...shared, code: 'portmap', params: { ports: told(call.pod) }, ops: [{ netns: call.node.meta.name, ops }] } as const)
      return { steps: [step], ...(result === undefined ? {} : { result }) }
    },
    del(call) {
      const rules = callsText(opsOf(call, false))
      if (rules.length === 0) return [{ from: 'plugin', to: 'plugin', program: 'portmap', code: 'portmap-del-none' }]
      return [{ ...shared, code: 'portmap-del', params: { ports: told(call.pod) }, gone: [{ netns: call.node.meta.name, rules }] }]
    },
  }
}
