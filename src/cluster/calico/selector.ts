import type { ClusterNode } from '../cluster.ts'

const PART = /^\s*(?:(all\(\))|(!)?\s*has\(([^()'"\s]+)\)|([^\s'"=!]+)\s*(==|!=)\s*(?:'([^']*)'|"([^"]*)"))\s*$/

/** Whether a node fits one comparison of a selector; undefined: words that are not read. */
function fits(part: string, labels: Readonly<Record<string, string>>): boolean | undefined {
  const found = PART.exec(part)
  if (!found) return undefined
  const [, all, not, has, key, operator, single, double] = found
  if (all !== undefined) return true
  if (has !== undefined) return (labels[has] !== undefined) !== (not !== undefined)
  return (labels[key ?? ''] === (single ?? double ?? '')) === (operator === '==')
}

/** Nodes that a Calico selector finds: comparisons joined by `&&`. undefined: a selector that says more than that. */
export function selects(selector: string, nodes: readonly ClusterNode[]): readonly ClusterNode[] | undefined {
  const parts = selector.trim() === '' ? ['all()'] : selector.split('&&')
  if (parts.some((part) => fits(part, {}) === undefined)) return undefined
  return nodes.filter((node) => parts.every((part) => fits(part, node.meta.labels) === true))
}
