import { seek, step, toEnd, togglePlay, toStart } from '../play/play.ts'
import { stationAt, stepsOf } from '../play/steps.ts'
import { useStore } from '../store.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { type Key, useT } from '../ui/words/t.ts'
import { stationLabel } from './station.ts'

/** Play, step both ways, scrub. */
export function Transport({ phone }: { readonly phone: boolean }) {
  const t = useT()
  const good = useStore((s) => s.good)
  const playhead = useStore((s) => s.playhead)
  const playing = useStore((s) => s.playing)
  const steps = stepsOf(good)
  const here = stationAt(steps, playhead)
  const none = here === undefined
  const button = (name: IconName, key: Key, act: () => void) => (
    <button type="button" aria-label={t(key)} title={t(key)} disabled={none} onClick={act}>
      <Icon name={name} />
    </button>
  )
  const position = none ? '' : t('inspector.stepOf', { n: here.index + 1, all: steps.stations.length })
  const scrub = (
    <input
      type="range"
      className="scrub"
      aria-label={t('transport.scrub')}
      aria-valuetext={none ? '' : `${position}: ${stationLabel(here, t).name}, ${here.beat.place}`}
      min={0}
      max={Math.max(0, steps.stations.length - 1)}
      value={here?.index ?? 0}
      disabled={none}
      style={{ '--at': `${none ? 0 : (100 * here.index) / Math.max(1, steps.stations.length - 1)}%` } as React.CSSProperties}
      onChange={(e) => seek(steps.stations[Number(e.target.value)]?.first ?? 0)}
    />
  )
  return (
    <fieldset className="transport" aria-label={t('transport.label')}>
      {phone && scrub}
      <div className="buttons">
        {!phone && button('start', 'transport.start', toStart)}
        {button('back', 'transport.back', () => step('station', -1))}
        {phone && (
          <button type="button" className="word" title={t('transport.intoTitle')} disabled={none} onClick={() => step('rule', 1)}>
            {t('transport.into')}
          </button>
        )}
        <button
          type="button"
          className="primary"
          aria-label={t(playing ? 'transport.pause' : 'transport.play')}
          title={t(playing ? 'transport.pause' : 'transport.play')}
          disabled={none}
          onClick={togglePlay}
        >
          <Icon name={playing ? 'pause' : 'play'} />
        </button>
        {phone && (
          <button type="button" className="word" title={t('transport.overTitle')} disabled={none} onClick={() => step('hop', 1)}>
            {t('transport.over')}
          </button>
        )}
        {button('next', 'transport.next', () => step('station', 1))}
        {!phone && button('end', 'transport.end', toEnd)}
      </div>
      {!phone && scrub}
      {!phone && (
        <p className="position">
          {none ? '–' : <b>{here.index + 1}</b>} / {steps.stations.length}
        </p>
      )}
    </fieldset>
  )
}
