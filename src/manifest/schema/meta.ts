import { parseIp } from '../../net/ip.ts'
import type { LabelSelector } from '../kinds.ts'
import { forbidden, invalid, type Report, required } from './fault.ts'
import { dnsLabel, labelValue, qualifiedName } from './forms.ts'
import { fields, formed, listOf, oneOf, type Shape, text, textMap, texts, unused } from './shape.ts'
import { mapIn, mapsIn, textIn, textMapIn, textsIn, type View } from './view.ts'

/** metadata of every kind. What only a running cluster writes is accepted and not looked at. */
export const metaShape: Shape = fields({
  name: text,
  generateName: text,
  namespace: formed(dnsLabel),
  labels: textMap,
  annotations: textMap,
  uid: text,
  creationTimestamp: text,
  deletionTimestamp: text,
  ...unused('resourceVersion generation selfLink managedFields ownerReferences finalizers deletionGracePeriodSeconds clusterName'),
})

/** Keys and values of labels, wherever labels stand. */
export function labelRules(labels: Readonly<Record<string, string>>, field: string, report: Report): void {
  for (const [key, value] of Object.entries(labels)) {
    const at = `${field}["${key}"]`
    for (const words of qualifiedName(key)) report(field, invalid(key, words), at)
    for (const words of labelValue(value)) report(field, invalid(value, words), at)
  }
}

export function metaRules(object: View, report: Report): void {
  const meta = mapIn(object, 'metadata')
  labelRules(textMapIn(meta, 'labels'), 'metadata.labels', report)
  for (const key of Object.keys(textMapIn(meta, 'annotations')))
    for (const words of qualifiedName(key.toLowerCase()))
      report('metadata.annotations', invalid(key, words), `metadata.annotations["${key}"]`)
}

export const selectorShape: Shape = fields({
  matchLabels: textMap,
  matchExpressions: listOf(fields({ key: text, operator: text, values: texts })),
})

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const

export function selectorRules(selector: View, field: string, report: Report): void {
  labelRules(textMapIn(selector, 'matchLabels'), `${field}.matchLabels`, report)
  mapsIn(selector, 'matchExpressions').forEach((e, i) => {
    const at = `${field}.matchExpressions[${i}]`
    const operator = textIn(e, 'operator')
    const values = textsIn(e, 'values').length
    if (operator === 'In' || operator === 'NotIn') {
      if (values === 0) report(`${at}.values`, required("must be specified when `operator` is 'In' or 'NotIn'"))
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values > 0) report(`${at}.values`, forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
    } else report(`${at}.operator`, invalid(operator, 'not a valid selector operator'))
    for (const words of qualifiedName(textIn(e, 'key'))) report(`${at}.key`, invalid(textIn(e, 'key'), words))
  })
}

export function selectorOf(selector: View): LabelSelector {
  return {
    matchLabels: textMapIn(selector, 'matchLabels'),
    matchExpressions: mapsIn(selector, 'matchExpressions').map((e) => ({
      key: textIn(e, 'key'),
      operator: OPERATORS.find((o) => o === textIn(e, 'operator')) ?? 'In',
      values: textsIn(e, 'values'),
    })),
  }
}

function satisfies(e: LabelSelector['matchExpressions'][number], value: string | undefined): boolean {
  switch (e.operator) {
    case 'In':
      return value !== undefined && e.values.includes(value)
    case 'NotIn':
      return value === undefined || !e.values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}

/** Whether labels satisfy a selector: all its pairs and all its expressions (apimachinery/pkg/labels). */
export function selects(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const value = (key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined)
  return (
    Object.entries(selector.matchLabels).every(([key, want]) => value(key) === want) &&
    selector.matchExpressions.every((e) => satisfies(e, value(e.key)))
  )
}

/** The server's words on a list of CIDRs: each valid, at most one of a family. */
export function cidrFamilies(nets: readonly string[]): number {
  return new Set(nets.map((net) => (parseIp(net.split('/')[0] ?? '')?.includes(':') ? 6 : 4))).size
}

export const refShape: Shape = fields({ kind: text, namespace: text, name: text, ...unused('uid apiVersion resourceVersion fieldPath') })
export const protocolShape: Shape = oneOf('TCP', 'UDP', 'SCTP')
