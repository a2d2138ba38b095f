import { mix } from '../trace/luck.ts'
import type { ClusterNode } from './cluster.ts'
import { hasLabels, type Labels } from './labels.ts'
import type { PodDraft, Toleration } from './pod-draft.ts'
import { report, type Settling } from './settling.ts'

/** v1helper.TolerationsTolerateTaint; taint values are not kept, so a toleration with a value counts by its key. */
function tolerates(tolerations: readonly Toleration[], taint: { readonly key: string; readonly effect: string }): boolean {
  return tolerations.some((one) => {
    if (one.effect !== '' && one.effect !== taint.effect) return false
    return one.key === '' ? one.operator === 'Exists' : one.key === taint.key
  })
}

/** Whether nodeSelector and taints let a Pod run there. PreferNoSchedule keeps nobody away. */
export function runsOn(node: ClusterNode, nodeSelector: Labels, tolerations: readonly Toleration[]): boolean {
  if (!hasLabels(node.meta.labels, nodeSelector)) return false
  return (node.taints ?? []).every((taint) => taint.effect === 'PreferNoSchedule' || tolerates(tolerations, taint))
}

/** The node with the highest hash of (group, node): another node, or another Pod, changes nobody's favourite but its own. */
function favourite(group: string, nodes: readonly ClusterNode[]): number {
  let best = 0
  let most = -1
  for (const [i, node] of nodes.entries()) {
    const weight = mix(0, `schedule ${group} on ${node.meta.name}`)
    if (weight > most) [best, most] = [i, weight]
  }
  return best
}

/**
 * The node for each Pod. The real scheduler scores nodes by what runs there; ours must not move a Pod because of an edit
 * elsewhere, so replica i of a group goes to the i-th fitting node from the group's favourite on, round and round.
 * undefined: no node fits, the Pod stays Pending.
 */
export function schedule(
  s: Settling,
  drafts: readonly PodDraft[],
  nodes: readonly ClusterNode[],
): ReadonlyMap<PodDraft, string | undefined> {
  const names = new Set(nodes.map((one) => one.meta.name))
  const fitting = new Map<string, { readonly nodes: readonly ClusterNode[]; readonly first: number }>()
  const told = new Set<string>()
  const out = new Map<PodDraft, string | undefined>()
  for (const draft of drafts) {
    const { group, index, spec } = draft
    const fixed = draft.daemonOf ?? spec.nodeName
    if (fixed !== undefined && fixed !== '') {
      if (!names.has(fixed) && !told.has(group)) {
        told.add(group)
        report(
          s,
          'warning',
          'no-such-node',
          { pod: draft.meta.name, node: fixed },
          { ...draft.specPlace, path: `${draft.specPlace.path}.nodeName` },
        )
      }
      out.set(draft, names.has(fixed) ? fixed : undefined)
      continue
    }
    // A file from a running cluster shows the Pod as not yet bound.
    if (draft.status.phase === 'Pending') {
      out.set(draft, undefined)
      continue
    }
    let fit = fitting.get(group)
    if (!fit) {
      const able = nodes.filter((node) => !node.unschedulable && runsOn(node, spec.nodeSelector, draft.tolerations))
      fit = { nodes: able, first: favourite(group, able) }
      fitting.set(group, fit)
    }
    if (fit.nodes.length === 0 && !told.has(group)) {
      told.add(group)
      report(s, 'warning', 'pod-pending', { pod: draft.meta.name }, { ...draft.specPlace, path: `${draft.specPlace.path}.nodeSelector` })
    }
    out.set(draft, fit.nodes[(fit.first + index) % fit.nodes.length]?.meta.name)
  }
  return out
}
