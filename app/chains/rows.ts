import type { ChainRow, RuleRow, TextPart } from '../../src/engine/columns/shape.ts'
import { sayAsks, sayWhyNot } from '../engine/say.ts'
import type { Lang } from '../ui/lang.ts'
import { wordsOf } from './words.ts'
import type { Piece } from './wrap.ts'

/** What a row looks like: matched blue, rewriting amber, dropping red, no match and unread grey. */
export type RowTone = 'hit' | 'rewrite' | 'drop' | 'no' | 'unread' | 'stop' | 'fold' | 'end'

/** What stands in a row before it is broken into lines. */
export interface RowText {
  readonly tone: RowTone
  readonly pieces: readonly Piece[]
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
  return (shown.length === 0 ? row.parts : shown).map((p) => ({ text: p.text, tone: toneOf(p, row.state) }))
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

/** The words of one row. `firstUnread`: the first of those that the packet did not come to. */
export function rowText(row: ChainRow, lang: Lang, firstUnread: boolean): RowText {
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
        notes: [[row.tried ? words.skipped(row.count) : words.unreadMore(row.count), ...reasons].join(' · ')],
        counted: '',
      }
    }
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
