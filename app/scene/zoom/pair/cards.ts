import { addText, type Draft } from '../../draft.ts'
import { fitted, textWidth } from '../../measure.ts'
import type { Box } from '../../shapes.ts'

/** px from line to line. */
export const leading = 15
const pad = 8

/** A line of a table where it is drawn. */
export interface Row extends Box {
  readonly text: string
}

/** Words of a line put on as many lines as it takes; one word that is too long alone is shortened. */
export function wrapped(text: string, room: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    const longer = last === undefined ? word : `${last} ${word}`
    if (last !== undefined && textWidth(longer, 11, 'mono') <= room) lines[lines.length - 1] = longer
    else lines.push(fitted(word, room, 11, 'mono'))
  }
  return lines
}

interface Table {
  readonly id: string
  readonly title: string
  readonly lines: readonly string[]
  /** Said instead of lines where there are none. */
  readonly none: string
  readonly more: (n: number) => string
  /** Those that a reader looks for come first when not all are shown. */
  readonly first: (line: string) => boolean
  readonly most: number
}

const shownOf = ({ lines, first, most }: Table): readonly string[] => {
  if (lines.length <= most) return lines
  const wanted = new Set([...lines.filter(first), ...lines.filter((l) => !first(l))].slice(0, most))
  return lines.filter((l) => wanted.has(l))
}

/** A table as its tool prints it, in a card of this width. Returns where it ends and where its lines stand. */
export function layTable(d: Draft, x: number, y: number, w: number, table: Table): { readonly end: number; readonly rows: readonly Row[] } {
  const at = d.boxes.length
  addText(d, `${table.id}/title`, x + pad, y + 16, table.title, { weight: 650, ink: 'ink2', size: 11.5, room: w - 2 * pad })
  const rows: Row[] = []
  const shown = shownOf(table)
  let below = y + 21
  for (const [i, line] of shown.entries()) {
    const parts = wrapped(line, w - 2 * pad - 2)
    rows.push({ x: x + 4, y: below + 1, w: w - 8, h: parts.length * leading, text: line })
    for (const [n, part] of parts.entries())
      addText(d, `${table.id}/${i}/${n}`, x + pad, below + 12 + n * leading, part, { font: 'mono', size: 11, ink: 'ink2', full: line })
    below += parts.length * leading
  }
  const left = table.lines.length - shown.length
  const note = table.lines.length === 0 ? table.none : left > 0 ? table.more(left) : ''
  if (note !== '') {
    addText(d, `${table.id}/note`, x + pad, below + 12, note, { room: w - 2 * pad })
    below += leading
  }
  const end = below + 6
  d.boxes.splice(at, 0, { id: table.id, role: 'panel', lit: false, r: 8, x, y, w, h: end - y })
  return { end, rows }
}

/** A device: its name, and what there is to say of it, line by line; its veth runs below. Returns its box. */
export function layDevice(d: Draft, netns: string, name: string, lines: readonly string[], box: Box): void {
  d.boxes.push({ id: `${netns}/${name}/device`, role: 'device', lit: true, netns, r: 8, ...box })
  addText(d, `${netns}/${name}/name`, box.x + 10, box.y + 17, name, { font: 'mono', size: 12, weight: 650, ink: 'ink', room: box.w - 20 })
  for (const [i, line] of lines.entries())
    addText(d, `${netns}/${name}/${i}`, box.x + 10, box.y + 17 + (i + 1) * leading, line, {
      font: 'mono',
      size: 11,
      ink: 'ink2',
      room: box.w - 20,
    })
}
