import { type JSX, type KeyboardEvent, memo, type PointerEvent, useMemo, useRef } from 'react'
import type { Answer } from '../../src/answer.ts'
import { sayBeat } from '../scene/say.ts'
import { useSize } from '../scene/size.ts'
import { type Lang, smallType, wordsOf } from '../scene/words.ts'
import { beatsOf, type Playhead } from './beats.ts'
import { beatAt, type Lane, type Lanes, lanesOf, type Sign } from './lanes.ts'
import { stepHop, stepStation } from './steps.ts'
import '../scene/scene.css'

export interface TimelineProps {
  readonly answer: Answer
  readonly lang: Lang
  readonly playhead: Playhead
  readonly onSeek: (playhead: Playhead) => void
  /** Stops at which play ends by itself: each has a flag. */
  readonly flags?: readonly number[]
}

const SignView = memo(({ sign, past }: { readonly sign: Sign; readonly past: boolean }): JSX.Element => {
  const at = `translate(${sign.x} ${sign.y})`
  switch (sign.sign) {
    case 'dot':
      return <circle className="pw-dot" data-past={past} data-tone={sign.tone} cx={sign.x} cy={sign.y} r={3} />
    case 'nat':
      return <path className="pw-sign-nat" transform={at} d="M0 -6.5L6.5 0L0 6.5L-6.5 0Z" />
    case 'encap':
      return <rect className="pw-sign-encap" data-tone={sign.tone} transform={at} x={-7} y={-4} width={14} height={8} rx={4} />
    case 'drop':
      return <path className="pw-octagon" transform={`${at} scale(.75)`} d="M-3.9 -9.4H3.9L9.4 -3.9V3.9L3.9 9.4H-3.9L-9.4 3.9V-3.9Z" />
  }
})

const d = (points: readonly { readonly x: number; readonly y: number }[]): string =>
  points.length < 2 ? '' : `M${points.map((p) => `${p.x} ${p.y}`).join('L')}`

const LaneView = memo(
  ({ lanes, lane, size, lit }: LaneProps): JSX.Element => (
    <g data-lane={lane.place}>
      <line className="pw-lane" x1={lanes.labelEnd + 6} x2={lanes.width - 6} y1={lane.y} y2={lane.y} />
      <text
        x={lanes.labelEnd}
        y={lane.y + 4}
        fontSize={size}
        textAnchor="end"
        fill={lit ? 'var(--ink)' : 'var(--muted)'}
        fontWeight={lit ? 650 : 400}
      >
        <title>{lane.full}</title>
        {lane.label}
      </text>
    </g>
  ),
)

interface LaneProps {
  readonly lanes: Lanes
  readonly lane: Lane
  readonly size: number
  readonly lit: boolean
}

/** What does not change while the walk is played: phases above, each packet's way. */
const Ways = memo(
  ({ lanes, size }: { readonly lanes: Lanes; readonly size: number }): JSX.Element => (
    <>
      {lanes.bands.map((b) => (
        <g key={`${b.phase} ${b.x1}`} data-tone={b.tone} data-phase={b.phase}>
          <line className="pw-band" x1={b.x1} x2={b.x2} y1={19} y2={19} />
          {b.label !== '' && (
            <text className="pw-band-text" x={b.x1} y={12} fontSize={size} fontWeight={650}>
              {b.label}
            </text>
          )}
        </g>
      ))}
      {lanes.threads.map((t) => (
        <path key={t.journey} className="pw-thread" data-tone={t.tone} d={d(t.points)} />
      ))}
    </>
  ),
)

interface ScoreProps {
  readonly lanes: Lanes
  readonly beat: number
  readonly lang: Lang
  readonly flags: readonly number[]
}

