import type { ChainColumn, ChainRow, RuleRow, TextPart } from '../../src/engine/columns/shape.ts'
import type { ElementRow, KeyRow } from '../../src/engine/columns/shape-look.ts'
import { sayAsks, sayWhyNot } from '../engine/say.ts'
import type { Lang } from '../ui/lang.ts'
import { bpfText } from './bpf/text.ts'
import { saidIn } from './said.ts'
import { wordsOf } from './words.ts'
import type { Piece } from './wrap.ts'

/** What a row looks like: matched blue, rewriting amber, dropping red, no match and unread grey; the key of a look-up is a card of its own. */
export type RowTone =
  | 'hit'
  | 'rewrite'
  | 'drop'
  | 'no'
  | 'unread'
  | 'stop'
  | 'fold'
  | 'end'
  | 'key'
  | 'absent'
  | 'head'
  | 'other'
  | 'said'
  | 'card'

/** What stands in a row before it is broken into lines. */
export interface RowText {
  readonly tone: RowTone
  readonly pieces: readonly Piece[]
  /** Sentences that stand out, before the others. */
  readonly leads?: readonly string[]
  /** Sentences under the rule. */
  readonly notes: readonly string[]
  /** What the rule has counted by the end of the probe. */
  readonly counted: string
}

const toneOf = (part: TextPart, state: RuleRow['state']): Piece['tone'] => {
  if (part.role === 'target') return 'target'
  if (state === 'unread' || part.hit === undefined) return 'plain'
  return part.hit ? 'hit' : 'miss'
}

/** A rule without what only a printer needs: bare `-m NAME`, and its comment, which stands under the name of the chain that it leads to. */
export function piecesOf(row: RuleRow): readonly Piece[] {
  const shown = row.parts.filter((p) => p.role === 'condition' || p.role === 'target')
  return (shown.length === 0 ? row.parts : shown).map((p) => ({ text: p.short ?? p.text, tone: toneOf(p, row.state) }))
}

function ruleTone(row: RuleRow): RowTone {
  switch (row.state) {
    case 'no':
      return 'no'
    case 'unread':
      return 'unread'
    case 'unmodelled':
      return 'stop'
    case 'matched':
      if (row.verdict?.kind === 'drop' || row.verdict?.kind === 'reject') return 'drop'
      return row.rewrites ? 'rewrite' : 'hit'
  }
}

function ruleNotes(row: RuleRow, lang: Lang, firstUnread: boolean): readonly string[] {
  const words = wordsOf(lang)
  switch (row.state) {
    case 'no': {
      const [why] = row.why
      return why === undefined ? [] : [sayWhyNot(why, lang)]
    }
    case 'unread':
      return firstUnread ? [words.unread] : []
    case 'unmodelled':
      return [words.unmodelled]
    case 'matched': {
      const { effect, verdict } = row
      if (effect !== undefined) return [words.effect(effect.kind, effect.from, effect.to)]
      const said = verdict === undefined ? '' : words.verdict(verdict)
      return said === '' ? [] : [said]
    }
  }
}

type Look = ChainColumn['look']

/** Fields stand between dots in nft's keys, between commas in those of ipset; IPVS has no text for its own. */
const glueOf = (look: Look): string => (look?.kind === 'ipset' ? ',' : look?.kind === 'set' || look?.kind === 'map' ? ' . ' : ' ')

/** A key or an entry of a map of eBPF breaks before its arrows and behind its commas. */
const broken = (text: string, look: Look): readonly string[] => (look?.kind === 'bpf-map' ? text.split(/ (?=-> |→ )|(?<=,) /) : [text])

function keyText(row: KeyRow, look: Look, lang: Lang): RowText {
  const glue = glueOf(look)
  const names = row.parts.map((p) => p.name).join(glue)
  const text = row.parts.map((p) => p.value).join(glue)
  const pieces = broken(text, look).map((part) => ({ text: part, tone: 'hit' as const }))
  const absent = row.absent ? [saidIn(lang).absent(look?.kind === 'virtuals' ? 'virtuals' : 'set')] : []
  const below = [names, ...absent].filter((note) => note !== '')
  return { tone: row.absent ? 'absent' : 'key', pieces, notes: below, counted: '' }
}

function elementText(row: ElementRow, look: Look, lang: Lang): RowText {
  const hit = row.state === 'matched'
  const asked = look?.kind !== 'servers' && look?.kind !== 'endpoints' && look?.kind !== 'numgen'
  const said = row.said === undefined ? (hit && asked ? saidIn(lang).found : '') : saidIn(lang).said(row.said)
  const pieces = broken(row.text, look).map((text) => ({ text, tone: hit ? ('hit' as const) : ('plain' as const) }))
  return { tone: hit ? 'hit' : 'other', pieces, notes: said === '' ? [] : [said], counted: '' }
}

/** The words of one row. `firstUnread`: the first of those that the packet did not come to; `look`: what its column is, where it is no chain. */
export function rowText(row: ChainRow, lang: Lang, firstUnread: boolean, look?: Look): RowText {
  const words = wordsOf(lang)
  switch (row.kind) {
    case 'rule':
      return {
        tone: ruleTone(row),
        pieces: piecesOf(row),
        notes: ruleNotes(row, lang, firstUnread),
        counted: row.packets > 0 ? words.counted(row.packets, row.bytes) : '',
      }
    case 'fold': {
      const reasons = row.reasons.slice(0, 3).map((r) => words.by(sayAsks(r.part, lang), r.count))
      return {
        tone: 'fold',
        pieces: [],
        notes: [
          row.look === undefined
            ? [row.tried ? words.skipped(row.count) : words.unreadMore(row.count), ...reasons].join(' · ')
            : words.others(row.count, look?.kind ?? 'set'),
        ],
        counted: '',
      }
    }
    case 'key':
      return keyText(row, look, lang)
    case 'head':
      return { tone: 'head', pieces: [{ text: row.text, tone: 'plain' }], notes: [], counted: '' }
    case 'element':
      return elementText(row, look, lang)
    case 'said':
      if (row.said.code === 'bpf') return bpfText(row, row.said.bpf, lang)
      return { tone: row.rewrites ? 'rewrite' : 'said', pieces: [], notes: [saidIn(lang).said(row.said)], counted: '' }
    case 'end': {
      const said = row.policy === undefined ? words.end(row.to) : words.policy(row.policy.toUpperCase())
      return {
        tone: row.policy === 'drop' ? 'drop' : 'end',
        pieces: [],
        notes: [said],
        counted: row.packets === undefined || row.packets === 0 ? '' : words.counted(row.packets, row.bytes ?? 0),
      }
    }
  }
}
