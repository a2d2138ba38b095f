import { type JSX, type RefObject, useId, useLayoutEffect, useRef } from 'react'
import type { Answer } from '../../src/answer.ts'
import { Arrows, BoxView, Card, Door, LineView, Mark, PillView, PlugView, RailView, Station, Tag, Text, Tubes } from './parts.tsx'
import type { Scene } from './shapes.ts'
import { useTravel } from './travel.ts'
import { type Lang, wordsOf } from './words.ts'

export interface PictureProps {
  readonly scene: Scene
  readonly answer: Answer
  readonly beat: number
  readonly beats: number
  readonly ms: number
  readonly lang: Lang
  readonly onPick: ((beat: number) => void) | undefined
  readonly still: boolean
  readonly frame: RefObject<HTMLDivElement | null>
  /** The whole picture, which the camera moves; not of a list, which scrolls. */
  readonly world: RefObject<SVGGElement | null>
  /** What the picture is of: another one fades in. */
  readonly of: string
}

/** Layers from the ground up: places, rails, lines, devices and stations, words, card, packet; doors over all. */
export function Picture({ scene, answer, beat, beats, ms, lang, onPick, still, frame, world, of }: PictureProps): JSX.Element {
  const ids = useId()
  const words = wordsOf(lang)
  const packet = useRef<SVGGElement>(null)
  const growing = useRef<SVGPathElement>(null)
  useTravel({ scene, answer, beat, still, ms, packet, growing })
  useKeepInView(frame, scene)
  const hosts = new Set(scene.boxes.filter((b) => b.role === 'host').map((b) => b.netns))
  const past = scene.form === 'wide' ? scene.lines.filter((l) => l.style === 'past' || l.style === 'whole') : []
  return (
    // The picture and each of its doors have names of their own.
    <svg role="presentation" {...(scene.form === 'wide' ? { className: 'pw-filling' } : scene.size)}>
      <g ref={world} key={of} className="pw-world">
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a group of shapes is no control */}
        <g role="img" aria-labelledby={`${ids}t ${ids}d`}>
          <title id={`${ids}t`}>{words.stageTitle}</title>
          <desc id={`${ids}d`}>{words.stageDescription(Math.min(beat + 1, beats), beats, scene.said)}</desc>
          {scene.boxes.map((b) => (
            <BoxView key={b.id} box={b} />
          ))}
          {scene.rails.map((r) => (
            <RailView key={r.id} rail={r} />
          ))}
          <Tubes tubes={scene.tubes} />
          {scene.lines.map((l) => (
            <LineView key={l.id} line={l} />
          ))}
          {scene.packet !== undefined && (
            <path ref={growing} className="pw-line pw-line-past" data-line="growing" data-tone={scene.packet.tone} />
          )}
          {past.map((l) => (
            <Arrows key={l.id} line={l} stations={scene.stations} />
          ))}
          {scene.plugs.map((p) => (
            <PlugView key={`${p.x} ${p.y}`} at={p} />
          ))}
          {scene.stations
            .filter((s) => s.shape !== 'square' || s.beat !== undefined || hosts.has(s.netns))
            .map((s) => (
              <Station key={s.id} s={s} onPick={onPick} />
            ))}
          {scene.packet !== undefined && !scene.packet.gone && (
            <g
              ref={packet}
              data-packet={scene.packet.wrapped ? 'wrapped' : 'bare'}
              data-tone={scene.packet.tone}
              transform={`translate(${scene.packet.x} ${scene.packet.y})`}
            >
              <circle key={beat} className="pw-halo" r={14} />
              {scene.packet.wrapped && <rect className="pw-packet-wrap" x={-10} y={-10} width={20} height={20} rx={6} />}
              <circle className="pw-packet" r={6} />
            </g>
          )}
          {scene.pills.map((p) => (
            <PillView key={p.id} pill={p} />
          ))}
          {scene.texts.map((t) => (
            <Text key={t.id} shape={t} />
          ))}
          {scene.tags.map((t) => (
            <Tag key={t.id} tag={t} />
          ))}
          {scene.card !== undefined && <Card key={`card${beat}`} card={scene.card} />}
          {scene.marks.map((m) => (
            <Mark key={m.id} mark={m} />
          ))}
        </g>
        {scene.doors.map((d) => (
          <Door key={d.id} door={d} />
        ))}
      </g>
    </svg>
  )
}

/** In the list of stops, scrolls so that the current one can be seen. */
function useKeepInView(frame: RefObject<HTMLDivElement | null>, scene: Scene): void {
  const [form, y] = [scene.form, scene.packet?.y]
  useLayoutEffect(() => {
    const box = frame.current
    if (box === null || y === undefined || form !== 'list') return
    const top = y - box.clientHeight / 2
    if (y < box.scrollTop + 60 || y > box.scrollTop + box.clientHeight - 90) box.scrollTop = Math.max(0, top)
  }, [frame, form, y])
}
