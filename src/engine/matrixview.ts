import type { Answer, Viewed } from '../answer.ts'
import { type MatrixQuestion, matrixOf } from './matrix.ts'
import type { World } from './world.ts'

/** The table of the lab on stage, row by row: `go` hears how far it is, and says whether somebody still waits for it. */
export async function matrixFor(
  { world, answer }: { readonly world: World; readonly answer: Answer },
  asked: MatrixQuestion,
  go: (done: number, total: number) => Promise<boolean>,
): Promise<Viewed> {
  const running = matrixOf(world, asked, answer.question.seed)
  for (;;) {
    const next = running.next()
    if (next.done) return { kind: 'matrix', ...next.value }
    if (!(await go(next.value.done, next.value.total)))
      return { kind: 'problem', problem: { code: 'no-world', params: {}, severity: 'error' } }
  }
}
