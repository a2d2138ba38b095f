import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml'
import type { Range } from './finding.ts'
import type { Path } from './path.ts'

/** Where a path ends in the tree: the key that leads there (none for list items and the root) and the value (none when empty). */
export interface Spot {
  readonly key?: Scalar
  readonly value: Node | null
  /** The map or list that holds it. */
  readonly parent?: Node
  /** How many steps of the path exist. */
  readonly depth: number
}

function pairOf(node: Node, key: string | number): Pair | undefined {
  if (!isMap(node)) return undefined
  return node.items.find((p) => isScalar(p.key) && String(p.key.value ?? '') === String(key))
}

/** Follows a path as far as it exists. Behind an alias or a merged map nothing is followed: the place is where it is used. */
export function spotOf(root: Node | null, path: Path): Spot {
  let spot: Spot = { value: root, depth: 0 }
  for (const step of path) {
    const node = spot.value
    if (node === null || isAlias(node)) return spot
    if (isSeq(node)) {
      const item = typeof step === 'number' ? (node.items[step] as Node | null | undefined) : undefined
      if (item === undefined) return spot
      spot = { value: item, parent: node, depth: spot.depth + 1 }
      continue
    }
    const pair = pairOf(node, step)
    if (!pair) return spot
    spot = { key: pair.key as Scalar, value: pair.value as Node | null, parent: node, depth: spot.depth + 1 }
  }
  return spot
}

const valueRange = (node: Node): Range => (node.range ? [node.range[0], node.range[1]] : [0, 0])
const isEmpty = (node: Node | null): boolean => node === null || valueRange(node)[0] === valueRange(node)[1]

/** First key of a map, first item of a list, or the scalar itself: enough to point at a collection without covering it. */
function headRange(node: Node): Range {
  if (isMap(node)) {
    const first = node.items[0]?.key
    return isScalar(first) && !node.flow ? valueRange(first) : valueRange(node)
  }
  if (isSeq(node) && !node.flow) {
    const first = node.items[0] as Node | null | undefined
    return first ? headRange(first) : valueRange(node)
  }
  return valueRange(node)
}

/**
 * What to point at for a path: the value when it is a scalar or stands in brackets, else the key that leads to it;
 * the nearest parent when the path does not exist. `of: 'key'` points at the key itself.
 */
export function rangeAt(root: Node | null, path: Path, of: 'value' | 'key' = 'value'): Range {
  const spot = spotOf(root, path)
  const { key, value } = spot
  const exact = spot.depth === path.length
  if (key && (!exact || of === 'key' || isEmpty(value) || ((isMap(value) || isSeq(value)) && !value.flow))) return valueRange(key)
  return value === null ? [0, 0] : headRange(value)
}

/** Everything that belongs to the value at a path, from its first character to behind its last. */
export function wholeRange(root: Node | null, path: Path): Range {
  const { key, value } = spotOf(root, path)
  if (value !== null && !isEmpty(value)) return valueRange(value)
  return key ? valueRange(key) : [0, 0]
}
