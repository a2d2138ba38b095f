import { sha512 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Cluster, ClusterNode, ClusterPod } from '../../../cluster/cluster.ts'
import type { Call, Part } from '../../../kernel/iptables/ast.ts'
import type { Op } from '../../../kernel/op.ts'
import { hostCidr, inCidr, maskedCidr } from '../../../net/cidr.ts'
import { type Cidr, familyOf, type Ip } from '../../../net/ip.ts'
import { UNDERLAY_MTU, UPLINK, uplinkAddresses } from '../../machine/underlay.ts'
import { writtenBy } from '../../why.ts'
import { comment, from, jump, notTo, target, to } from '../../write.ts'
import { type BridgeConfig, bridgeOps } from '../bridge.ts'
import type { Cni } from '../cni.ts'
import { containerId } from '../container.ts'
import { lostHostPorts } from '../host-ports.ts'
import { hasOwnNetns, podsOf } from '../pods.ts'
import { type Conflist, conflistOf } from './config.ts'
import { nftMasquerade } from './nft-masquerade.ts'

const MULTICAST = { 4: '224.0.0.0/4', 6: 'ff00::/8' } as const satisfies Record<4 | 6, string>

/** A pair of a node's own net and the address by which others reach it. */
const pairsOf = (node: ClusterNode): readonly { readonly net: Cidr; readonly via: Ip }[] =>
  node.podCIDRs.flatMap((net) => {
    const via = node.addresses.find((one) => familyOf(one) === familyOf(net))
    return via === undefined || node.interfaces !== undefined ? [] : [{ net: maskedCidr(net), via }]
  })

/** The bridge plugin does nothing beyond its node: somebody has to write these. To a node behind a router the default route leads. */
function staticRoutes(cluster: Cluster, node: ClusterNode): readonly Op[] {
  const nets = uplinkAddresses(node).map(maskedCidr)
  return cluster.nodes
    .filter((peer) => peer !== node)
    .flatMap((peer) => pairsOf(peer).map((pair) => ({ ...pair, peer })))
    .filter(({ via }) => nets.some((net) => inCidr(via, net)))
    .map(({ net, via, peer }): Op => {
      const because = writtenBy(cluster, 'linux', 'peer-route', [peer.causeOf('spec.podCIDR')])
      return { do: 'route', route: { dst: net, via, dev: UPLINK, because } }
    })
}

/** ipMasq: the chain of one Pod, 28 characters. */
export const masqueradeChain = (network: string, id: string): string => `CNI-${bytesToHex(sha512(utf8ToBytes(network + id)))}`.slice(0, 28)

/** ipMasq: a chain for each Pod (pkg/ip/ipmasq_iptables_linux.go). What goes to Pods of other nodes is masqueraded too. */
export function masquerade(cluster: Cluster, network: string, pod: ClusterPod, nets: readonly Cidr[]): readonly Op[] {
  const id = containerId(pod)
  const chain = masqueradeChain(network, id)
  const said = comment(`name: "${network}" id: "${id}"`)
  const because = writtenBy(cluster, 'bridge plugin', 'masquerade-pods', [pod.because, cluster.cni.because])
  const put = (into: string, ...parts: readonly Part[]): Call => ({ call: '-A', table: 'nat', chain: into, rule: { parts, because } })
  return pod.podIPs.flatMap((address): readonly Op[] => {
    const family = familyOf(address)
    const net = nets.find((one) => familyOf(one) === family)
    if (net === undefined) return []
    const calls: readonly Call[] = [
      { call: '-N', table: 'nat', chain },
      put(chain, to(net), said, target({ kind: 'accept' })),
      put(chain, notTo(MULTICAST[family] as Cidr), said, target({ kind: 'masquerade' })),
      put('POSTROUTING', from(hostCidr(address)), said, jump(chain)),
    ]
    return [{ do: 'iptables', family, calls }]
  })
}

/** What the list says to the bridge plugin on a node. */
export function bridgeOf(list: Conflist, node: ClusterNode): BridgeConfig {
  return {
    bridge: list.bridge,
    mtu: list.mtu ?? UNDERLAY_MTU,
    hairpin: list.hairpin,
    ranges: node.podCIDRs.map((net) => ({ subnet: maskedCidr(net), routes: [] })),
    ...(list.portmap ? { portmap: list.name } : {}),
  }
}

/** The plain bridge plugin with host-local and portmap: each node for itself, static routes between them. */
export const plainBridge: Cni = {
  name: 'bridge',
  program(cluster, node) {
    if (node.interfaces !== undefined) return []
    const { list } = conflistOf(cluster)
    const pods = podsOf(cluster, node).filter(hasOwnNetns)
    const nets = node.podCIDRs.map(maskedCidr)
    const all = writtenBy(cluster, 'bridge plugin', 'masquerade-pods', [node.causeOf('spec.podCIDR'), cluster.cni.because])
    const hidden = !list.ipMasq
      ? []
      : list.nftables
        ? nftMasquerade(list.name, pods, nets, all)
        : pods.flatMap((pod) => masquerade(cluster, list.name, pod, nets))
    return [
      { netns: node.meta.name, ops: staticRoutes(cluster, node) },
      ...bridgeOps(cluster, node, pods, bridgeOf(list, node)),
      { netns: node.meta.name, ops: hidden },
    ]
  },
  fabric: (cluster) =>
    cluster.nodes.flatMap((node) =>
      pairsOf(node).map(({ net, via }): Op => {
        const because = writtenBy(cluster, 'linux', 'peer-route', [node.causeOf('spec.podCIDR')])
        return { do: 'route', route: { dst: net, via, dev: UPLINK, because } }
      }),
    ),
  problems(cluster) {
    const { list, problems } = conflistOf(cluster)
    return [...problems, ...(list.portmap ? [] : lostHostPorts(cluster))]
  },
}
