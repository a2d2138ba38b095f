import type { Ip } from '../net/ip.ts'
import type { ClusterNode, ClusterPod } from './cluster.ts'
import { assignAddresses } from './ipam.ts'
import type { StartOf } from './kubelet/coredns.ts'
import { type LabPodRule, labRuleOf, listenersOf, listensUnknown } from './listening.ts'
import { made, type Origin, withFields } from './made.ts'
import { keyOf, type PodDraft } from './pod-draft.ts'
import { isReady } from './readiness.ts'
import { schedule } from './scheduler.ts'
import { causeAt, report, type Settling } from './settling.ts'
import type { Sorted } from './sorted.ts'
import { draftPods } from './workloads/list.ts'

/** A Pod with what later controllers want to know of its draft. */
export interface SettledPod {
  readonly pod: ClusterPod
  readonly draft: PodDraft
  /** Neither its ports, its images nor the Lab tell what it listens on. */
  readonly listensUnknown: boolean
}

/** Lab.spec.pods of all labs, in order. */
export function labRules(sorted: Sorted): readonly LabPodRule[] {
  return sorted.labs.flatMap((object) => object.is.pods.map((rule, i) => ({ rule, place: { object, path: `spec.pods[${i}]` } })))
}

function phaseOf(draft: PodDraft, addresses: readonly Ip[]): NonNullable<ClusterPod['phase']> {
  const { phase } = draft.status
  if (phase === 'Succeeded' || phase === 'Failed') return phase
  return addresses.length > 0 ? 'Running' : 'Pending'
}

/** CoreDNS goes by its label in kube-system, as kubeadm writes it. */
const isCoreDns = (draft: PodDraft): boolean => draft.meta.namespace === 'kube-system' && draft.meta.labels['k8s-app'] === 'kube-dns'

function podOrigin(s: Settling, draft: PodDraft, node: ClusterNode | undefined, lab: LabPodRule | undefined): Origin {
  return {
    causeOf(path) {
      if (path.startsWith('status.podIP') && draft.status.podIPs.length === 0 && node) {
        return s.causes.add({ kind: 'by', by: 'kubelet', why: 'pod-ip' }, [draft.origin.causeOf(''), node.causeOf('spec.podCIDR')])
      }
      if (path === 'spec.nodeName' && !draft.spec.nodeName && node) {
        return s.causes.add({ kind: 'by', by: 'kube-scheduler', why: 'bound' }, [draft.origin.causeOf(''), node.because])
      }
      if (path === 'status.ready' && lab?.rule.ready !== undefined) {
        return causeAt(s, { object: lab.place.object, path: `${lab.place.path}.ready` })
      }
      return draft.origin.causeOf(path)
    },
  }
}

/** Pods of files and workloads, on their nodes, with addresses, listeners and readiness. `reserved`: addresses that slices of the files name; `before`: Pods that may still be there. */
export function settlePods(
  s: Settling,
  sorted: Sorted,
  nodes: readonly ClusterNode[],
  reserved: Iterable<Ip>,
  rules: readonly LabPodRule[],
  extra: readonly PodDraft[],
  startOf?: StartOf,
  before: readonly ClusterPod[] = [],
): readonly SettledPod[] {
  const drafts = [...draftPods(s, sorted, nodes), ...extra]
  const nodeOf = schedule(s, drafts, nodes)
  const addresses = assignAddresses(s, drafts, nodeOf, nodes, reserved, before)
  const told = new Set<string>()
  const byName = new Map(nodes.map((one) => [one.meta.name, one]))
  const out = drafts.map((draft): SettledPod => {
    const lab = labRuleOf(rules, draft.meta.namespace, draft.meta.name)
    const node = byName.get(nodeOf.get(draft) ?? '')
    const podIPs = addresses.get(draft) ?? []
    const phase = phaseOf(draft, podIPs)
    const stuck = s.stuck.get(draft)
    const run = isCoreDns(draft) ? startOf?.(draft, node?.meta.name ?? '') : undefined
    const listens = phase === 'Running' ? listenersOf(s, draft, lab, isCoreDns(draft), run) : []
    // A container that exits at once is never ready, whatever the status of an earlier hour says.
    const crashes = run !== undefined && run.sockets === undefined && lab?.rule.ready === undefined
    const pod = withFields(made(draft.meta, podOrigin(s, draft, node, lab), draft.madeUp), {
      spec: draft.spec,
      nodeName: node?.meta.name ?? '',
      podIPs,
      ready: phase === 'Running' && !crashes && isReady(s, draft, listens, lab, told),
      terminating: draft.meta.deletionTimestamp !== undefined,
      listens,
      role: isCoreDns(draft) ? ('coredns' as const) : draft.standIn ? ('stand-in' as const) : ('workload' as const),
      ...(draft.owner && { owner: draft.owner }),
      restarts: 0,
      phase,
      ...(stuck && { stuck }),
      ...(draft.status.startedAt !== undefined && { startedAt: draft.status.startedAt }),
    })
    return { pod, draft, listensUnknown: listensUnknown(draft, lab) }
  })
  const taken = new Set<string>()
  return out.filter(({ draft }) => !taken.has(keyOf(draft.meta)) && taken.add(keyOf(draft.meta)))
}

/** A rule of Lab.spec.pods that names nobody is a typing mistake. */
export function checkLabRules(s: Settling, rules: readonly LabPodRule[], pods: readonly ClusterPod[]): void {
  for (const one of rules) {
    if (pods.some(({ meta }) => labRuleOf([one], meta.namespace, meta.name) !== undefined)) continue
    report(s, 'warning', 'lab-pod-unknown', { pod: one.rule.name }, { object: one.place.object, path: `${one.place.path}.name` })
  }
}
