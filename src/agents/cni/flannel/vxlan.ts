import type { Cluster } from '../../../cluster/cluster.ts'
import { madeUpMac } from '../../../kernel/mac.ts'
import type { Op } from '../../../kernel/op.ts'
import { hostCidr, networkOf } from '../../../net/cidr.ts'
import type { Family, Mac } from '../../../net/ip.ts'
import { UNDERLAY_MTU, UPLINK } from '../../machine/underlay.ts'
import { writtenBy } from '../../why.ts'
import type { FlannelConfig } from './config.ts'
import { peerCause, type Site, sameSubnet } from './daemon.ts'
import type { Backend } from './flannel.ts'

/** Outer Ethernet, IP, UDP and VXLAN headers. */
const OVERHEAD: Readonly<Record<Family, number>> = { 4: 50, 6: 70 }

const deviceOf = (config: FlannelConfig, family: Family): string => (family === 4 ? `flannel.${config.vni}` : `flannel-v6.${config.vni}`)

/**
 * The MAC of a node's tunnel device: what flanneld has written into the Node (`{"VNI":1,"VtepMAC":"…"}`, a pasted cluster has it
 * and the other nodes go by it), else made up.
 */
function vtepMac({ node, family }: Site, dev: string): Mac {
  const data = node.meta.annotations[`flannel.alpha.coreos.com/backend${family === 4 ? '' : '-v6'}-data`]
  const written = /"VtepMAC"\s*:\s*"([0-9a-f]{2}(?::[0-9a-f]{2}){5})"/i.exec(data ?? '')?.[1]
  return written === undefined ? madeUpMac(node.meta.name, dev) : (written.toLowerCase() as Mac)
}

/** What flanneld adds for another node: neighbour, FDB entry, route, in this order (pkg/backend/vxlan/vxlan_network.go). */
function peerOps(cluster: Cluster, config: FlannelConfig, self: Site, peer: Site): readonly Op[] {
  const because = peerCause(cluster, 'vtep-peer', peer)
  // DirectRouting needs no tunnel where no router stands between
  if (config.directRouting && sameSubnet(self, peer))
    return [{ do: 'route', route: { dst: peer.subnet, via: peer.publicIp, dev: UPLINK, because } }]
  const dev = deviceOf(config, self.family)
  const address = networkOf(peer.subnet)
  const mac = vtepMac(peer, dev)
  return [
    { do: 'neigh', neigh: { address, dev, mac, state: 'PERMANENT', because } },
    { do: 'fdb', fdb: { mac, dev, dst: peer.publicIp, flags: ['self', 'permanent'], because } },
    { do: 'route', route: { dst: peer.subnet, via: address, dev, onlink: true, because } },
  ]
}

/** The tunnel device and what leads to the other nodes. It has no route of its own: its address is a single one. */
export const vxlan: Backend = {
  overhead: OVERHEAD,
  ops(cluster, config, self, peers) {
    const dev = deviceOf(config, self.family)
    const because = writtenBy(cluster, 'flanneld', 'vtep', [self.node.causeOf('spec.podCIDR'), cluster.cni.because])
    const link = {
      dev,
      kind: 'vxlan',
      vni: config.vni,
      local: self.publicIp,
      underlay: UPLINK,
      dstport: config.port,
      flags: ['nolearning'],
      mac: vtepMac(self, dev),
      addrs: [hostCidr(networkOf(self.subnet))],
      mtu: UNDERLAY_MTU - OVERHEAD[self.family],
      up: true,
      because,
    } as const
    return [{ do: 'link', link }, ...peers.flatMap((p) => peerOps(cluster, config, self, p))]
  },
}
