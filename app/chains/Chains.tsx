import { useCallback, useLayoutEffect, useMemo, useRef } from 'react'
import type { TableVisit } from '../../src/engine/columns/shape.ts'
import { useBeside } from '../play/beside.ts'
import { seek } from '../play/play.ts'
import { playheadOf, stepsOf } from '../play/steps.ts'
import { set, useStore } from '../store.ts'
import type { Lang } from '../ui/lang.ts'
import { unprovenOf } from '../ui/unproven/words.ts'
import { type Folds, type Shown, useColumns, useFolds } from './ask.ts'
import { ColumnList } from './ColumnList.tsx'
import { Columns } from './Columns.tsx'
import { keyOf } from './column.ts'
import { layoutOf } from './layout.ts'
import { askedBefore, type ChainPlace, placeOf, rowOf, unasked } from './place.ts'
import type { ColumnBox, Picture, RowBox } from './shapes.ts'
import { setChains, tellingVisit, useChains, visitAt, visitKey } from './state.ts'
import { Whole } from './Whole.tsx'
import { type ChainWords, wordsOf } from './words.ts'
import './chains.css'

/** What to say where there are no columns. */
function Empty({ text }: { readonly text: string }) {
  return <p className="chain-empty">{text}</p>
}

function emptyText(place: ChainPlace | undefined, shown: Shown | undefined, words: ChainWords): string | undefined {
  if (place?.hook === undefined) return place?.station.events.some((e) => e.kind === 'bpf') ? words.program : words.noHook
  if (shown === undefined) return ''
  if (shown.seq === place.hook.seq && shown.lost) return words.lost
  if (shown.columns === undefined || shown.columns.visits.length > 0) return undefined
  return words.unasked[unasked(place)]
}

/** The table to show: that of the playhead's event, else the visitor's choice, else the one that says most. */
function useVisit(shown: Shown | undefined, place: ChainPlace | undefined): TableVisit | undefined {
  const chosen = useChains((s) => s.table)
  const visits = shown?.columns?.visits ?? []
  const event = place?.inTable === true && place.hook?.seq === shown?.seq ? place.event : undefined
  const byEvent = event && visitAt(visits, event.seq)
  const mine =
    chosen?.answer === shown?.answer && chosen?.hook === shown?.seq ? visits.find((v) => visitKey(v) === chosen?.table) : undefined
  return mine ?? byEvent ?? tellingVisit(visits)
}

interface HeadProps {
  readonly shown: Shown | undefined
  readonly visit: TableVisit | undefined
  readonly words: ChainWords
  readonly lang: Lang
  readonly quiet: boolean
  readonly phone: boolean
  /** Number of the stop, from 1, that these columns belong to, when it is an earlier one. */
  readonly ago: number | undefined
}

/** Where a program of eBPF is attached: `connect() · cgroup`. */
const placeName = (visit: TableVisit): string | undefined => visit.bpf?.places.find((p) => p.state === 'here')?.name

/** What a visit is called on its button. */
const tabOf = ({ kind, table, base }: TableVisit): string => (kind === 'nft' ? base : table)

function Head({ shown, visit, words, quiet, phone, ago, lang }: HeadProps) {
  const columns = shown?.columns
  const visits = columns?.visits ?? []
  const unproven = unprovenOf(shown?.answer, lang)
  const whole = useChains((s) => s.whole)
  return (
    <header className="chain-head">
      <h2>{words.title}</h2>
      {!quiet && columns !== undefined && visit !== undefined && (
        <p>
          <code>{words.where(columns.netns, columns.hook?.toUpperCase() ?? placeName(visit) ?? words.userSpace)}</code>
          {(visits.length < 2 || visit.kind !== 'iptables') && <code> · {words.table(visit)}</code>}
          <span> · {words.counts(visit)}</span>
          {ago !== undefined && <b> · {words.ago(ago)}</b>}
          {/* Beside the outcome it is said too, where that is in sight. */}
          {unproven !== undefined && (phone || whole) && (
            <span className="unproven" title={unproven.whole}>
              {' '}
              · {unproven.short}
            </span>
          )}
        </p>
      )}
      {!quiet && visits.length > 1 && shown !== undefined && (
        <fieldset className="chain-tables" aria-label={words.tables}>
          {visits.map((one) => (
            <button
              key={visitKey(one)}
              type="button"
              aria-pressed={one === visit}
              onClick={() => setChains({ table: { answer: shown.answer, hook: shown.seq, table: visitKey(one) } })}
            >
              {tabOf(one)} <small>{one.kind === 'ipvs' ? one.lookups : one.evaluated}</small>
            </button>
          ))}
        </fieldset>
      )}
      {!phone && <Whole words={words} />}
    </header>
  )
}

