import type { ChainColumn, ChainRow, FoldRow, RuleRow } from '../../src/engine/columns/shape.ts'
import type { ElementRow, Said } from '../../src/engine/columns/shape-look.ts'
import { fitted, textWidth } from '../scene/measure.ts'
import type { Lang } from '../ui/lang.ts'
import { artOf } from './art.ts'
import { bpfWords } from './bpf/words.ts'
import { type RowText, rowText } from './rows.ts'
import type { ColumnBox, RowBox, When } from './shapes.ts'
import {
  columnPad,
  inset,
  lineHeight,
  monoChar,
  narrowest,
  noteHeight,
  noteSize,
  otherPad,
  rowGap,
  rowPad,
  titleChar,
  titleHeight,
  widest,
} from './sizes.ts'
import { wordsOf } from './words.ts'
import { wrapMono, wrapName, wrapSans } from './wrap.ts'

/** How many rules of a fold are fetched at once. */
export const PIECE = 100

/** Lines of a table are kept whole up to this many characters. */
const TABLE = 46

/** The number before the key of a look-up, px. */
const BADGE = 24

/** The sign before a fold, px. */
const SIGN = 16

export const foldKey = (row: Pick<FoldRow, 'seq' | 'from' | 'look'>): string => `${row.seq} ${row.from} ${row.look ?? ''}`

/** Rows of folds that the visitor has opened, as far as they were fetched, by `foldKey`. */
export type Opened = ReadonlyMap<string, readonly (RuleRow | ElementRow)[]>

export interface Reading {
  readonly lang: Lang
  readonly opened: Opened
  /** The packet has come as far as this event. */
  readonly upTo: number
  /** The event that the playhead stands on, if it stands on one. */
  readonly now: number | undefined
}

interface Shown {
  readonly key: string
  readonly row: ChainRow
  readonly fold?: 'open' | 'more'
  readonly text: RowText
}

/** Rules, folds and elements are known by their place in the chain or list, the others by that in the column. */
export const keyOf = (row: ChainRow, at: number): string => {
  if (row.kind === 'rule') return `r${row.index}`
  // one column may show the same element in several look-ups
  if (row.kind === 'element') return `r${row.index}@${row.seq}`
  return row.kind === 'fold' ? `f${row.from}@${row.seq}` : row.kind === 'end' ? `e${row.seq}` : `t${at}`
}

/** The rows that stand in the column now: folds opened, with a button for the rest. */
function shownRows(column: ChainColumn, { lang, opened }: Reading): readonly Shown[] {
  const words = wordsOf(lang)
  let unread = false
  return column.rows.flatMap((row, at): readonly Shown[] => {
    const first = row.kind === 'rule' && row.state === 'unread' && !unread
    if (first) unread = true
    const key = keyOf(row, at)
    const text = rowText(row, lang, first, column.look)
    const rows = row.kind === 'fold' ? opened.get(foldKey(row)) : undefined
    if (row.kind !== 'fold' || rows === undefined) return [{ key, row, text }]
    const left = row.count - rows.length
    const more = left > 0 ? [words.more(Math.min(left, PIECE), left)] : []
    return [
      { key, row, text, fold: 'open' },
      ...rows.map((r): Shown => ({ key: keyOf(r, at), row: r, text: rowText(r, lang, false, column.look) })),
      ...more.map((note): Shown => ({ key: `${key}+`, row, fold: 'more', text: { tone: 'fold', pieces: [], notes: [note], counted: '' } })),
    ]
  })
}

const longest = (words: readonly string[]): number => words.reduce((n, w) => Math.max(n, w.length), 0)

/** What should stand on one line: words, a jump with its chain, and the lines of a table. */
const wholes = (text: string, table: boolean): readonly string[] => (table || /^-[jg] \S+$/.test(text) ? [text] : text.split(' '))

/** The entries of a map stand on two lines at most where this width is enough, px. */
const ENTRY = 290

function entryWidth(shown: readonly Shown[]): number {
  const entries = shown.slice(0, 40).flatMap(({ row, text }) => (row.kind === 'element' ? [text.pieces] : []))
  for (let w = narrowest; w <= ENTRY; w += 6)
    if (entries.every((pieces) => wrapMono(pieces, Math.floor((w - 2 * inset) / monoChar)).length <= 2)) return w
  return narrowest
}

/** As wide as the longest name in it. */
function widthOf(column: ChainColumn, shown: readonly Shown[], lang: Lang): number {
  const words = shown.flatMap(({ text, row }) =>
    text.pieces.flatMap((p) => wholes(p.text, row.kind === 'head' || (row.kind === 'element' && p.text.length < TABLE))),
  )
  const keys = shown.flatMap(({ text, row }) => (row.kind === 'key' && row.n !== undefined ? text.pieces.map((p) => p.text) : []))
  const back = column.rows.reduce(
    (n, r) => (r.kind === 'end' && r.to !== undefined ? Math.max(n, textWidth(r.to, noteSize(lang)) * 1.03) : n),
    0,
  )
  const least = column.look?.kind === 'bpf-map' ? entryWidth(shown) : narrowest
  const wanted =
    Math.max(column.chain.length * titleChar, longest(words) * monoChar, keys.length === 0 ? 0 : longest(keys) * monoChar + BADGE, back) +
    2 * inset +
    2
  return Math.min(widest, Math.max(least, Math.ceil(wanted)))
}

