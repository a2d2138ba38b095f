import type { ClusterPolicy } from '../../cluster/cluster.ts'
import type { PolicyPeer, PolicyRule } from '../../manifest/kinds/policyTypes.ts'
import type { LabelSelector } from '../../manifest/kinds.ts'
import type { Json } from '../../manifest/object.ts'
import { metadataOf } from './json.ts'
import type { Kind } from './kind.ts'
import { AGE, NONE } from './table.ts'

function requirement({ key, operator, values }: LabelSelector['matchExpressions'][number]): string {
  const set = [...new Set(values)].sort().join(',')
  switch (operator) {
    case 'In':
      return `${key} in (${set})`
    case 'NotIn':
      return `${key} notin (${set})`
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
  }
}

/** metav1.FormatLabelSelector: requirements by their keys. */
function selectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  const all = [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...matchExpressions.map((one) => ({ key: one.key, text: requirement(one) })),
  ]
  return all.length === 0
    ? NONE
    : all
        .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
        .map(({ text }) => text)
        .join(',')
}

const selectorJson = ({ matchLabels, matchExpressions }: LabelSelector): Json => ({
  ...(matchExpressions.length > 0 && {
    matchExpressions: matchExpressions.map(({ key, operator, values }) => ({ key, operator, ...(values.length > 0 && { values }) })),
  }),
  ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
})

const peerJson = ({ podSelector, namespaceSelector, ipBlock }: PolicyPeer): Json => ({
  ...(ipBlock !== undefined && { ipBlock: { cidr: ipBlock.cidr, ...(ipBlock.except.length > 0 && { except: ipBlock.except }) } }),
  ...(namespaceSelector !== undefined && { namespaceSelector: selectorJson(namespaceSelector) }),
  ...(podSelector !== undefined && { podSelector: selectorJson(podSelector) }),
})

const rulesJson = (rules: readonly PolicyRule[], peers: 'from' | 'to'): Json =>
  rules.map((rule) => ({
    ...(rule.peers.length > 0 && { [peers]: rule.peers.map(peerJson) }),
    ...(rule.ports.length > 0 && { ports: rule.ports.map((port) => ({ ...port })) }),
  }))

/** Printed as pkg/printers/internalversion/printers.go does. */
export const networkPolicies: Kind<ClusterPolicy> = {
  names: ['networkpolicies', 'networkpolicy', 'netpol'],
  all: ({ policies }) => policies,
  columns: ['NAME', 'POD-SELECTOR', 'AGE'],
  wide: [],
  cells: ({ meta, spec }) => [meta.name, selectorText(spec.podSelector), AGE],
  wideCells: () => [],
  json: ({ meta, spec }) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(meta),
    spec: {
      ...(spec.egress.length > 0 && { egress: rulesJson(spec.egress, 'to') }),
      ...(spec.ingress.length > 0 && { ingress: rulesJson(spec.ingress, 'from') }),
      podSelector: selectorJson(spec.podSelector),
      policyTypes: spec.policyTypes,
    },
  }),
}
