import { levels, nextSpeed, setPace, setSpeed, usePace } from '../play/pace.ts'
import { seek, step, stepInto, stepOut, stepOver, toEnd, togglePlay, toStart } from '../play/play.ts'
import { type Station, stationAt, stepsOf } from '../play/steps.ts'
import { useStore } from '../store.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { type Key, useT } from '../ui/words/t.ts'
import { FlagButton } from './FlagButton.tsx'
import { Phases } from './Phases.tsx'
import { stationLabel } from './station.ts'
import { useW } from './words.ts'

function Button({
  name,
  label,
  act,
  off,
}: {
  readonly name: IconName
  readonly label: string
  readonly act: () => void
  readonly off: boolean
}) {
  return (
    <button type="button" aria-label={label} title={label} disabled={off} onClick={act}>
      <Icon name={name} />
    </button>
  )
}

/** Back and on, by what the visitor chose to step by. */
function StepButton({ way, off }: { readonly way: 1 | -1; readonly off: boolean }) {
  const t = useT()
  const w = useW()
  const level = usePace((p) => p.level)
  const key: Key = way === 1 ? 'transport.next' : 'transport.back'
  const label = level === 'station' ? t(key) : w(way === 1 ? `next.${level}` : `back.${level}`)
  return <Button name={way === 1 ? 'next' : 'back'} label={label} act={() => step(level, way)} off={off} />
}

function PlayButton({ off }: { readonly off: boolean }) {
  const t = useT()
  const playing = useStore((s) => s.playing)
  const label = t(playing ? 'transport.pause' : 'transport.play')
  return (
    <button type="button" className="primary" aria-label={label} title={label} disabled={off} onClick={togglePlay}>
      <Icon name={playing ? 'pause' : 'play'} />
    </button>
  )
}

function SpeedButton() {
  const w = useW()
  const speed = usePace((p) => p.speed)
  const label = w('speed.label', { n: speed })
  return (
    <button type="button" className="word speed" aria-label={label} title={label} onClick={() => setSpeed(nextSpeed(speed))}>
      {speed}×
    </button>
  )
}

const chainSteps = [
  ['into', stepInto],
  ['over', stepOver],
  ['out', stepOut],
] as const

/** Into, over, out of a chain. */
function ChainButtons({ names, off }: { readonly names: readonly ('into' | 'over' | 'out')[]; readonly off: boolean }) {
  const w = useW()
  return chainSteps.map(([name, act]) =>
    names.includes(name) ? (
      <button key={name} type="button" className="word" title={w(`chain.${name}.title`)} disabled={off} onClick={act}>
        {w(`chain.${name}`)}
      </button>
    ) : null,
  )
}

function LevelPicker() {
  const w = useW()
  const level = usePace((p) => p.level)
  return (
    <fieldset className="segments" aria-label={w('level.label')}>
      {levels.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={level === name}
          title={w(`level.${name}.title`)}
          onClick={() => setPace({ level: name })}
        >
          {w(`level.${name}`)}
        </button>
      ))}
    </fieldset>
  )
}

function Scrub({ here, stations }: { readonly here: Station | undefined; readonly stations: readonly Station[] }) {
  const t = useT()
  const last = Math.max(0, stations.length - 1)
  const position = here === undefined ? '' : t('inspector.stepOf', { n: here.index + 1, all: stations.length })
  return (
    <input
      type="range"
      className="scrub"
      aria-label={t('transport.scrub')}
      aria-valuetext={here === undefined ? '' : `${position}: ${stationLabel(here, t).name}, ${here.beat.place}`}
      min={0}
      max={last}
      value={here?.index ?? 0}
      disabled={here === undefined}
      style={{ '--at': `${here === undefined ? 0 : (100 * here.index) / Math.max(1, last)}%` } as React.CSSProperties}
      onChange={(e) => seek(stations[Number(e.target.value)]?.first ?? 0)}
    />
  )
}

/** Play, step both ways and through chains, scrub, speed, and a stop at NAT. */
export function Transport({ phone }: { readonly phone: boolean }) {
  const t = useT()
  const w = useW()
  const good = useStore((s) => s.good)
  const playhead = useStore((s) => s.playhead)
  const { stations } = stepsOf(good)
  const here = stationAt(stepsOf(good), playhead)
  const off = here === undefined
  const stopAtNat = <FlagButton at={{ kind: 'nat' }} label={w('bp.nat')} word="NAT" />
  const scrub = <Scrub here={here} stations={stations} />
  if (phone)
    return (
      <fieldset className="transport" aria-label={t('transport.label')}>
        <div className="scrub-row">
          <div className="phase-scrub">
            <Phases stations={stations} />
            {scrub}
          </div>
          <SpeedButton />
          {stopAtNat}
        </div>
        <div className="buttons">
          <StepButton way={-1} off={off} />
          <ChainButtons names={['into']} off={off} />
          <PlayButton off={off} />
          <ChainButtons names={['over', 'out']} off={off} />
          <StepButton way={1} off={off} />
        </div>
      </fieldset>
    )
  return (
    <fieldset className="transport" aria-label={t('transport.label')}>
      <div className="buttons">
        <Button name="start" label={t('transport.start')} act={toStart} off={off} />
        <StepButton way={-1} off={off} />
        <PlayButton off={off} />
        <StepButton way={1} off={off} />
        <Button name="end" label={t('transport.end')} act={toEnd} off={off} />
      </div>
      <LevelPicker />
      <div className="small-buttons">
        <ChainButtons names={['into', 'over', 'out']} off={off} />
        <SpeedButton />
        {stopAtNat}
      </div>
      <div className="scrub-row">
        {scrub}
        <p className="position">
          {off ? '–' : <b>{here.index + 1}</b>} / {stations.length}
        </p>
      </div>
    </fieldset>
  )
}
