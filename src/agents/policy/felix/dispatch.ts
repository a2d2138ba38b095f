import type { CauseId } from '../../../trace/cause.ts'
import type { Explained } from './policy.ts'
import { workloadChain } from './workload.ts'

/** Which way a packet goes through an interface: out of a Pod (`-i`) or to it (`-o`). */
const DISPATCH = { egress: 'cali-from-wl-dispatch', ingress: 'cali-to-wl-dispatch' } as const
type Way = keyof typeof DISPATCH

function commonPrefix(names: readonly string[]): string {
  const [first = '', ...rest] = names
  let length = first.length
  for (const name of rest) while (!name.startsWith(first.slice(0, length))) length--
  return first.slice(0, length)
}

interface Tree {
  /** The chain at its root, whose name begins those of the others. */
  readonly root: string
  readonly part: 'in' | 'out'
  chainOf(dev: string): string
  /** What ends each of its chains. */
  readonly end: readonly Explained[]
  readonly because: CauseId
}

/**
 * The tree that finds a Pod's chains by its interface: names that share the character after what all have in common stand in a chain of
 * their own, so that a node of 100 Pods is not one list (felix/rules/dispatch.go).
 */
export function dispatchTree(
  devices: readonly string[],
  { root, part, chainOf, end, because }: Tree,
): ReadonlyMap<string, readonly Explained[]> {
  const names = [...new Set(devices)].sort()
  const shared = commonPrefix(names)
  const byNext = new Map<string, string[]>()
  for (const name of names) {
    const prefix = name.slice(0, shared.length + 1)
    byNext.set(prefix, [...(byNext.get(prefix) ?? []), name])
  }
  const direct = (dev: string): Explained => ({ match: [{ part, dev }], action: { kind: 'goto', chain: chainOf(dev) }, because })
  const rules: Explained[] = []
  const out = new Map<string, readonly Explained[]>()
  for (const [prefix, [first = '', ...more]] of byNext) {
    if (more.length === 0) {
      rules.push(direct(first))
      continue
    }
    const chain = `${root}-${prefix.slice(shared.length)}`
    rules.push({ match: [{ part, dev: `${prefix}+` }], action: { kind: 'goto', chain }, because })
    out.set(chain, [...[first, ...more].map(direct), ...end])
  }
  out.set(root, [...rules, ...end])
  return out
}

/** By which interface a packet comes or goes; what no rule knows is dropped. */
export function dispatchChains(devices: readonly string[], way: Way, because: CauseId): ReadonlyMap<string, readonly Explained[]> {
  return dispatchTree(devices, {
    root: DISPATCH[way],
    part: way === 'egress' ? 'in' : 'out',
    chainOf: (dev) => workloadChain(way, dev),
    end: [{ comments: ['Unknown interface'], action: { kind: 'drop' }, because }],
    because,
  })
}
