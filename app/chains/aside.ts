import type { MarkOrigin, SourceChoice } from '../../src/engine/columns/shape.ts'
import type { Lang } from '../ui/lang.ts'
import type { Field, OriginBox, SourceBox } from './shapes.ts'
import { columnPad, headSize, inset, lineHeight, monoChar, narrowest, noteHeight, noteSize, titleHeight } from './sizes.ts'
import { wordsOf } from './words.ts'
import { wrapMono, wrapSans } from './wrap.ts'

const DOT = 18

const heading = (text: string, width: number, lang: Lang): readonly string[] => wrapSans(text, width, headSize(lang), 700)

const plain = (text: string, width: number): readonly string[] =>
  wrapMono([{ text, tone: 'plain' }], Math.floor(width / monoChar)).map((line) => line.map((p) => p.text).join(''))

/** Where a mark came from: the chains that led to it, and the mark. `step`: number of its stop, from 1. */
export function originBox(origin: MarkOrigin, step: number | undefined, lang: Lang): OriginBox {
  const words = wordsOf(lang)
  const longest = origin.path.reduce((n, p) => Math.max(n, p.chain.length), 0)
  const w = Math.max(narrowest, Math.ceil(longest * monoChar + 2 * inset + DOT))
  const title = heading(words.origin, w - 2 * inset, lang)
  let y = columnPad + title.length * titleHeight + noteHeight(lang) + 8
  const stops = origin.path.map(({ chain, seq }) => {
    const lines = plain(chain, w - 2 * inset - DOT)
    const stop = { chain, seq, y, lines }
    y += lines.length * lineHeight + 11
    return stop
  })
  const markY = y + 2
  const sub = words.originAt(origin.hook.toUpperCase(), step)
  return { x: 0, y: 0, w, h: markY + 26 + columnPad, title, sub, stops, mark: words.mark(origin.mark), markY, seq: origin.seq }
}

/** Which address MASQUERADE took, and what decided it. */
export function sourceBox(source: SourceChoice, later: boolean, lang: Lang): SourceBox {
  const words = wordsOf(lang)
  const w = 256
  const title = heading(words.source, w - 2 * inset, lang)
  const facts: readonly (readonly [string, string, boolean])[] = [
    [words.fields.out, source.dev, false],
    [words.fields.hop, source.hop, false],
    [words.fields.own, source.addresses.length === 0 ? words.none : source.addresses.join(', '), false],
    [words.fields.new, source.to, true],
    [words.fields.conntrack, 'SRC_NAT', false],
  ]
  let y = columnPad + title.length * titleHeight + noteHeight(lang) + 8
  const fields = facts.map(([name, value, rewrites]): Field => {
    const field = { name, lines: plain(value, w - 2 * inset - 86), y, rewrites }
    y += Math.max(noteHeight(lang), field.lines.length * lineHeight) + (rewrites ? 9 : 5)
    return field
  })
  const address = source.address
  const told = [words.how[source.how](source.dev, address), ...(source.randomFully ? [words.random] : []), words.seen(address)].join(
    lang === 'zh' ? '' : ' ',
  )
  const remark = wrapSans(told, w - 2 * inset - 16, noteSize(lang))
  const remarkY = y + 5
  const h = remarkY + remark.length * noteHeight(lang) + 12 + columnPad
  return { x: 0, y: 0, w, h, title, sub: 'MASQUERADE', fields, remark, remarkY, later }
}
