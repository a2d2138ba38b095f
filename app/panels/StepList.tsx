import { memo, useEffect, useRef, useState } from 'react'
import { useBeside } from '../play/beside.ts'
import { flagged } from '../play/breakpoints.ts'
import { usePace } from '../play/pace.ts'
import { seek } from '../play/play.ts'
import { isDetail, type Station, stationAt, stepsOf } from '../play/steps.ts'
import { useStore } from '../store.ts'
import { type T, useT } from '../ui/words/t.ts'
import { Flag } from './FlagButton.tsx'
import { ListFilter } from './ListFilter.tsx'
import { everything, type Filter, legsOf, passes } from './legs.ts'
import { detailLabel, type StationLabel, stationLabel } from './station.ts'
import { useW, type W } from './words.ts'

interface RowProps {
  readonly station: Station
  readonly when: 'past' | 'now' | 'later'
  /** The event inside the station on which the playhead stands, else undefined. */
  readonly detail: number | undefined
  readonly open: boolean
  readonly flag: boolean
  readonly t: T
  readonly w: W
  readonly lang: string
}

const sameRow = (a: RowProps, b: RowProps): boolean =>
  a.station === b.station && a.when === b.when && a.detail === b.detail && a.open === b.open && a.flag === b.flag && a.lang === b.lang

/** What a mark says to those who do not see it. */
const markWord = (mark: StationLabel['mark'], w: W): string => (mark === 'none' ? '' : w(`mark.${mark}`))

const Row = memo(({ station, when, detail, open, flag, t, w }: RowProps) => {
  const label = stationLabel(station, t)
  const details = open ? station.events.filter((e) => e.seq !== station.first && isDetail(e)) : []
  return (
    <li className="stop" data-when={when} data-mark={label.mark}>
      <button
        type="button"
        tabIndex={when === 'now' ? 0 : -1}
        aria-current={when === 'now' ? 'step' : undefined}
        onClick={() => seek(station.first)}
      >
        <span className="ring" />
        <span className="name">
          {label.name}
          {flag && (
            <>
              <Flag raised />
              <span className="sr-only">, {w('bp.flag')}</span>
            </>
          )}
        </span>
        <span className="note">{label.note}</span>
        {label.mark !== 'none' && <span className="sr-only">, {markWord(label.mark, w)}</span>}
        {label.rewrite !== undefined && <span className="rewrite">{label.rewrite}</span>}
      </button>
      {details.length > 0 && (
        <ol className="details">
          {details.map((event) => (
            <li key={event.seq}>
              <button
                type="button"
                data-kind={event.kind}
                aria-current={event.seq === detail ? 'step' : undefined}
                tabIndex={when === 'now' ? 0 : -1}
                onClick={() => seek(event.seq)}
              >
                {detailLabel(event)}
              </button>
            </li>
          ))}
        </ol>
      )}
    </li>
  )
}, sameRow)

/** The walk as a plain list: packets, network namespaces, stations, and inside them their rules. */
export function StepList({ map = false }: { readonly map?: boolean }) {
  const t = useT()
  const w = useW()
  const lang = useStore((s) => s.lang)
  const pane = map ? 'stage' : 'inspector'
  const good = useBeside(pane, (s) => s.good)
  const playhead = useBeside(pane, (s) => s.playhead)
  const breakpoints = usePace((p) => p.breakpoints)
  const [filter, setFilter] = useState<Filter>(everything)
  const { stations } = stepsOf(good)
  const here = stationAt(stepsOf(good), playhead)
  const list = useRef<HTMLElement>(null)
  const index = here?.index ?? -1
  useEffect(() => {
    if (index < 0) return
    const row = list.current?.querySelector('[aria-current="step"]')
    row?.scrollIntoView({ block: 'nearest' })
  }, [index])
  if (here === undefined) return <p className="empty">{t('steps.empty')}</p>
  const kinds = new Map(good?.stage?.netns.map((n) => [n.name, n.kind]))
  const shown = stations.filter((s) => passes(filter, s))
  const flags = new Set(flagged(breakpoints, stations))
  const rowOf = (station: Station) => {
    const when = station.index < index ? 'past' : station.index === index ? 'now' : 'later'
    return (
      <Row
        key={station.first}
        station={station}
        when={when}
        detail={when === 'now' && playhead !== station.first ? playhead : undefined}
        open={filter.level === 'rule' || (when === 'now' && filter.level === 'station')}
        flag={flags.has(station.index)}
        t={t}
        w={w}
        lang={lang}
      />
    )
  }
  return (
    <section className="step-list" ref={list} aria-label={t('steps.label')}>
      {!map && <ListFilter filter={filter} stations={stations} shown={shown.length} onChange={setFilter} />}
      {shown.length === 0 && <p className="empty">{w('list.nothing')}</p>}
      {legsOf(shown).map((leg) => (
        <div key={leg.id} className="leg" data-phase={leg.phase}>
          <h2>
            <span className="phase">{t(`phase.${leg.phase}`)}</span>
            <code>{leg.title}</code>
          </h2>
          {leg.hops.map((hop) => (
            <div key={hop.hop} className="hop" data-kind={kinds.get(hop.netns) ?? 'underlay'}>
              {filter.level === 'hop' ? (
                <HopRow stations={hop.stations} index={index} netns={hop.netns} t={t} />
              ) : (
                <>
                  <h3>{hop.netns}</h3>
                  <ol>{hop.stations.map(rowOf)}</ol>
                </>
              )}
            </div>
          ))}
        </div>
      ))}
    </section>
  )
}

interface HopProps {
  readonly stations: readonly Station[]
  readonly index: number
  readonly netns: string
  readonly t: T
}

/** A network namespace in one line: its stations by name, and what was rewritten there. */
function HopRow({ stations, index, netns, t }: HopProps) {
  const [first] = stations
  const last = stations.at(-1)
  if (first === undefined || last === undefined) return null
  const when = last.index < index ? 'past' : first.index <= index ? 'now' : 'later'
  const labels = stations.map((s) => stationLabel(s, t))
  const rewritten = labels.flatMap((l) => (l.rewrite === undefined ? [] : [l.rewrite]))
  const mark =
    labels.find((l) => l.mark === 'drop')?.mark ?? labels.find((l) => l.mark === 'nat')?.mark ?? labels.find((l) => l.mark !== 'none')?.mark
  return (
    <ol>
      <li className="stop" data-when={when} data-mark={mark ?? 'none'}>
        <button type="button" aria-current={when === 'now' ? 'step' : undefined} onClick={() => seek(first.first)}>
          <span className="ring" />
          <span className="name">{netns}</span>
          <span className="note">{labels.map((l) => l.name).join(' → ')}</span>
          {rewritten.map((text) => (
            <span key={text} className="rewrite">
              {text}
            </span>
          ))}
        </button>
      </li>
    </ol>
  )
}
