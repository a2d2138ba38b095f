import type { LabelSelector } from '../manifest/kinds.ts'

export type Labels = Readonly<Record<string, string>>

export function hasLabels(labels: Labels, wanted: Labels): boolean {
  for (const key in wanted) if (labels[key] !== wanted[key]) return false
  return true
}

type Requirement = LabelSelector['matchExpressions'][number]

function meets(labels: Labels, { key, operator, values }: Requirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}

/** An empty selector selects everything (apimachinery labels); workloads always have one. */
export const selects = (selector: LabelSelector, labels: Labels): boolean =>
  hasLabels(labels, selector.matchLabels) && selector.matchExpressions.every((one) => meets(labels, one))

export interface Labelled {
  readonly meta: { readonly namespace: string; readonly labels: Labels }
}

/** Finds by namespace and labels without asking everybody: by the rarest of the wanted labels. Order is that of `all`. */
export function labelIndex<T extends Labelled>(all: readonly T[]): (namespace: string, wanted: Labels) => readonly T[] {
  const byLabel = new Map<string, T[]>()
  for (const one of all) {
    for (const [key, value] of Object.entries(one.meta.labels)) {
      const at = `${one.meta.namespace}/${key}=${value}`
      const list = byLabel.get(at)
      if (list) list.push(one)
      else byLabel.set(at, [one])
    }
  }
  return (namespace, wanted) => {
    let rarest: readonly T[] | undefined
    for (const [key, value] of Object.entries(wanted)) {
      const list = byLabel.get(`${namespace}/${key}=${value}`) ?? []
      if (rarest === undefined || list.length < rarest.length) rarest = list
    }
    return (rarest ?? []).filter((one) => hasLabels(one.meta.labels, wanted))
  }
}
