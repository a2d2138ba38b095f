import type { Cluster } from '../../../cluster/cluster.ts'
import { familyOf, type Ip, isLoopback } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { writtenBy } from '../../why.ts'
import { type Endpoint, endpointsOf, type Site } from './site.ts'

/** One port of a container that its node is to hand on (pkg/k8s/watchers/pod.go, pkg/loadbalancer/reflectors). */
export interface HostPort {
  /** `0.0.0.0` stands for every address that the node's own processes may call. */
  readonly addresses: readonly Ip[]
  readonly port: number
  readonly proto: 'tcp' | 'udp' | 'sctp'
  /** `hostIP` is a loopback address: nobody but the node's own processes, and these at 127.0.0.1 alone. */
  readonly loopback?: true
  readonly pod: Endpoint
  readonly to: number
  readonly because: CauseId
}

export const ANYWHERE = '0.0.0.0' as Ip

const addressesOf = (self: Site, hostIP: Ip | undefined): readonly Ip[] => {
  if (hostIP === undefined || hostIP === ANYWHERE) return [self.publicIp, ANYWHERE]
  if (familyOf(hostIP) === 6) return []
  return [isLoopback(hostIP) ? ANYWHERE : hostIP]
}

/** Ports of the node that its Pods ask for, in the order of the Pods: an agent knows those of its own node alone. */
export const hostPortsOf = (cluster: Cluster, self: Site): readonly HostPort[] =>
  endpointsOf(cluster, self.node).flatMap((e) =>
    e.pod.spec.containers.flatMap((container, c) =>
      container.ports.flatMap(({ hostPort, hostIP, containerPort, protocol }, p): readonly HostPort[] => {
        const addresses = hostPort === 0 ? [] : addressesOf(self, hostIP)
        if (addresses.length === 0) return []
        return [
          {
            ...{ addresses, port: hostPort, proto: protocol.toLowerCase() as HostPort['proto'], pod: e, to: containerPort },
            ...(hostIP !== undefined && isLoopback(hostIP) ? { loopback: true } : {}),
            because: writtenBy(cluster, 'cilium-agent', 'host-port', [e.pod.causeOf(`spec.containers[${c}].ports[${p}].hostPort`)]),
          },
        ]
      }),
    ),
  )