function Score({ lanes, beat, lang, flags }: ScoreProps): JSX.Element {
  const size = smallType(lang)
  const here = lanes.xs[beat]
  const active = lanes.threads.length === 0 ? undefined : lanes.signs.find((s) => s.beat === beat)?.y
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: the slider around it has the name and the value
    <svg width={lanes.width} height={lanes.height} viewBox={`0 0 ${lanes.width} ${lanes.height}`}>
      {lanes.lanes.map((l) => (
        <LaneView key={l.place} lanes={lanes} lane={l} size={size} lit={l.y === active} />
      ))}
      <Ways lanes={lanes} size={size} />
      {lanes.signs.map((s) => (
        <SignView key={s.beat} sign={s} past={s.beat <= beat} />
      ))}
      {flags.map((flag) => (
        <path key={flag} className="pw-breakpoint" data-flag={flag} d={`M${lanes.xs[flag] ?? 0} 33V23h7l-2 2.5l2 2.5h-7`} />
      ))}
      {here !== undefined && (
        <g data-head={beat}>
          <line className="pw-head" x1={here} x2={here} y1={16} y2={lanes.height - 1} />
          <path className="pw-head-flag" d={`M${here - 5} 23h10v7l-5 5l-5 -5Z`} />
        </g>
      )}
    </svg>
  )
}

/** The walk in time: a lane for every place, phases above, marks for NAT, encapsulation and drops. Scrubbed by pointer and keys. */
export function Timeline({ answer, lang, playhead, onSeek, flags = [] }: TimelineProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null)
  const size = useSize(frame)
  const beats = useMemo(() => beatsOf(answer), [answer])
  const { width, height } = size ?? { width: 0, height: 0 }
  const lanes = useMemo(() => (width === 0 ? undefined : lanesOf(answer, beats, width, lang, height)), [answer, beats, width, height, lang])
  const beat = Math.max(0, Math.min(beats.length - 1, playhead.beat))
  const now = beats[beat]
  const words = wordsOf(lang)

  const scrub = (e: PointerEvent<HTMLElement>): void => {
    if (lanes === undefined || beats.length === 0) return
    const next = beatAt(lanes, e.clientX - e.currentTarget.getBoundingClientRect().left)
    if (next !== playhead.beat || playhead.event !== undefined) onSeek({ beat: next })
  }
  const key = (e: KeyboardEvent): void => {
    const to = keyTarget(e)
    if (to === undefined || beats.length === 0) return
    e.preventDefault()
    e.stopPropagation()
    onSeek(to)
  }
  const keyTarget = (e: KeyboardEvent): Playhead | undefined => {
    switch (e.key) {
      case 'ArrowRight':
        return e.shiftKey ? stepHop(beats, playhead, 1) : stepStation(beats, playhead, 1)
      case 'ArrowLeft':
        return e.shiftKey ? stepHop(beats, playhead, -1) : stepStation(beats, playhead, -1)
      case 'PageDown':
        return stepHop(beats, playhead, 1)
      case 'PageUp':
        return stepHop(beats, playhead, -1)
      case 'Home':
        return { beat: 0 }
      case 'End':
        return { beat: beats.length - 1 }
      default:
        return undefined
    }
  }
  return (
    <div ref={frame} className="pw-timeline">
      {lanes !== undefined && (
        <div
          role="slider"
          tabIndex={0}
          style={{ width: lanes.width, height: lanes.height }}
          aria-label={words.timeline}
          aria-valuemin={1}
          aria-valuemax={Math.max(1, beats.length)}
          aria-valuenow={beat + 1}
          aria-valuetext={now === undefined ? words.empty : words.stopOf(beat + 1, beats.length, sayBeat(answer, now, lang))}
          onKeyDown={key}
          onPointerDown={(e) => {
            e.currentTarget.setPointerCapture(e.pointerId)
            scrub(e)
          }}
          onPointerMove={(e) => {
            if (e.buttons === 1) scrub(e)
          }}
        >
          <Score lanes={lanes} beat={beat} lang={lang} flags={flags} />
        </div>
      )}
    </div>
  )
}
