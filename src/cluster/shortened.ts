import type { Problem } from '../trace/problem.ts'
import type { ClusterCode } from './codes.ts'

/** A workload of thousands of Pods has the same problem with each of them. */
const MOST_ALIKE = 3

/** Of many problems of one kind at one place the first few, then how many more there are. */
export function shortened(problems: readonly Problem[]): readonly Problem[] {
  const key = ({ code, where }: Problem): string => `${code} ${where === undefined ? '' : `${where.file} ${where.offset} ${where.field}`}`
  const left = new Map<string, number>()
  for (const one of problems) left.set(key(one), (left.get(key(one)) ?? 0) + 1)
  const shown = new Map<string, number>()
  return problems.flatMap((one) => {
    const n = (shown.get(key(one)) ?? 0) + 1
    shown.set(key(one), n)
    const all = left.get(key(one)) ?? 0
    if (n <= MOST_ALIKE || all === MOST_ALIKE + 1) return [one]
    if (n > MOST_ALIKE + 1) return []
    return [{ ...one, code: 'more-of-these' satisfies ClusterCode, params: { count: all - MOST_ALIKE } }]
  })
}
