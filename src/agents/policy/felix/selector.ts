import type { PolicyPeer } from '../../../manifest/kinds/policyTypes.ts'
import type { LabelSelector } from '../../../manifest/kinds.ts'

/**
 * Selectors of Kubernetes in Calico's own language, as its parser prints them back: every AND has its own parentheses, texts stand in
 * double quotes, sets are sorted (libcalico-go: conversion.go, updateprocessors/rules.go, selector/parser/ast.go).
 */
const ORCHESTRATOR = 'projectcalico.org/orchestrator == "k8s"'
/** Labels of a Pod's namespace, as its profile hands them down. */
const NAMESPACE_PREFIX = 'pcns.'

const allOf = (terms: readonly string[]): string => (terms.length === 1 ? (terms[0] as string) : `(${terms.join(' && ')})`)
const inNamespace = (name: string): string => `projectcalico.org/namespace == "${name}"`

function expression({ key, operator, values }: LabelSelector['matchExpressions'][number], prefix: string): string {
  const set = [...new Set(values)]
    .sort()
    .map((v) => `"${v}"`)
    .join(', ')
  switch (operator) {
    case 'In':
      return `${prefix}${key} in {${set}}`
    case 'NotIn':
      return `${prefix}${key} not in {${set}}`
    case 'Exists':
      return `has(${prefix}${key})`
    case 'DoesNotExist':
      return `!has(${prefix}${key})`
  }
}

const termsOf = ({ matchLabels, matchExpressions }: LabelSelector, prefix = ''): readonly string[] => [
  ...Object.keys(matchLabels)
    .sort()
    .map((key) => `${prefix}${key} == "${matchLabels[key]}"`),
  ...matchExpressions.map((one) => expression(one, prefix)),
]

const pods = (selector: LabelSelector | undefined): string => allOf([ORCHESTRATOR, ...(selector === undefined ? [] : termsOf(selector))])

/** Whom a peer with selectors means, for a policy of `namespace`. */
export function peerSelector(namespace: string, { podSelector, namespaceSelector }: PolicyPeer): string {
  const terms = namespaceSelector && termsOf(namespaceSelector, NAMESPACE_PREFIX)
  const where = terms === undefined ? inNamespace(namespace) : terms.length === 0 ? 'has(projectcalico.org/namespace)' : allOf(terms)
  return allOf([where, pods(podSelector)])
}

/** Which Pods a policy is for. Policies of one text stand in one group. */
export const policySelector = (namespace: string, selector: LabelSelector): string => allOf([pods(selector), inNamespace(namespace)])
