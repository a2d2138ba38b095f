import { maglevTable } from '../../../agents/cni/cilium/maglev.ts'
import { maglevName } from '../../../agents/cni/cilium/maglev-map.ts'
import type { Backend } from '../../../agents/cni/cilium/services.ts'
import type { AgentMap } from '../../../kernel/bpf/ast.ts'
import type { Maglev } from '../shape-bpf.ts'

const isBackend = (value: unknown): value is Backend =>
  typeof value === 'object' && value !== null && 'proto' in value && 'address' in value

/** Whose the places of a table are, and what of it moves when the chosen backend leaves: the table is made again without it. */
export function maglevSaid(key: string, map: AgentMap<unknown>): Maglev | undefined {
  const chosen = map.get(key)?.value
  const places = map.list(key)
  if (!isBackend(chosen)) return undefined
  const names: string[] = []
  const owners: string[] = []
  for (let i = 0; i < places.length; i++) {
    const owner = places.at(i)?.value
    if (!isBackend(owner)) return undefined
    const name = maglevName(owner)
    if (!names.includes(name)) names.push(name)
    owners.push(name)
  }
  const gone = maglevName(chosen)
  const left = names.filter((n) => n !== gone).sort()
  const own = owners.filter((o) => o === gone).length
  const after = left.length === 0 ? undefined : maglevTable(left, places.length)
  const moved = after === undefined ? 0 : owners.filter((o, i) => o !== gone && o !== left[after[i] ?? 0]).length
  return {
    is: 'maglev',
    size: places.length,
    place: Number(/place (\d+)$/.exec(key)?.[1] ?? 0),
    now: gone,
    shares: names.sort().map((name) => ({ name, places: owners.filter((o) => o === name).length })),
    ...(after === undefined ? {} : { leaves: { own, others: owners.length - own, moved } }),
  }
}
