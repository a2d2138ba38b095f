import type { Cluster } from '../../../cluster/cluster.ts'
import type { AgentCode } from '../../codes.ts'
import { UPLINK } from '../../machine/underlay.ts'
import type { AgentProblem } from '../cni.ts'
import type { FlannelConfig } from '../flannel/config.ts'
import { peerCause, peersOf, sameSubnet, sitesOf } from '../flannel/daemon.ts'
import { type Backend, flannelWith } from '../flannel/flannel.ts'

/** Nodes behind a router: the kernel refuses the gateway, so their pods are not reached (pkg/backend/hostgw). */
const refused = (cluster: Cluster, config: FlannelConfig): readonly AgentProblem[] =>
  cluster.nodes.flatMap((node) =>
    sitesOf(config, node).flatMap((self) =>
      peersOf(cluster, config, self)
        .filter((peer) => !sameSubnet(self, peer))
        .map(
          (peer): AgentProblem => ({
            code: 'peer-not-on-link' satisfies AgentCode,
            params: { node: node.meta.name, peer: peer.node.meta.name, address: peer.publicIp },
            severity: 'warning',
            because: peer.node.causeOf('status.addresses'),
          }),
        ),
    ),
  )

/** Flannel with the host-gw backend: plain routes to the other nodes, no tunnel. */
export const hostGwBackend: Backend = {
  overhead: { 4: 0, 6: 0 },
  ops: (cluster, _config, self, peers) =>
    peers
      .filter((peer) => sameSubnet(self, peer))
      .map((peer) => ({
        do: 'route',
        route: { dst: peer.subnet, via: peer.publicIp, dev: UPLINK, because: peerCause(cluster, 'peer-route', peer) },
      })),
  problems: refused,
}

export const hostGw = flannelWith('flannel-host-gw', hostGwBackend)
