import type { Answer } from '../../src/answer.ts'
import type { SourceFile } from '../../src/manifest/object.ts'
import type { Cause, CauseId } from '../../src/trace/cause.ts'
import type { Look } from '../play/steps.ts'

export interface Origin {
  readonly id: CauseId
  readonly cause: Cause
  /** Steps from the event's own cause. */
  readonly depth: number
  /** The nearer cause that it was found behind; undefined for the first. */
  readonly from: CauseId | undefined
}

/** The causes behind a number, nearest first, each once. */
export function originsOf(answer: Answer, because: CauseId | undefined): readonly Origin[] {
  const causes = answer.walk?.causes
  if (causes === undefined || because === undefined || because === 0) return []
  const found: Origin[] = []
  const seen = new Set<CauseId>([because])
  let ring: readonly (readonly [id: CauseId, from: CauseId | undefined])[] = [[because, undefined]]
  for (let depth = 0; ring.length > 0; depth++) {
    const next: (readonly [CauseId, CauseId])[] = []
    for (const [id, from] of ring) {
      const cause = causes[id]
      if (cause === undefined) continue
      found.push({ id, cause, depth, from })
      for (const behind of cause.from) {
        if (!seen.has(behind)) next.push([behind, id])
        seen.add(behind)
      }
    }
    ring = next
  }
  return found
}

/** The cause that a look stands on: its main event's, else that of the last event which has one. */
export function becauseOf(look: Look): CauseId | undefined {
  if (look.main.because) return look.main.because
  if (!look.whole) return undefined
  return look.station.events.filter((e) => e.because).at(-1)?.because
}

/** The name under which the made-up things are shown. */
export const DEFAULTS = 'defaults.yaml'

export interface Place {
  readonly file: string
  readonly offset: number
}

/** The manifest line nearest to a step, if the text that it was computed from is still the text on screen. */
export function litPlace(answer: Answer | undefined, look: Look | undefined, files: readonly SourceFile[]): Place | undefined {
  if (answer === undefined || look === undefined) return undefined
  for (const { cause } of originsOf(answer, becauseOf(look))) {
    const { what } = cause
    if (what.kind === 'made-up' && what.offset !== undefined) return { file: DEFAULTS, offset: what.offset }
    if (what.kind !== 'manifest') continue
    const then = answer.question.files.find((f) => f.name === what.file)
    const now = files.find((f) => f.name === what.file)
    return then !== undefined && then.text === now?.text ? { file: what.file, offset: what.offset } : undefined
  }
  return undefined
}

/** Line from 1 of an offset in characters. */
export function lineOf(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}