/** A name that is wider than a column breaks behind its dashes and slashes. */
const titleOf = (name: string, room: number): readonly string[] => wrapName(name, Math.floor(room / titleChar))

/** At most two lines: how many rules, and why the packet came here; the whole is said on hovering. */
function subtitle(column: ChainColumn, width: number, lang: Lang): readonly string[] {
  const size = noteSize(lang)
  if (column.look) return wrapSans(subtitleText(column, lang), width, size)
  const { said, ...bare } = column
  const whole = subtitleText(column, lang)
  if (said === undefined || textWidth(whole, size) * 1.02 <= width) return [whole]
  return [subtitleText(bare, lang), fitted(said, width / 1.02, size)]
}

function subtitleText({ total, policy, said, look }: ChainColumn, lang: Lang): string {
  const words = wordsOf(lang)
  if (look) return words.looked1(look.kind, look.type, total)
  const rules = total === 0 ? words.noRules : words.rules(total)
  return [rules, ...(policy === undefined ? [] : [words.policy(policy)]), ...(said === undefined ? [] : [said])].join(' · ')
}

const isRow = (row: ChainRow, look: ChainColumn['look']): boolean =>
  (look?.kind === 'bpf-map' && row.kind === 'key') ||
  (row.kind === 'rule' && row.state !== 'no' && row.state !== 'unread') ||
  row.kind === 'end' ||
  (row.kind === 'said' && (row.rewrites || row.tone === 'hit' || row.tone === 'drop' || isNoted(row.said)))

const isNoted = (said: Said): boolean => said.code === 'bpf' && said.bpf.is === 'noted'

/** `seq` of a rule that was passed over is that of the step after it: it is known as soon as that step is. */
function whenOf(row: ChainRow, { upTo, now }: Reading, look: ChainColumn['look']): When {
  if (row.seq > upTo) return 'later'
  return isRow(row, look) && row.seq === now ? 'now' : 'past'
}

/** One chain as a card; x is filled in by the layout. */
export function columnBox(column: ChainColumn, index: number, reading: Reading): ColumnBox {
  const { lang, upTo } = reading
  const shown = shownRows(column, reading)
  const title = column.look?.kind === 'wire' ? bpfWords(lang).wireTitle(column.look.type) : column.chain
  const w = widthOf(column, shown, lang)
  const room = w - 2 * inset
  const sub = subtitle(column, room, lang)
  const titleLines = titleOf(title, room)
  let y = columnPad + titleLines.length * titleHeight + sub.length * noteHeight(lang) + 6
  const rows = shown.map((one): RowBox => {
    const badge = one.row.kind === 'key' ? one.row.n : undefined
    const lines = wrapMono(one.text.pieces, Math.floor((room - (badge === undefined ? 0 : BADGE)) / monoChar))
    const leads = (one.text.leads ?? []).flatMap((n) => wrapSans(n, room, noteSize(lang), 650))
    const notes = one.text.notes.flatMap((n) => wrapSans(n, room - (one.text.tone === 'fold' ? SIGN : 0), noteSize(lang)))
    const counted = one.text.counted
    const beside = counted !== '' && textWidth(`${notes.at(-1) ?? ''}${counted}`, noteSize(lang)) * 1.04 + 12 <= room && notes.length > 0
    const pad = one.text.tone === 'other' ? otherPad : rowPad
    const art = one.row.kind === 'said' ? artOf(one.row.said) : undefined
    const h =
      (art?.h ?? 0) +
      2 * pad +
      lines.length * lineHeight +
      (leads.length + notes.length + (counted === '' || beside ? 0 : 1)) * noteHeight(lang)
    const { key, row, text, fold } = one
    const box = {
      key,
      y,
      h,
      row,
      ...(art ? { art } : {}),
      tone: text.tone,
      lines,
      leads,
      notes,
      counted,
      beside,
      when: whenOf(row, reading, column.look),
    }
    y += h + rowGap
    return { ...box, ...(fold === undefined ? {} : { fold }), ...(badge === undefined ? {} : { badge }) }
  })
  const later = column.from !== undefined && column.from.seq > upTo
  const h = y - (rows.length === 0 ? 0 : rowGap) + columnPad
  return {
    key: `c${index}`,
    index,
    title,
    titleLines,
    sub,
    subFull: subtitleText(column, lang),
    ...(column.look ? { look: column.look.kind, of: column.look } : {}),
    rows,
    later,
    x: 0,
    y: 0,
    w,
    h,
  }
}
