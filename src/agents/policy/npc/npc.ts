import type { Cluster, ClusterPolicy } from '../../../cluster/cluster.ts'
import type { RestoreTable, Written } from '../../../kernel/iptables/ast.ts'
import type { Op } from '../../../kernel/op.ts'
import { familyOf } from '../../../net/ip.ts'
import type { AgentProblem } from '../../cni/cni.ts'
import type { AgentCode } from '../../codes.ts'
import { writtenBy } from '../../why.ts'
import { bypass, FIXED } from './fixed.ts'
import { NpcRules } from './rules.ts'
import { type NpcSet, namespaceSets, setCommands } from './sets.ts'

const allRules = ({ spec }: ClusterPolicy) => [...spec.ingress, ...spec.egress]

/** A policy with a named port is refused as a whole (npc/analyser.go, checkForNamedPorts), and so isolates nobody. */
const isTaken = (policy: ClusterPolicy): boolean => !allRules(policy).some(({ ports }) => ports.some((p) => typeof p.port === 'string'))

interface Made {
  readonly rules: NpcRules
  readonly sets: ReadonlyMap<string, NpcSet>
}

const known = new WeakMap<Cluster, Made>()

/** Sets hold Pods of the whole cluster and rules name no node, so all nodes have the same. */
function madeFor(cluster: Cluster): Made {
  const old = known.get(cluster)
  if (old !== undefined) return old
  const taken = cluster.policies.filter(isTaken)
  const rules = new NpcRules(cluster)
  for (const policy of taken) rules.policy(policy)
  const because = writtenBy(cluster, 'weave-npc', 'fixed-rule', [cluster.cni.because])
  const own = cluster.namespaces.flatMap((namespace) => namespaceSets(cluster, namespace, taken, because))
  // a list names sets, which have to be there before it
  const all = [...own, ...rules.sets.values()]
  const ordered = [...all.filter((one) => one.type !== 'list:set'), ...all.filter((one) => one.type === 'list:set')]
  const made = { rules, sets: new Map(ordered.map((one) => [one.name, one])) }
  known.set(cluster, made)
  return made
}

function tableOf(cluster: Cluster, { rules }: Made): RestoreTable {
  const because = writtenBy(cluster, 'weave-npc', 'fixed-rule', [cluster.cni.because])
  const fixed = (list: readonly Written['parts'][]): readonly Written[] => list.map((parts) => ({ parts, because }))
  const passes = cluster.namespaces.map(bypass)
  const chains = new Map<string, readonly Written[]>([
    ...FIXED.map(([name, list]) => [name, fixed(list)] as const),
    ['WEAVE-NPC-DEFAULT', fixed(passes.flatMap((one) => one.ingress))],
    ['WEAVE-NPC-EGRESS-DEFAULT', fixed(passes.flatMap((one) => one.egress))],
    ['WEAVE-NPC-INGRESS', [...rules.chains.ingress.values()].flat()],
    ['WEAVE-NPC-EGRESS-CUSTOM', [...rules.chains.egress.values()].flat()],
  ])
  return {
    table: 'filter',
    declared: () => [...chains.keys()],
    chain: (name) => chains.get(name),
    *lines() {
      for (const [name, list] of chains) for (const rule of list) yield [name, rule] as const
    },
  }
}

/** Its sets, in the order in which they are made. */
export const npcSetsOf = (cluster: Cluster): readonly NpcSet[] => [...madeFor(cluster).sets.values()]

/** What weave-npc 2.8 writes on every node, policies or not: its chains and sets. The rules of FORWARD and INPUT that lead here are weaver's. */
export function npcOps(cluster: Cluster): readonly Op[] {
  const made = madeFor(cluster)
  return [
    { do: 'ipset', commands: setCommands(made.sets.values()) },
    { do: 'iptables-restore', family: 4, restore: { tables: [tableOf(cluster, made)] } },
  ]
}

const told = (policy: ClusterPolicy, code: AgentCode): AgentProblem => ({
  code,
  params: { policy: `${policy.meta.namespace}/${policy.meta.name}` },
  severity: 'warning',
  because: policy.because,
})

/** What weave-npc does otherwise than the API's text says. */
export function npcProblems(cluster: Cluster): readonly AgentProblem[] {
  if (cluster.policies.length === 0) return []
  const { clashes } = madeFor(cluster).rules
  return [
    ...cluster.policies.flatMap((policy): readonly AgentProblem[] => {
      if (!isTaken(policy)) return [told(policy, 'policy-npc-named-port')]
      const all = allRules(policy)
      return [
        ...(all.some(({ ports }) => ports.some((p) => p.endPort !== undefined)) ? [told(policy, 'policy-npc-end-port')] : []),
        ...(all.some(({ peers }) => peers.some((p) => p.ipBlock !== undefined && familyOf(p.ipBlock.cidr) === 6))
          ? [told(policy, 'policy-npc-ipv6')]
          : []),
      ]
    }),
    ...[...clashes].map((policy) => told(policy, 'policy-npc-clash')),
  ]
}
