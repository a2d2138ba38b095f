import type { Cause, CauseId } from '../trace/cause.ts'

/** The file name under which the made-up objects are shown. */
const DEFAULTS = 'defaults.yaml'

interface Said {
  readonly id: CauseId
  readonly object: string
  readonly path: string
  /** Line from 1 of the key that the value belongs to. */
  readonly line: number
}

/** Line number of every offset that is asked for, by halving. */
function linesOf(text: string): {
  readonly at: (offset: number) => number
  readonly text: (line: number) => string
  readonly count: number
} {
  const starts = [0]
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return {
    count: starts.length,
    text: (line) => text.slice(starts[line - 1] ?? text.length, (starts[line] ?? text.length + 1) - 1),
    at(offset) {
      let [low, high] = [0, starts.length - 1]
      while (low < high) {
        const middle = Math.ceil((low + high) / 2)
        if ((starts[middle] ?? 0) <= offset) low = middle
        else high = middle - 1
      }
      return low + 1
    },
  }
}

/** A value on a line of its own belongs to the key above it; one behind `- ` to the dash's line. */
function keyOffset(text: string, offset: number): number {
  let at = offset - 1
  while (at >= 0 && /\s/.test(text.charAt(at))) at -= 1
  return text.charAt(at) === ':' ? at : offset
}

const indentOf = (line: string): number => line.search(/\S/)
const isNothing = (line: string): boolean => /^\s*(#.*)?$/.test(line)
const isBorder = (line: string): boolean => /^(---|\.\.\.)(\s|$)/.test(line)

/** Does `path` stand inside `outer`, or is it the same? */
const within = (path: string, outer: string): boolean =>
  outer === '' || path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)

/** The deepest of those that begin on one line: `spec.ports[0].port`, not `spec.ports[0]`. */
const deepest = (found: readonly Said[]): readonly Said[] =>
  found.filter((a) => !found.some((b) => b !== a && b.object === a.object && b.path !== a.path && within(b.path, a.path)))

/** What a line says: a field, the object that holds it, and the line on which it begins. */
export interface LineSays {
  readonly object: string
  readonly path: string
  readonly line: number
}

/**
 * The causes that a line of a file says: those that begin on it; else those inside what the line opens; else those of
 * the nearest line around it; else the whole object's. With each come the causes of its inner fields.
 */
export function saidBy(
  list: readonly Cause[],
  file: string,
  text: string,
  line: number,
): { readonly of: readonly LineSays[]; readonly ids: readonly CauseId[] } {
  // a line of a dump is what it is: one rule, one route
  const dumped = list.flatMap(({ what }, id) => (what.kind === 'dump' && what.file === file && what.line === line ? [id] : []))
  if (dumped.length > 0) return { of: [], ids: dumped }
  const lines = linesOf(text)
  if (line < 1 || line > lines.count || isBorder(lines.text(line))) return { of: [], ids: [] }
  let [first, last] = [line, line]
  while (first > 1 && !isBorder(lines.text(first - 1))) first -= 1
  while (last < lines.count && !isBorder(lines.text(last + 1))) last += 1
  const here: Said[] = []
  for (const [id, { what }] of list.entries()) {
    if (what.kind !== 'manifest' && what.kind !== 'made-up') continue
    if ((what.kind === 'manifest' ? what.file : DEFAULTS) !== file || what.offset === undefined) continue
    const at = lines.at(what.path === '' ? what.offset : keyOffset(text, what.offset))
    if (at >= first && at <= last) here.push({ id, object: what.object, path: what.path, line: at })
  }
  const base = baseOf(here, lines, line, first, last)
  const all = here.filter((s) => base.some((b) => b.object === s.object && within(s.path, b.path)))
  const of = new Map(base.map((b) => [`${b.object} ${b.path}`, { object: b.object, path: b.path, line: b.line }]))
  return { of: [...of.values()], ids: all.map((s) => s.id) }
}

function baseOf(here: readonly Said[], lines: ReturnType<typeof linesOf>, line: number, first: number, last: number): readonly Said[] {
  const own = here.filter((s) => s.line === line)
  if (own.length > 0) return deepest(own)
  if (isNothing(lines.text(line))) return []
  const indent = indentOf(lines.text(line))
  const item = lines.text(line).charAt(indent) === '-'
  let end = line
  for (let next = line + 1; next <= last; next++) {
    const inner = lines.text(next)
    const deeper = indentOf(inner) > indent || (!item && indentOf(inner) === indent && inner.charAt(indent) === '-')
    if (!isNothing(inner) && !deeper) break
    end = next
  }
  const opened = here.filter((s) => s.line > line && s.line <= end)
  if (opened.length > 0) return opened.filter((a) => !opened.some((b) => b !== a && b.path !== a.path && within(a.path, b.path)))
  let least = indent
  for (let up = line - 1; up >= first; up--) {
    const outer = lines.text(up)
    if (isNothing(outer) || indentOf(outer) >= least) continue
    least = indentOf(outer)
    const around = here.filter((s) => s.line === up && s.path !== '')
    if (around.length > 0) return deepest(around)
  }
  // Nothing asks for some objects as a whole: then it is all that their fields say.
  const whole = here.filter((s) => s.path === '')
  return whole.length > 0 ? whole : here.map((s) => ({ ...s, path: '', line: first }))
}
