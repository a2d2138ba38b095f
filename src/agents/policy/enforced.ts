import type { Cluster } from '../../cluster/cluster.ts'
import type { AgentProblem } from '../cni/cni.ts'
import type { AgentCode } from '../codes.ts'

/** Families of plugins that bring their own policy engine. The others' users add one, or have none. */
const ENFORCING: readonly string[] = ['calico', 'canal', 'cilium', 'weave']
export const enforces = (cni: string): boolean => ENFORCING.includes(cni.split('-')[0] ?? '')

const told = (cluster: Cluster, code: AgentCode): readonly AgentProblem[] =>
  cluster.policies.map(({ meta, because }) => ({
    code,
    params: { policy: `${meta.namespace}/${meta.name}`, cni: cluster.cni.name },
    severity: 'warning',
    because,
  }))

/** The API server takes a NetworkPolicy whatever the plugin does with it. */
export function unenforced(cluster: Cluster): readonly AgentProblem[] {
  const { name } = cluster.cni
  return enforces(name) ? [] : told(cluster, 'policy-not-enforced')
}
