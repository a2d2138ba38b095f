import { type JSX, memo } from 'react'
import { arrowsOn, type Point, pathOf } from './path.ts'
import type {
  BoxShape,
  CardShape,
  DoorShape,
  LineShape,
  MarkShape,
  PillShape,
  PlugShape,
  RailShape,
  StationView,
  TagShape,
  TextShape,
  TubeShape,
} from './shapes.ts'

/** Shapes are plain values: one with the same values as before is not drawn anew. Points and such are compared by identity, which a layout keeps. */
function sameShapes<P extends object>(before: P, now: P): boolean {
  return Object.entries(now).every(([name, value]) => sameValues(before[name as keyof P], value))
}

function sameValues(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(b)
  return keys.length === Object.keys(a).length && keys.every((key) => key in a && a[key as keyof typeof a] === b[key as keyof typeof b])
}

const anchors = { start: 'start', middle: 'middle', end: 'end' } as const

/** One line of text. What was shortened shows its whole self as a tooltip. */
export const Text = memo(({ shape, className }: { readonly shape: TextShape; readonly className?: string }): JSX.Element => {
  return (
    <text
      x={shape.x}
      y={shape.y}
      textAnchor={anchors[shape.anchor]}
      fontSize={shape.size}
      fontWeight={shape.weight}
      fontStyle={shape.slanted ? 'italic' : undefined}
      className={`${shape.font === 'mono' ? 'pw-mono' : ''} ${className ?? ''}`.trim() || undefined}
      fill={`var(--${shape.ink})`}
      textDecoration={shape.struck ? 'line-through' : undefined}
    >
      {shape.full !== undefined && shape.full !== shape.text && <title>{shape.full}</title>}
      {shape.text}
    </text>
  )
}, sameShapes)

export const BoxView = memo(({ box }: { readonly box: BoxShape }): JSX.Element => {
  return (
    <rect
      className={`pw-box-${box.role}`}
      data-netns={box.netns}
      data-role={box.role}
      data-lit={box.lit}
      data-fate={box.fate}
      data-tone={box.tone}
      x={box.x}
      y={box.y}
      width={box.w}
      height={box.h}
      rx={box.r}
    />
  )
}, sameShapes)

export const RailView = memo(({ rail }: { readonly rail: RailShape }): JSX.Element => {
  return <path className={rail.veth ? 'pw-rail pw-veth' : 'pw-rail'} d={pathOf(rail.points)} />
}, sameShapes)

/** Where programs of eBPF are attached. */
const Hexagon = ({ x, y, names }: { readonly x: number; readonly y: number; readonly names: string }): JSX.Element => (
  <path className="pw-bpf" data-bpf={names} d={HEXAGON} transform={`translate(${x} ${y})`} />
)
const HEXAGON = 'M-2.75 -4.8H2.75L5.5 0L2.75 4.8H-2.75L-5.5 0Z'

export const PillView = memo(({ pill }: { readonly pill: PillShape }): JSX.Element => {
  return (
    <g data-device={pill.id} data-here={pill.here !== undefined} data-tone={pill.here}>
      {pill.here !== undefined && (
        <rect className="pw-halo" x={pill.x - 5} y={pill.y - 5} width={pill.w + 10} height={pill.h + 10} rx={11} />
      )}
      <rect className="pw-pill" data-lit={pill.lit} x={pill.x} y={pill.y} width={pill.w} height={pill.h} rx={7} />
      {pill.bpf !== undefined && <Hexagon x={pill.x + 13} y={pill.y + pill.h / 2} names={pill.bpf} />}
      <text
        className="pw-mono pw-pill-text"
        x={pill.x + (pill.w + (pill.bpf === undefined ? 0 : 14)) / 2}
        y={pill.y + pill.h / 2 + 4}
        fontSize={pill.size}
        textAnchor="middle"
      >
        {pill.text}
      </text>
    </g>
  )
}, sameShapes)

export const PlugView = memo(
  ({ at }: { readonly at: PlugShape }): JSX.Element =>
    at.bpf === undefined ? (
      <rect
        className="pw-plug"
        {...(at.upright
          ? { x: at.x - 4, y: at.y - 11, width: 8, height: 22, rx: 3 }
          : { x: at.x - 4, y: at.y - 2, width: 8, height: 4, rx: 1.5 })}
      />
    ) : (
      <Hexagon x={at.x} y={at.y} names={at.bpf} />
    ),
  sameShapes,
)

/** Tubes, walls first: where two run side by side they become one. */
export function Tubes({ tubes }: { readonly tubes: readonly TubeShape[] }): JSX.Element {
  return (
    <>
      {tubes.map((t) => (
        <path key={t.id} className="pw-tube" data-tone={t.tone} data-past={t.past} d={pathOf(t.points)} />
      ))}
      {tubes.map((t) => (
        <path key={t.id} className="pw-tube-inside" data-tone={t.tone} d={pathOf(t.points)} />
      ))}
    </>
  )
}

export function LineView({ line }: { readonly line: LineShape }): JSX.Element {
  return <path className={`pw-line pw-line-${line.style}`} data-line={line.id} data-tone={line.tone} d={pathOf(line.points)} />
}

/** Arrows on the open stretches of a line; those of two lines that run beside each other stand apart. */
export function Arrows({ line, stations }: { readonly line: LineShape; readonly stations: readonly Point[] }): JSX.Element {
  return (
    <g data-tone={line.tone}>
      {arrowsOn(line.points, line.style === 'whole' ? 0.3 : 0.5)
        .filter((a) => !stations.some((s) => Math.hypot(s.x - a.x, s.y - a.y) < 18))
        .map((a) => (
          <path
            key={`${a.x} ${a.y}`}
            className="pw-arrow"
            d="M-4.5 -6L6 0L-4.5 6Z"
            transform={`translate(${a.x} ${a.y}) rotate(${a.turn})`}
          />
        ))}
    </g>
  )
}