/** What a click on a row does: to its event, its fold, or into the inspector. */
function usePick(shown: Shown | undefined, folds: Folds, kind: TableVisit['kind'] | undefined): (column: ColumnBox, box: RowBox) => void {
  const pick = (column: ColumnBox, { row, fold }: RowBox): void => {
    if (shown?.columns === undefined) return
    if (row.kind === 'fold') {
      if (fold === 'more') folds.more(row)
      else folds.toggle(row)
      return
    }
    if (row.kind === 'key' || row.kind === 'head' || row.kind === 'said') return
    if (row.kind === 'end' || (row.kind === 'rule' && row.verdict !== undefined) || (row.kind === 'element' && row.state === 'matched')) {
      setChains({ picked: undefined })
      seek(row.seq)
      return
    }
    const causes = { ...shown.columns.causes, ...folds.causes }
    set({ tab: 'step' })
    const look = column.of === undefined ? {} : { look: column.of }
    const where = { answer: shown.answer, hook: shown.seq, column: column.key, chain: column.title, kind: kind ?? 'iptables' }
    setChains({ picked: { ...where, ...look, row, causes } })
  }
  // The same function at every step: a column that has not changed is not drawn anew.
  const newest = useRef(pick)
  useLayoutEffect(() => {
    newest.current = pick
  })
  return useCallback((column, row) => newest.current(column, row), [])
}

function usePicked(shown: Shown | undefined): (column: ColumnBox) => string | undefined {
  const picked = useChains((s) => s.picked)
  return (column) => {
    if (picked === undefined || picked.answer !== shown?.answer || picked.hook !== shown.seq) return undefined
    if (picked.chain !== column.title || (picked.look !== undefined && picked.column !== column.key)) return undefined
    return `${column.key} ${keyOf(picked.row, 0)}`
  }
}

/** The chains that the packet went through at the hook of this step: a column for each, and why each rule did not match. */
export function Chains({ phone = false }: { readonly phone?: boolean }) {
  const good = useBeside('chains', (s) => s.good)
  const lang = useStore((s) => s.lang)
  const playhead = useBeside('chains', (s) => s.playhead)
  const words = wordsOf(lang)
  // Where no chain is asked, those that were asked last stay, and say so. A phone has them under its step: there they would be out of place.
  const now = placeOf(good, playhead)
  const before = phone || now?.hook !== undefined ? undefined : askedBefore(good, playhead)
  const place = before ?? now
  const shown = useColumns(good, place?.station.beat.journey ?? 0, place?.hook?.seq)
  const folds = useFolds(shown?.answer, place?.station.beat.journey ?? 0, shown?.seq)
  const visit = useVisit(shown, place)
  const here = place !== undefined && place.hook?.seq === shown?.seq
  const upTo = here && place.event !== undefined ? place.event.seq : Number.POSITIVE_INFINITY
  const row = visit === undefined || place === undefined || !here ? undefined : rowOf(place, visit.first, visit.last)
  const inside = place?.event !== undefined
  const { opened } = folds
  const answer = shown?.answer
  const kept = useRef<Picture>(undefined)
  const drawn = useMemo(() => {
    if (visit === undefined || answer === undefined) return undefined
    const steps = stepsOf(answer)
    const stepOf = (seq: number): number | undefined => (steps.at.has(seq) ? playheadOf(steps, seq).beat + 1 : undefined)
    return layoutOf(visit, {
      lang,
      opened,
      upTo,
      now: inside ? row : undefined,
      focus: visit.bpf && !inside ? -1 : (row ?? visit.last),
      stepOf,
    })
  }, [visit, answer, lang, opened, upTo, inside, row])
  // Until the new columns have come the old ones stay as they were.
  const picture = here || kept.current === undefined ? drawn : kept.current
  kept.current = picture
  const onPick = usePick(shown, folds, visit?.kind)
  const pickedIn = usePicked(shown)
  const picked = picture?.columns.map(pickedIn).find((k) => k !== undefined)
  const empty = emptyText(place, shown, words)
  const tone = place?.station.beat.tone ?? 'request'
  const whole = useChains((s) => s.whole) && !phone
  const label = visit === undefined ? words.title : `${words.title}: ${words.table(visit)}`
  return (
    <section className="chains" data-phone={phone} data-whole={whole} data-at={shown?.seq} aria-label={words.title}>
      <Head
        shown={shown}
        visit={visit}
        words={words}
        lang={lang}
        quiet={empty !== undefined}
        phone={phone}
        ago={before && before.station.index + 1}
      />
      {empty !== undefined || picture === undefined ? (
        <Empty text={empty ?? ''} />
      ) : phone ? (
        <ColumnList picture={picture} tone={tone} words={words} picked={picked} onPick={onPick} />
      ) : (
        <Columns picture={picture} tone={tone} words={words} picked={picked} onPick={onPick} label={label} />
      )}
    </section>
  )
}
