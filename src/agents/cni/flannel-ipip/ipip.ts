import type { Op } from '../../../kernel/op.ts'
import { hostCidr, networkOf } from '../../../net/cidr.ts'
import type { Mac } from '../../../net/ip.ts'
import { UNDERLAY_MTU, UPLINK } from '../../machine/underlay.ts'
import { writtenBy } from '../../why.ts'
import { peerCause, sameSubnet } from '../flannel/daemon.ts'
import { type Backend, flannelWith } from '../flannel/flannel.ts'

const DEVICE = 'flannel.ipip'
/** One more IPv4 header. */
const OVERHEAD = 20

/** Flannel with the IPIP backend: IPv4 alone (pkg/backend/ipip/ipip.go). */
export const ipipBackend: Backend = {
  overhead: { 4: OVERHEAD, 6: OVERHEAD },
  ops(cluster, config, self, peers) {
    if (self.family === 6) return []
    const because = writtenBy(cluster, 'flanneld', 'tunnel', [self.node.causeOf('spec.podCIDR'), cluster.cni.because])
    const link = {
      dev: DEVICE,
      kind: 'ipip',
      local: self.publicIp,
      mac: '00:00:00:00:00:00' as Mac,
      addrs: [hostCidr(networkOf(self.subnet))],
      mtu: UNDERLAY_MTU - OVERHEAD,
      up: true,
      because,
    } as const
    return [
      { do: 'link', link },
      ...peers.map((peer): Op => {
        const direct = config.directRouting && sameSubnet(self, peer)
        const dev = direct ? UPLINK : DEVICE
        return {
          do: 'route',
          route: { dst: peer.subnet, via: peer.publicIp, dev, onlink: true, because: peerCause(cluster, 'peer-route', peer) },
        }
      }),
    ]
  },
}

export const ipip = flannelWith('flannel-ipip', ipipBackend)
