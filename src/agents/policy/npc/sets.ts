import type { Cluster, ClusterPod, ClusterPolicy } from '../../../cluster/cluster.ts'
import { type Direction, isPoliced, policiesOn } from '../../../cluster/policy/select.ts'
import type { SetCommand, SetEntry } from '../../../kernel/ipset/ast.ts'
import { familyOf } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { defaultAllow, setName } from './names.ts'

/** A set that weave-npc makes, by its name. */
export interface NpcSet {
  readonly name: string
  readonly type: 'hash:ip' | 'hash:net' | 'list:set'
  readonly entries: readonly SetEntry[]
  readonly because: CauseId
}

/** Pods with an IPv4 address as elements, each with its name as comment (npc/namespace.go, podComment). */
export const podEntries = (pods: readonly ClusterPod[]): readonly SetEntry[] =>
  pods.filter(isPoliced).flatMap((pod) =>
    pod.podIPs
      .filter((address) => familyOf(address) === 4)
      .slice(0, 1)
      .map((address) => ({
        values: [address],
        comment: `namespace: ${pod.meta.namespace}, pod: ${pod.meta.name}`,
        because: pod.because,
      })),
  )

/** All Pods of a namespace: what a list of namespaces holds. */
export const allPods = (namespace: string): string => setName(`${namespace}:`)

/** Three sets that every namespace has: all its Pods, and those that no policy isolates. `policies`: those that weave-npc has taken. */
export function namespaceSets(
  cluster: Cluster,
  namespace: string,
  policies: readonly ClusterPolicy[],
  because: CauseId,
): readonly NpcSet[] {
  const pods = cluster.pods.filter((pod) => pod.meta.namespace === namespace)
  const free = (direction: Direction): readonly ClusterPod[] =>
    pods.filter((pod) => !policiesOn(cluster, pod, direction).some((policy) => policies.includes(policy)))
  const set = (name: string, of: readonly ClusterPod[]): NpcSet => ({ name, type: 'hash:ip', entries: podEntries(of), because })
  return [
    set(allPods(namespace), pods),
    ...(['ingress', 'egress'] as const).map((direction) => set(defaultAllow(direction, namespace), free(direction))),
  ]
}

/** Calls of ipset (net/ipset/ipset.go): comments on, lists for 1024 sets. */
export const setCommands = (sets: Iterable<NpcSet>): readonly SetCommand[] =>
  [...sets].flatMap(({ name, type, entries, because }): readonly SetCommand[] => [
    {
      do: 'create',
      head: {
        ...{ name, type, because },
        ...(type === 'list:set' ? {} : { family: 4 as const }),
        kept: type === 'list:set' ? [['size', '1024'], ['comment']] : [['comment']],
      },
    },
    ...(entries.length === 0 ? [] : [{ do: 'add' as const, set: name, entries }]),
  ])
