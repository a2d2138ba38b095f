import { sha3_224 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Cluster, ClusterPod, ClusterPolicy } from '../../../cluster/cluster.ts'
import { type Direction, policiesOn } from '../../../cluster/policy/select.ts'
import type { Part, Target } from '../../../kernel/iptables/ast.ts'
import { base64url, chainName } from '../../cni/calico/names.ts'
import { writtenBy } from '../../why.ts'
import { ACCEPT, clear, isAny, isClear, isSet, PASS, set } from './marks.ts'
import type { Explained } from './policy.ts'
import { policySelector } from './selector.ts'

/** Chains of one Pod's interface and what they lead to (felix/rules/endpoints.go). */

const PREFIX = {
  ingress: { workload: 'cali-tw-', policy: 'cali-pi-', profile: 'cali-pri-', group: 'cali-gi-' },
  egress: { workload: 'cali-fw-', policy: 'cali-po-', profile: 'cali-pro-', group: 'cali-go-' },
} as const
/** Policies of Kubernetes stand in this tier, at one order and so sorted by name. */
const TIER = 'default'
const GROUP_NAME = 20

export const workloadChain = (direction: Direction, dev: string): string => chainName(PREFIX[direction].workload, dev)
export const policyChain = (direction: Direction, { meta }: ClusterPolicy): string =>
  chainName(PREFIX[direction].policy, `knp/${meta.namespace}/${meta.name}`)
export const profileChain = (direction: Direction, profile: string): string => chainName(PREFIX[direction].profile, profile)

/** Every Pod has the profiles of its namespace and of its service account; that of the namespace allows all. */
export const profilesOf = ({ meta, spec }: ClusterPod): readonly string[] => [
  `kns.${meta.namespace}`,
  `ksa.${meta.namespace}.${spec.serviceAccountName ?? 'default'}`,
]

/** Policies that follow each other and select by the same words. Two and more have a chain of their own. */
export interface Group {
  readonly direction: Direction
  readonly policies: readonly ClusterPolicy[]
  readonly chain: string
}

function groupName(direction: Direction, selector: string, policies: readonly ClusterPolicy[]): string {
  const ids = policies.map(({ meta }) => `{Name: ${meta.name}, Namespace: ${meta.namespace}, Kind: KubernetesNetworkPolicy}`)
  const lines = [selector, direction === 'ingress' ? 'inbound' : 'outbound', `${policies.length}`, ...ids]
  const hash = base64url(sha3_224(utf8ToBytes(lines.map((line) => `${line}\n`).join(''))))
  return `${PREFIX[direction].group}${hash.slice(0, GROUP_NAME)}`
}

const byName = (a: ClusterPolicy, b: ClusterPolicy): number => (a.meta.name < b.meta.name ? -1 : a.meta.name > b.meta.name ? 1 : 0)

export function groupsOn(cluster: Cluster, pod: ClusterPod, direction: Direction): readonly Group[] {
  const runs: { readonly selector: string; readonly policies: ClusterPolicy[] }[] = []
  for (const policy of [...policiesOn(cluster, pod, direction)].sort(byName)) {
    const selector = policySelector(policy.meta.namespace, policy.spec.podSelector)
    const last = runs[runs.length - 1]
    if (last?.selector === selector) last.policies.push(policy)
    else runs.push({ selector, policies: [policy] })
  }
  return runs.map(({ selector, policies: [first, ...more] }): Group => {
    const policies = [first as ClusterPolicy, ...more]
    const chain = more.length === 0 ? policyChain(direction, first as ClusterPolicy) : groupName(direction, selector, policies)
    return { direction, policies, chain }
  })
}

/** In a group a RETURN stands after every fifth jump. */
const STRIDE = 5

export function groupRules(cluster: Cluster, { direction, policies }: Group): readonly Explained[] {
  return policies.flatMap((policy, i): readonly Explained[] => {
    const because = writtenBy(cluster, 'felix', 'policy', [policy.because])
    const leave: Explained = { comments: ['Return on verdict'], match: [isAny(ACCEPT | PASS)], action: { kind: 'return' }, because }
    const match = i % STRIDE === 0 ? [] : [isClear(ACCEPT | PASS)]
    return [
      ...(i > 0 && i % STRIDE === 0 ? [leave] : []),
      { match, action: { kind: 'jump', chain: policyChain(direction, policy) }, because },
    ]
  })
}

const states = (...words: readonly ('RELATED' | 'ESTABLISHED' | 'INVALID')[]): Part => ({
  part: 'match',
  match: { kind: 'conntrack', states: words },
})
const VXLAN: readonly Part[] = [
  { part: 'proto', proto: '17' },
  { part: 'match', match: { kind: 'multiport', which: 'dports', ports: [{ from: 4789, to: 4789 }] } },
]
const IPIP: readonly Part[] = [{ part: 'proto', proto: '4' }]
const DROP: Target = { kind: 'drop' }

/** The chain of one Pod in one direction: open connections, policies, then profiles where no policy is for this direction. */
export function workloadRules(cluster: Cluster, pod: ClusterPod, groups: readonly Group[], direction: Direction): readonly Explained[] {
  const fixed = writtenBy(cluster, 'felix', 'fixed-rule', [pod.because])
  const because = writtenBy(
    cluster,
    'felix',
    'policy',
    groups.flatMap((g) => g.policies.map((p) => p.because)),
  )
  const why = (cause: number, rules: readonly Omit<Explained, 'because'>[]): readonly Explained[] =>
    rules.map((rule) => ({ ...rule, because: cause }))
  const accepted = (what: string) => ({
    comments: [`Return if ${what} accepted`],
    match: [isSet(ACCEPT)],
    action: { kind: 'return' } as const,
  })
  return [
    ...why(fixed, [
      { match: [states('RELATED', 'ESTABLISHED')], action: { kind: 'accept' } },
      { match: [states('INVALID')], action: DROP },
      { action: clear(ACCEPT | PASS) },
      // a tunnel of a Pod's own would carry packets past its egress policy
      ...(direction === 'ingress'
        ? []
        : [
            { comments: ['Drop VXLAN encapped packets originating in workloads'], match: VXLAN, action: DROP },
            { comments: ['Drop IPinIP encapped packets originating in workloads'], match: IPIP, action: DROP },
          ]),
    ]),
    ...(groups.length === 0
      ? []
      : why(because, [
          { comments: [`Start of tier ${TIER}`], action: clear(PASS) },
          ...groups.flatMap(({ chain }) => [{ match: [isClear(PASS)], action: { kind: 'jump', chain } as const }, accepted('policy')]),
          { comments: [`End of tier ${TIER}. Drop if no policies passed packet`], match: [isClear(PASS)], action: DROP },
        ])),
    ...why(fixed, [
      ...profilesOf(pod).flatMap((profile) => [
        { action: { kind: 'jump', chain: profileChain(direction, profile) } as const },
        accepted('profile'),
      ]),
      { comments: ['Drop if no profiles matched'], action: DROP },
    ]),
  ]
}

/** The profile of a namespace accepts everything; that of a service account has no rules. */
export function profileRules(cluster: Cluster, pod: ClusterPod, profile: string, direction: Direction): readonly Explained[] {
  const because = writtenBy(cluster, 'felix', 'fixed-rule', [pod.because])
  return [{ comments: [`Profile ${profile} ${direction}`], because, ...(profile.startsWith('kns.') && { action: set(ACCEPT) }) }]
}
