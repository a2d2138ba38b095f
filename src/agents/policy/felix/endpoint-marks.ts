import { fnv32 } from '../../../cluster/calico/go-rand.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { chainName } from '../../cni/calico/names.ts'
import { dispatchTree } from './dispatch.ts'
import { assign, ENDPOINT, isMarked, NON_CALI } from './marks.ts'
import type { Explained } from './policy.ts'
import { workloadChain } from './workload.ts'

/** Marks take the bits of ENDPOINT, which begin here. */
const SHIFT = 21
/** How many numbers there are; 0 is no mark and 1 is NON_CALI's. */
const NUMBERS = 2 ** 11

/**
 * The number by which a node knows a Pod's packets again between INPUT and OUTPUT: by the hash of its interface, the next free one where
 * two meet (felix/rules/epmark.go). undefined for who comes when all are gone.
 */
function marksOf(devices: readonly string[]): ReadonlyMap<string, number> {
  const taken = new Set([0, 1])
  const out = new Map<string, number>()
  for (const dev of devices) {
    for (let i = 0; i < NUMBERS; i++) {
      const number = (fnv32(dev) + i) % NUMBERS
      if (taken.has(number)) continue
      taken.add(number)
      out.set(dev, number * 2 ** SHIFT)
      break
    }
  }
  return out
}

const markChain = (dev: string): string => chainName('cali-sm-', dev)

/**
 * Beside kube-proxy in IPVS mode, what a Pod sends to a Service passes INPUT and OUTPUT instead of FORWARD: the way in leaves a mark for the
 * Pod, and the way out finds the Pod's egress rules by it (felix/rules/dispatch.go, EndpointMarkDispatchChains).
 */
export function markChains(devices: readonly string[], because: CauseId): ReadonlyMap<string, readonly Explained[]> {
  const names = [...new Set(devices)].sort()
  const marks = marksOf(names)
  const root = 'cali-set-endpoint-mark'
  const tree = dispatchTree(names, { root, part: 'in', chainOf: markChain, end: [], because })
  const drop = { kind: 'drop' } as const
  return new Map([
    ...tree,
    [
      root,
      [
        ...(tree.get(root) ?? []),
        { match: [{ part: 'in', dev: 'cali+' }], comments: ['Unknown endpoint'], action: drop, because },
        { comments: ['Non-Cali endpoint mark'], action: assign(NON_CALI, ENDPOINT), because },
      ],
    ],
    [
      'cali-from-endpoint-mark',
      [
        ...names.flatMap((dev): readonly Explained[] => {
          const mark = marks.get(dev)
          if (mark === undefined) return []
          return [{ match: [isMarked(mark, ENDPOINT)], action: { kind: 'goto', chain: workloadChain('egress', dev) }, because }]
        }),
        { comments: ['Unknown interface'], action: drop, because },
      ],
    ],
    ...names.map((dev): readonly [string, readonly Explained[]] => {
      const mark = marks.get(dev)
      return [markChain(dev), mark === undefined ? [] : [{ action: assign(mark, ENDPOINT), because }]]
    }),
  ])
}
