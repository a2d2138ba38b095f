import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { Op } from '../../../kernel/op.ts'
import { type Family, familyOf, type Ip } from '../../../net/ip.ts'
import { writtenBy } from '../../why.ts'
import { setName } from './names.ts'

/**
 * The node's own addresses, beside kube-proxy in IPVS mode alone: those of all interfaces but the Pods' and kube-ipvs0, which
 * interfaceExclude leaves out (felix/dataplane/linux/hostip_mgr.go). `tunnels`: addresses of its tunnel devices.
 */
export function hostSetOps(cluster: Cluster, node: ClusterNode, tunnels: readonly Ip[], family: Family): readonly Op[] {
  if (cluster.proxy.mode !== 'ipvs') return []
  const because = writtenBy(cluster, 'felix', 'fixed-rule', [cluster.cni.because])
  const name = setName('this-host', family)
  const own = [family === 4 ? '127.0.0.1' : '::1', ...[...node.addresses, ...tunnels].filter((one) => familyOf(one) === family)]
  const kept = [['hashsize', '1024'], ['maxelem', '1048576']] as const // biome-ignore format: words of one line
  return [
    {
      do: 'ipset',
      commands: [
        { do: 'create', head: { name, type: 'hash:ip', family, kept, because } },
        { do: 'add', set: name, entries: [...new Set(own)].map((address) => ({ values: [address], because: node.because })) },
      ],
    },
  ]
}
