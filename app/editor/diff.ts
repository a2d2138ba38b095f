/** One line of a comparison. Numbers count from 1; a removed line has none in the new text, an added one none in the old. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
  readonly before: number | undefined
  readonly after: number | undefined
}

/** Lines that belong together: a change with some lines around it. `from` and `to`: lines of the new text (from 0, exclusive) that it would put back. */
export interface Hunk {
  readonly lines: readonly DiffLine[]
  readonly changes: readonly { readonly from: number; readonly to: number; readonly old: readonly string[] }[]
}

/** Beyond this many lines that differ the middle is told as removed and added whole: the search is quadratic. */
const MOST = 2000
/** Lines shown around a change. */
const AROUND = 2

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

/** Longest common subsequence of what lies between the equal head and tail. */
function middle(a: readonly string[], b: readonly string[]): readonly (readonly [kind: DiffLine['kind'], text: string])[] {
  if (a.length * b.length > MOST * MOST)
    return [...a.map((text) => ['removed', text] as const), ...b.map((text) => ['added', text] as const)]
  const width = b.length + 1
  const best = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j
      best[at] = a[i] === b[j] ? (best[at + width + 1] ?? 0) + 1 : Math.max(best[at + width] ?? 0, best[at + 1] ?? 0)
    }
  const out: (readonly [DiffLine['kind'], string])[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const at = i * width + j
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push(['same', a[i] as string])
      i++
      j++
    } else if (i < a.length && (j >= b.length || (best[at + width] ?? 0) >= (best[at + 1] ?? 0))) out.push(['removed', a[i++] as string])
    else out.push(['added', b[j++] as string])
  }
  return out
}

/** Every line of two texts, in order. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const parts = [
    ...a.slice(0, head).map((text) => ['same', text] as const),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map((text) => ['same', text] as const),
  ]
  let [x, y] = [0, 0]
  return parts.map(([kind, text]) => ({
    kind,
    text,
    before: kind === 'added' ? undefined : ++x,
    after: kind === 'removed' ? undefined : ++y,
  }))
}

/** The changes with the lines around them; those that are near each other are one. */
export function hunksOf(before: string, after: string): readonly Hunk[] {
  const lines = diffLines(before, after)
  const near = lines.map((_, i) => lines.slice(Math.max(0, i - AROUND), i + AROUND + 1).some((l) => l.kind !== 'same'))
  const hunks: Hunk[] = []
  for (let i = 0; i < lines.length; i++) {
    if (!near[i]) continue
    let end = i
    while (end < lines.length && near[end]) end++
    hunks.push({ lines: lines.slice(i, end), changes: changesIn(lines, i, end) })
    i = end
  }
  return hunks
}

function changesIn(lines: readonly DiffLine[], start: number, end: number): Hunk['changes'] {
  const changes: { from: number; to: number; old: string[] }[] = []
  // Lines of the new text that stand before the hunk.
  let at = lines.slice(0, start).filter((l) => l.after !== undefined).length
  let open: { from: number; to: number; old: string[] } | undefined
  for (const line of lines.slice(start, end)) {
    if (line.kind === 'same') {
      open = undefined
      at++
      continue
    }
    if (!open) {
      open = { from: at, to: at, old: [] }
      changes.push(open)
    }
    if (line.kind === 'removed') open.old.push(line.text)
    else open.to = ++at
  }
  return changes
}

/** The new text with one hunk as it was. */
export function putBack(after: string, hunk: Hunk): string {
  const lines = [...linesOf(after)]
  for (const { from, to, old } of [...hunk.changes].reverse()) lines.splice(from, to - from, ...old)
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}
