import type { ClusterNode, NodeProxy } from '../../../cluster/cluster.ts'
import type { Op } from '../../../kernel/op.ts'
import { healthListeners } from '../healthz.ts'
import { proxyOf } from '../list.ts'
import { withLeaving } from './graceful.ts'

/**
 * All that kube-proxy has left on a node: the rules of each mode that wrote some, as of the cluster that it saw then, the newest last, and
 * the ports on which a running process listens.
 */
export function opsOf({ wrote, leaving, state }: NodeProxy, node: ClusterNode): readonly Op[] {
  const newest = wrote.at(-1)
  const rules = wrote.flatMap((one): readonly Op[] => {
    const at = one.cluster.nodes.find((n) => n.meta.name === node.meta.name)
    if (at === undefined) return []
    const ops = proxyOf(one.cluster).ops(one.cluster, at)
    if (one.cleaned) return ops.filter((op) => op.do === 'sysctl')
    const listens = state === 'running' && one === newest
    return ops.flatMap((op): readonly Op[] => {
      if (op.do === 'listen') return listens ? [op] : []
      return [op.do === 'ipvs' && one === newest && leaving.length > 0 ? withLeaving(op, leaving) : op]
    })
  })
  return state === 'running' && newest !== undefined ? [...rules, ...healthListeners(newest.cluster, node)] : rules
}
