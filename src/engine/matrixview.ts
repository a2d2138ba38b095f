import type { Answer, Viewed } from '../answer.ts'
import { type MatrixProgress, type MatrixQuestion, matrixOf } from './matrix.ts'
import type { World } from './world.ts'

/** The table of the lab on stage: `go` hears of each row how far it is, and says whether somebody still waits for it. */
export async function matrixFor(
  { world, answer }: { readonly world: World; readonly answer: Answer },
  asked: MatrixQuestion,
  go: (far: MatrixProgress) => Promise<boolean> | true,
): Promise<Viewed> {
  const running = matrixOf(world, asked, answer.question.seed)
  for (;;) {
    const next = running.next()
    if (next.done) return { kind: 'matrix', ...next.value }
    const on = go(next.value)
    // most rows are done between two messages: a turn for others costs more than the row
    if (on !== true && !(await on)) return { kind: 'problem', problem: { code: 'no-world', params: {}, severity: 'error' } }
  }
}
