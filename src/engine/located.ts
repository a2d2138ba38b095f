import type { AgentProblem } from '../agents/cni/cni.ts'
import type { SourceFile } from '../manifest/object.ts'
import type { Cause, CauseId } from '../trace/cause.ts'
import type { Problem, Where } from '../trace/problem.ts'

/** The nearest field of the files behind a cause. */
function written(causes: readonly Cause[], id: CauseId): Extract<Cause['what'], { kind: 'manifest' }> | undefined {
  const seen = new Set<CauseId>()
  const queue: CauseId[] = [id]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const cause = causes[next]
    if (!cause || seen.has(next)) continue
    seen.add(next)
    if (cause.what.kind === 'manifest') return cause.what
    queue.push(...cause.from)
  }
  return undefined
}

function whereOf(what: { readonly file: string; readonly offset: number; readonly path: string }, text: string): Where {
  const before = text.slice(0, what.offset)
  const line = before.split('\n').length
  const { file, offset, path } = what
  return { file, line, column: offset - before.lastIndexOf('\n'), offset, end: offset, field: path }
}

/** What agents found, with its place in the files: they know causes, not texts. */
export function located(found: readonly AgentProblem[], causes: readonly Cause[], files: readonly SourceFile[]): readonly Problem[] {
  return found.map(({ because, ...problem }) => {
    const what = problem.where || because === undefined ? undefined : written(causes, because)
    const text = files.find((f) => f.name === what?.file)?.text
    return what === undefined || text === undefined ? problem : { ...problem, where: whereOf(what, text) }
  })
}
