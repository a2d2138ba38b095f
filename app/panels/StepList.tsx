import { memo, useEffect, useRef } from 'react'
import { seek } from '../play/play.ts'
import { isDetail, type Station, stationAt, stepsOf } from '../play/steps.ts'
import { useStore } from '../store.ts'
import { type T, useT } from '../ui/words/t.ts'
import { detailLabel, stationLabel } from './station.ts'

interface RowProps {
  readonly station: Station
  readonly when: 'past' | 'now' | 'later'
  /** The event inside the station on which the playhead stands, else undefined. */
  readonly detail: number | undefined
  readonly t: T
  readonly lang: string
}

const sameRow = (a: RowProps, b: RowProps): boolean =>
  a.station === b.station && a.when === b.when && a.detail === b.detail && a.lang === b.lang

const Row = memo(({ station, when, detail, t }: RowProps) => {
  const label = stationLabel(station, t)
  const details = station.events.filter((e) => e.seq !== station.first && isDetail(e))
  return (
    <li className="stop" data-when={when} data-mark={label.mark}>
      <button
        type="button"
        tabIndex={when === 'now' ? 0 : -1}
        aria-current={when === 'now' ? 'step' : undefined}
        onClick={() => seek(station.first)}
      >
        <span className="ring" />
        <span className="name">{label.name}</span>
        <span className="note">{label.note}</span>
        {label.rewrite !== undefined && <span className="rewrite">{label.rewrite}</span>}
      </button>
      {when === 'now' && details.length > 0 && (
        <ol className="details">
          {details.map((event) => (
            <li key={event.seq}>
              <button
                type="button"
                data-kind={event.kind}
                aria-current={event.seq === detail ? 'step' : undefined}
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

interface Hop {
  readonly netns: string
  readonly hop: number
  readonly stations: Station[]
}
interface Leg {
  readonly id: number
  readonly phase: Station['journey']['phase']
  readonly title: string
  readonly hops: Hop[]
}

function legsOf(stations: readonly Station[]): readonly Leg[] {
  const legs: Leg[] = []
  for (const station of stations) {
    let leg = legs.at(-1)
    if (leg?.id !== station.journey.id) {
      leg = { id: station.journey.id, phase: station.journey.phase, title: station.journey.title, hops: [] }
      legs.push(leg)
    }
    let hop = leg.hops.at(-1)
    if (hop?.hop !== station.beat.hop) {
      hop = { netns: station.beat.place, hop: station.beat.hop, stations: [] }
      leg.hops.push(hop)
    }
    hop.stations.push(station)
  }
  return legs
}

/** The walk as a plain list: packets, network namespaces, stations, and inside the current one its rules. */
export function StepList() {
  const t = useT()
  const lang = useStore((s) => s.lang)
  const good = useStore((s) => s.good)
  const playhead = useStore((s) => s.playhead)
  const steps = stepsOf(good)
  const here = stationAt(steps, playhead)
  const list = useRef<HTMLElement>(null)
  const index = here?.index ?? -1
  useEffect(() => {
    if (index < 0) return
    const row = list.current?.querySelector('[data-when="now"]')
    row?.scrollIntoView({ block: 'nearest' })
  }, [index])
  if (here === undefined) return <p className="empty">{t('steps.empty')}</p>
  const kinds = new Map(good?.stage?.netns.map((n) => [n.name, n.kind]))
  return (
    <section className="step-list" ref={list} aria-label={t('steps.label')}>
      {legsOf(steps.stations).map((leg) => (
        <section key={leg.id} className="leg" data-phase={leg.phase} aria-label={leg.title}>
          <h3>
            <span className="phase">{t(`phase.${leg.phase}`)}</span>
            <code>{leg.title}</code>
          </h3>
          {leg.hops.map((hop) => (
            <section key={hop.hop} className="hop" data-kind={kinds.get(hop.netns) ?? 'underlay'} aria-label={hop.netns}>
              <h4>{hop.netns}</h4>
              <ol>
                {hop.stations.map((station) => (
                  <Row
                    key={station.first}
                    station={station}
                    when={station.index < index ? 'past' : station.index === index ? 'now' : 'later'}
                    detail={station.index === index && playhead !== station.first ? playhead : undefined}
                    t={t}
                    lang={lang}
                  />
                ))}
              </ol>
            </section>
          ))}
        </section>
      ))}
    </section>
  )
}
