import type { Cluster, ClusterNode, ClusterPod } from '../../../cluster/cluster.ts'
import type { Direction } from '../../../cluster/policy/select.ts'
import type { RestoreTable, Written } from '../../../kernel/iptables/ast.ts'
import type { Op } from '../../../kernel/op.ts'
import { type Family, familyOf } from '../../../net/ip.ts'
import { workloadInterface, written } from '../../cni/calico/names.ts'
import { hasOwnNetns, podsOf } from '../../cni/pods.ts'
import { writtenBy } from '../../why.ts'
import { dispatchChains } from './dispatch.ts'
import { markChains } from './endpoint-marks.ts'
import { type Explained, policyRules } from './policy.ts'
import { FelixSets, setCommands } from './sets.ts'
import { groupRules, groupsOn, policyChain, profileChain, profileRules, profilesOf, workloadChain, workloadRules } from './workload.ts'

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress']

/** Chains by name, each written when it is asked for. */
type Chains = Map<string, () => readonly Explained[]>

function podChains(cluster: Cluster, pod: ClusterPod, family: Family, sets: FelixSets, chains: Chains): void {
  for (const direction of DIRECTIONS) {
    const groups = groupsOn(cluster, pod, direction)
    const dev = workloadInterface(pod.meta.namespace, pod.meta.name)
    chains.set(workloadChain(direction, dev), () => workloadRules(cluster, pod, groups, direction))
    for (const group of groups) {
      if (group.policies.length > 1) chains.set(group.chain, () => groupRules(cluster, group))
      for (const policy of group.policies) {
        const chain = policyChain(direction, policy)
        if (chains.has(chain)) continue
        // written at once: its sets have to be there before the rules that name them
        const rules = policyRules(cluster, policy, direction, family, sets)
        chains.set(chain, () => rules)
      }
    }
    for (const profile of profilesOf(pod)) {
      const chain = profileChain(direction, profile)
      if (!chains.has(chain)) chains.set(chain, () => profileRules(cluster, pod, profile, direction))
    }
  }
}

/** Pods on whose interfaces Felix writes chains. */
export const endpointsOf = (cluster: Cluster, node: ClusterNode, family: Family): readonly ClusterPod[] =>
  podsOf(cluster, node).filter((pod) => hasOwnNetns(pod) && pod.podIPs.some((address) => familyOf(address) === family))

function restoreTable(chains: Chains): RestoreTable {
  const made = new Map<string, readonly Written[]>()
  const chain = (name: string): readonly Written[] | undefined => {
    const old = made.get(name)
    const make = chains.get(name)
    if (old !== undefined || make === undefined) return old
    const rules = make()
    const out = written(name, rules, 0).map((rule, i): Written => ({ ...rule, because: rules[i]?.because ?? 0 }))
    made.set(name, out)
    return out
  }
  return {
    table: 'filter',
    declared: () => [...chains.keys()],
    chain,
    *lines() {
      for (const name of chains.keys()) for (const rule of chain(name) ?? []) yield [name, rule] as const
    },
  }
}

/**
 * What Felix v3.32 writes on a node for its Pods, whatever carries their packets: sets, the dispatch chains, and for each Pod the chains
 * of its interface with those of its policies and profiles. The rules that lead here (cali-FORWARD and its like) are the data path's.
 * Nothing where the node has no Pod of the family.
 */
export function felixOps(cluster: Cluster, node: ClusterNode, family: Family): readonly Op[] {
  const pods = endpointsOf(cluster, node, family)
  const sets = new FelixSets(cluster, family)
  const chains: Chains = new Map()
  const because = writtenBy(cluster, 'felix', 'fixed-rule', [cluster.cni.because])
  for (const way of DIRECTIONS) {
    const devices = pods.map(({ meta }) => workloadInterface(meta.namespace, meta.name))
    for (const [name, rules] of dispatchChains(devices, way, because)) chains.set(name, () => rules)
  }
  if (cluster.proxy.mode === 'ipvs') {
    const devices = pods.map(({ meta }) => workloadInterface(meta.namespace, meta.name))
    for (const [name, rules] of markChains(devices, because)) chains.set(name, () => rules)
  }
  for (const pod of pods) podChains(cluster, pod, family, sets, chains)
  return [
    ...(sets.made.size === 0 ? [] : [{ do: 'ipset', commands: setCommands(sets.made.values(), family) } as const]),
    { do: 'iptables-restore', family, restore: { tables: [restoreTable(chains)] } },
  ]
}