function StationSign({ s }: { readonly s: StationView }): JSX.Element {
  const here = s.state === 'here'
  switch (s.shape) {
    case 'ring':
      return <circle className="pw-station" r={here ? 9 : 7} />
    case 'small':
      return <circle className="pw-station" r={here ? 5.5 : 4.2} style={{ strokeWidth: 2 }} />
    case 'capsule':
      return <rect className="pw-station" x={-8} y={-14} width={16} height={28} rx={8} />
    case 'square':
      if (s.bpf !== undefined) return <path className="pw-station" d="M-3.5 -6.1H3.5L7 0L3.5 6.1H-3.5L-7 0Z" strokeLinejoin="round" />
      return <rect className="pw-station" x={-6} y={-6} width={12} height={12} rx={3.5} />
    case 'diamond':
      return (
        <>
          <path className="pw-station" d="M0 -12L12 0L0 12L-12 0Z" strokeLinejoin="round" />
          {s.state === 'idle' && (
            <text className="pw-station-sign" y={4} fontSize={11} fontWeight={650} textAnchor="middle">
              ?
            </text>
          )}
        </>
      )
  }
}

/** A station. Where the walk stops, a click goes there; keys do the same on the timeline. */
export const Station = memo(
  ({ s, onPick }: { readonly s: StationView; readonly onPick: ((beat: number) => void) | undefined }): JSX.Element => {
    const beat = s.beat
    const pick = beat === undefined || onPick === undefined ? undefined : () => onPick(beat)
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: the timeline and the list of steps are the keyboard’s way to the same stops
      <g
        data-station={s.id}
        data-state={s.state}
        data-beat={beat}
        data-pick={pick !== undefined}
        data-rewritten={s.rewritten}
        data-tone={s.tone}
        transform={`translate(${s.x} ${s.y})`}
        onClick={pick}
      >
        <title>{s.name}</title>
        <circle r={13} fill="transparent" />
        <StationSign s={s} />
        {s.state === 'passed' && <circle className="pw-station-dot" r={s.shape === 'small' ? 1.8 : 2.8} />}
      </g>
    )
  },
  sameShapes,
)

export const Tag = memo(({ tag }: { readonly tag: TagShape }): JSX.Element => {
  return (
    <g data-tag={tag.text} data-look={tag.look}>
      <rect className="pw-tag" x={tag.x} y={tag.y} width={tag.w} height={tag.h} rx={4} />
      <text
        className="pw-tag-text"
        x={tag.x + tag.w / 2}
        y={tag.y + tag.h / 2 + 4}
        fontSize={tag.size}
        fontWeight={650}
        textAnchor="middle"
      >
        {tag.text}
      </text>
    </g>
  )
}, sameShapes)

const octagon = 'M-3.9 -9.4H3.9L9.4 -3.9V3.9L3.9 9.4H-3.9L-9.4 3.9V-3.9Z'

export function Mark({ mark }: { readonly mark: MarkShape }): JSX.Element {
  return (
    <g transform={`translate(${mark.x} ${mark.y})`} data-mark={mark.mark}>
      <g className="pw-mark">
        {mark.mark === 'delivered' ? (
          <>
            <circle className="pw-delivered" r={7} />
            <path className="pw-tick" d="M-3.2 0.2L-0.8 2.8L3.4 -2.4" />
          </>
        ) : (
          <>
            <path className="pw-octagon" d={octagon} />
            <path
              className="pw-cross"
              d={
                mark.mark === 'drop'
                  ? 'M-3.4 -3.4L3.4 3.4M3.4 -3.4L-3.4 3.4'
                  : 'M-4 -2.8H1.4A2.7 2.7 0 0 1 1.4 2.6H-3.4M-1.2 0.2L-3.6 2.6L-1.2 5'
              }
            />
          </>
        )}
      </g>
    </g>
  )
}

export function Card({ card }: { readonly card: CardShape }): JSX.Element {
  return (
    <g data-card={card.rewritten ? 'rewritten' : 'plain'} data-tone={card.tone} className="pw-now">
      {card.leader !== undefined && <path className="pw-leader" data-rewritten={card.rewritten} d={pathOf(card.leader)} />}
      <rect className="pw-card" data-rewritten={card.rewritten} x={card.x} y={card.y} width={card.w} height={card.h} rx={8} />
      {card.inner && <rect className="pw-tunnel" x={card.inner.x} y={card.inner.y} width={card.inner.w} height={card.inner.h} rx={5} />}
      {card.news.map((n) => (
        <rect key={`${n.x} ${n.y}`} className="pw-tag pw-fresh" x={n.x} y={n.y} width={n.w} height={n.h} rx={4} />
      ))}
      {card.rows.map((r) => (
        <Text key={r.id} shape={r} {...(r.ink === 'rewrite-text' ? { className: 'pw-fresh' } : {})} />
      ))}
    </g>
  )
}

/** A place that opens. The zoom listens for clicks and keys on it. */
export const Door = memo(
  ({ door }: { readonly door: DoorShape }): JSX.Element => (
    // biome-ignore lint/a11y/useSemanticElements: SVG knows no button
    <g className="pw-door" data-door={door.id} role="button" tabIndex={0} aria-label={door.name}>
      <title>{door.name}</title>
      <rect x={door.x} y={door.y} width={door.w} height={door.h} rx={8} />
    </g>
  ),
  sameShapes,
)
