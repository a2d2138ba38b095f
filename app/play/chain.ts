import type { TraceEvent } from '../../src/trace/event.ts'

/** An event that stepping by rules stops at. */
export const isSmall = (e: TraceEvent): boolean => e.kind === 'rule' || e.kind === 'nat' || e.kind === 'drop'

/**
 * How deep in chains each event of a station stands: 0 in a base chain and outside of any, 1 in a chain that a rule
 * jumped to. A table's visit begins anew at each base chain; a goto puts a chain in the place of the one it leaves.
 */
export function depthsOf(events: readonly TraceEvent[]): readonly number[] {
  let visit = ''
  let stack: string[] = []
  return events.map((e) => {
    if (e.kind !== 'rule' && e.kind !== 'chain-end') {
      if (e.kind !== 'conntrack') stack = []
      return Math.max(0, stack.length - 1)
    }
    const chain = e.kind === 'rule' ? e.rule.chain : e.chain
    const table = e.kind === 'rule' ? e.rule.table : e.table
    const here = `${table} ${e.base} ${e.priority}`
    if (here !== visit || stack.length === 0) stack = [e.base]
    visit = here
    const at = stack.lastIndexOf(chain)
    if (at < 0) stack.push(chain)
    else stack.length = at + 1
    const depth = stack.length - 1
    if (e.kind === 'chain-end') stack.pop()
    else if (e.verdict.kind === 'jump') stack.push(e.verdict.chain)
    else if (e.verdict.kind === 'goto') stack[stack.length - 1] = e.verdict.chain
    else if (e.verdict.kind === 'return') stack.pop()
    else if (e.verdict.kind !== 'continue') stack = []
    return depth
  })
}

/** The next event worth a stop that is no deeper than `depth`, behind `index`; undefined: the station holds none. */
export function nextUpTo(events: readonly TraceEvent[], index: number, depth: number): number | undefined {
  const depths = depthsOf(events)
  for (let i = index + 1; i < events.length; i++) {
    const e = events[i]
    if (e !== undefined && isSmall(e) && (depths[i] ?? 0) <= depth) return i
  }
  return undefined
}
