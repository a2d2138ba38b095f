import type { Counts, Journey, Outcome } from '../../trace/journey.ts'
import type { Lang } from '../../words/lang.ts'
import { sayOutcome } from '../../words/outcomes.ts'
import { say } from '../words/words.ts'
import { type Line, lineOf } from './event.ts'
import { endingText, outcomeText } from './outcome.ts'
import { unprovenLine } from './unproven.ts'

interface Told {
  readonly journeys: readonly Journey[]
  readonly outcome: Outcome
  readonly counts: Counts
}

/** A walk as text: a heading a packet, a line a step, the outcome at the end, and the CNI that no kernel has walked. */
export function walkText(title: string, { journeys, outcome, counts }: Told, unproven: string | undefined, lang: Lang): string {
  const rows = journeys.map((j) => ({ journey: j, lines: j.events.flatMap((e) => numbered(e.seq, lineOf(e))) }))
  const all = rows.flatMap((r) => r.lines)
  const width = (of: (row: Numbered) => string): number => all.reduce((most, row) => Math.max(most, of(row).length), 0)
  const widths = [width((r) => r.number), width((r) => r.netns), width((r) => r.place), width((r) => r.what)] as const
  const text = ({ number, netns, place, what, detail }: Numbered): string =>
    `  ${number.padStart(widths[0])}  ${netns.padEnd(widths[1])}  ${place.padEnd(widths[2])}  ${what.padEnd(widths[3])}  ${detail}`.trimEnd()
  const packets = rows.map(
    ({ journey, lines }) =>
      `${headingOf(journey)}\n${lines.map((l) => `${text(l)}\n`).join('')}  ${' '.repeat(widths[0])}  ${endingText(journey.ending)}\n\n`,
  )
  const { title: short, text: long } = sayOutcome(outcome, lang)
  return `${title}\n\n${packets.join('')}${outcomeText(outcome)}\n${short}: ${long}\n${unprovenLine(unproven, lang)}${say(lang, 'counts', { ...counts })}\n`
}

interface Numbered extends Line {
  readonly number: string
}

const numbered = (seq: number, line: Line | undefined): readonly Numbered[] => (line === undefined ? [] : [{ ...line, number: `${seq}` }])

function headingOf({ id, phase, title, parent }: Journey): string {
  return `#${id} ${phase}  ${title}${parent === undefined ? '' : `  (${parent.as} to #${parent.journey})`}`
}
