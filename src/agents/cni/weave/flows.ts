import type { Cluster } from '../../../cluster/cluster.ts'
import type { WeavePlan } from '../../../cluster/weave/types.ts'
import type { Datapath, Flow, FlowKey } from '../../../kernel/ovs/ast.ts'
import { receiveBy } from '../../../kernel/ovs/datapath.ts'
import { writtenBy } from '../../why.ts'
import { DATAPATH, PORT, TO_BRIDGE, TUNNEL } from './names.ts'
import { macsOf, type Site, siteOf } from './site.ts'

/** router/fastdp.go, tunnelIDFor: who sends in the lower 12 bits, who shall have it in the upper. */
export const vniOf = (from: Site, to: Site): number => from.shortId + to.shortId * 4096

/** UDP 6784 does not get through: heartbeats stay away, and the router sends by its own UDP socket instead. */
const SLEEVE = 'Weave’s sleeve (UDP 6783, encapsulation in the weaver process)'

/** What weaver answers an upcall of its datapath with (router/fastdp.go): a frame of the bridge goes to the peer that has the MAC, one out of the tunnel to the bridge. */
export function datapathOf(cluster: Cluster, plan: WeavePlan, self: Site): Datapath {
  const peers = cluster.nodes.flatMap((node) => (node === self.node ? [] : (siteOf(plan, node) ?? [])))
  const blocked = cluster.blocks.includes(`${PORT}/udp`)
  const because = (site: Site): number => writtenBy(cluster, 'weaver', 'peer-flow', [site.node.causeOf('status.addresses'), plan.because])
  const outward = ({ dst }: FlowKey): Flow | string => {
    const peer = macsOf(cluster, plan).get(dst)
    if (peer === undefined) return 'a frame for a MAC that no peer has'
    if (peer.node === self.node) return { actions: [] }
    if (blocked) return SLEEVE
    return {
      actions: [
        { do: 'set-tunnel', id: vniOf(self, peer), src: self.publicIp, dst: peer.publicIp },
        { do: 'output', port: TUNNEL },
      ],
      because: because(peer),
    }
  }
  const inward = ({ tunnel }: FlowKey): Flow | string => {
    const from = tunnel && peers.find((p) => p.shortId === tunnel.id % 4096)
    // made for another peer: a relay, which a full mesh never needs
    if (!from || Math.floor(tunnel.id / 4096) !== self.shortId) return 'a frame that Weave would relay to another peer'
    return { actions: [{ do: 'output', port: TO_BRIDGE }], because: because(from) }
  }
  return {
    peers: peers.map(({ node }) => ({ netns: node.meta.name, dev: TUNNEL })),
    receive: receiveBy(DATAPATH, (key) => (key.inPort === TO_BRIDGE ? outward(key) : inward(key))),
  }
}
