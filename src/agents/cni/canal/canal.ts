import type { Op } from '../../../kernel/op.ts'
import { networkOf } from '../../../net/cidr.ts'
import { UNDERLAY_MTU } from '../../machine/underlay.ts'
import { felixOps } from '../../policy/felix/felix.ts'
import { writtenBy } from '../../why.ts'
import { attachOps } from '../calico/attach.ts'
import { hostSetOps } from '../calico/host-set.ts'
import { staticCalls } from '../calico/static.ts'
import type { Cni } from '../cni.ts'
import { configProblems, flannelConfig } from '../flannel/config.ts'
import { peersOf, ruleOps, sitesOf } from '../flannel/daemon.ts'
import { vxlan } from '../flannel/vxlan.ts'
import { hasOwnNetns, podsOf } from '../pods.ts'

/** Calico attaches the Pods and keeps policy, flanneld carries packets to other nodes (manifests/canal.yaml). */
export const canal: Cni = {
  name: 'canal',
  program(cluster, node) {
    if (node.interfaces !== undefined) return []
    const config = flannelConfig(cluster)
    const sites = sitesOf(config, node).filter((site) => site.family === 4)
    const pods = podsOf(cluster, node).filter(hasOwnNetns)
    const because = writtenBy(cluster, 'felix', 'fixed-rule', [cluster.cni.because])
    const calls = staticCalls({
      family: 4,
      ipip: false,
      vxlan: false,
      vxlanPort: 4789,
      natOutgoing: false,
      hostsExcluded: false,
      randomFully: node.iptablesRandomFully,
      ipvs: cluster.proxy.mode === 'ipvs',
      toHost: 'Accept',
      because,
      masquerade: because,
    })
    const own = sites.map((site) => networkOf(site.subnet))
    const felix: readonly Op[] = [...hostSetOps(cluster, node, own, 4), ...felixOps(cluster, node, 4), { do: 'iptables', family: 4, calls }]
    return [
      {
        netns: node.meta.name,
        ops: sites.flatMap((site) => [
          ...vxlan.ops(cluster, config, site, peersOf(cluster, config, site)),
          ...ruleOps(cluster, config, site),
        ]),
      },
      ...attachOps(cluster, node, pods, config.mtu ?? UNDERLAY_MTU - vxlan.overhead[4], [4]),
      { netns: node.meta.name, ops: felix },
    ]
  },
  problems: configProblems,
}
