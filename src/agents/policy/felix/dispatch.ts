import type { Part } from '../../../kernel/iptables/ast.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { Explained } from './policy.ts'
import { workloadChain } from './workload.ts'

/** Which way a packet goes through an interface: out of a Pod (`-i`) or to it (`-o`). */
const DISPATCH = { egress: 'cali-from-wl-dispatch', ingress: 'cali-to-wl-dispatch' } as const
type Way = keyof typeof DISPATCH

const through = (way: Way, dev: string): Part => ({ part: way === 'egress' ? 'in' : 'out', dev })

function commonPrefix(names: readonly string[]): string {
  const [first = '', ...rest] = names
  let length = first.length
  for (const name of rest) while (!name.startsWith(first.slice(0, length))) length--
  return first.slice(0, length)
}

/**
 * The tree that finds a Pod's chains by its interface: names that share the character after what all have in common stand in a chain of
 * their own, so that a node of 100 Pods is not one list (felix/rules/dispatch.go). What no rule knows is dropped.
 */
export function dispatchChains(devices: readonly string[], way: Way, because: CauseId): ReadonlyMap<string, readonly Explained[]> {
  const names = [...new Set(devices)].sort()
  const shared = commonPrefix(names)
  const byNext = new Map<string, string[]>()
  for (const name of names) {
    const prefix = name.slice(0, shared.length + 1)
    byNext.set(prefix, [...(byNext.get(prefix) ?? []), name])
  }
  const end: Explained = { comments: ['Unknown interface'], action: { kind: 'drop' }, because }
  const direct = (dev: string): Explained => ({
    match: [through(way, dev)],
    action: { kind: 'goto', chain: workloadChain(way, dev) },
    because,
  })
  const root: Explained[] = []
  const out = new Map<string, readonly Explained[]>()
  for (const [prefix, [first = '', ...more]] of byNext) {
    if (more.length === 0) {
      root.push(direct(first))
      continue
    }
    const chain = `${DISPATCH[way]}-${prefix.slice(shared.length)}`
    root.push({ match: [through(way, `${prefix}+`)], action: { kind: 'goto', chain }, because })
    out.set(chain, [...[first, ...more].map(direct), end])
  }
  out.set(DISPATCH[way], [...root, end])
  return out
}
