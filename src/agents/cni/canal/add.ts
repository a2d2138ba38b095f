import { conf } from '../../../cluster/netconf/read.ts'
import { maskedCidr } from '../../../net/cidr.ts'
import { familyOf } from '../../../net/ip.ts'
import { UNDERLAY_MTU } from '../../machine/underlay.ts'
import { hostLocalAdd, hostLocalDel } from '../add/host-local.ts'
import { sortedKeys } from '../add/result.ts'
import type { Call, CniAdd } from '../add/types.ts'
import { calicoWith } from '../calico/add.ts'
import { flannelConfig } from '../flannel/config.ts'
import { vxlan } from '../flannel/vxlan.ts'

/** The plugin puts the node's own range in the place of `usePodCidr` (cni-plugin/pkg/k8s/k8s.go). */
function withPodCidr(call: Call): Call {
  const subnet = call.node.podCIDRs.find((net) => familyOf(net) === 4)
  const ipam = { ...conf(call.stdin['ipam']), ...(subnet && { subnet: maskedCidr(subnet) }) }
  return { ...call, stdin: { ...call.stdin, ipam: sortedKeys(ipam) } }
}

/** Calico's plugin with host-local behind it. */
export const canalAdd: CniAdd = calicoWith(
  {
    type: 'host-local',
    add(call) {
      const own = withPodCidr(call)
      const nets = call.node.podCIDRs.filter((net) => familyOf(net) === 4).map(maskedCidr)
      const ran = hostLocalAdd(
        own,
        nets.map((subnet) => ({ subnet, routes: [] })),
      )
      const fetched = {
        from: 'plugin',
        to: 'api',
        program: 'calico',
        code: 'use-pod-cidr',
        params: { cidr: nets.join(', '), node: call.node.meta.name },
      } as const
      return { ...ran, steps: [fetched, ...ran.steps] }
    },
    del: (call) => hostLocalDel(withPodCidr(call)),
  },
  ({ cluster }) => flannelConfig(cluster).mtu ?? UNDERLAY_MTU - vxlan.overhead[4],
)
