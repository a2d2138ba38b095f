import { type JSX, lazy, type ReactNode, Suspense, useCallback, useLayoutEffect, useMemo, useRef } from 'react'
import type { Answer } from '../../src/answer.ts'
import { Coming } from '../panels/part.tsx'
import { useStore } from '../store.ts'
import { beatsOf, type Playhead } from '../timeline/beats.ts'
import { still as stillPage } from '../ui/motion.ts'
import { useBgp } from './bgp/useBgp.ts'
import { listScene } from './list.ts'
import { Picture } from './Picture.tsx'
import { wideScene } from './scene.ts'
import { leastWide, roomFor, useSize } from './size.ts'
import { type Lang, wordsOf } from './words.ts'
import { type Camera, home, transformOf } from './zoom/camera.ts'
import { MapSwitch } from './zoom/MapSwitch.tsx'
import { nearIn } from './zoom/near.ts'
import { usePair } from './zoom/usePair.ts'
import './scene.css'
import './zoom/zoom.css'

/** Zooming comes beside the entry script; without it the stage shows the whole cluster, life size. */
const Controls = lazy(() => import('./zoom/Controls.tsx').catch(() => ({ default: (): ReactNode => null })))

export interface StageProps {
  readonly answer: Answer
  readonly lang: Lang
  readonly playhead: Playhead
  /** A click on a station: the stop to go to. */
  readonly onPick?: (beat: number) => void
  /** Nothing moves by itself: tests, pictures. Without it the page's own wish counts (reduced motion). */
  readonly still?: boolean
}

/** The stage: the cluster, one node of it, or one veth pair. All on it comes from pure scenes; only one step's movement is made here. */
export function Stage({ answer, lang, playhead, onPick, still: asked }: StageProps): JSX.Element {
  const still = asked ?? stillPage()
  const frame = useRef<HTMLDivElement>(null)
  const world = useRef<SVGGElement>(null)
  const size = useSize(frame)
  const beats = useMemo(() => beatsOf(answer), [answer])
  const near = useStore((s) => nearIn(answer, s.slug, s.near))
  const map = useStore((s) => s.map)
  const { beat, event } = playhead
  const head = useMemo(() => (event === undefined ? { beat } : { beat, event }), [beat, event])
  const node = near?.level === 'node' ? near.netns : near?.level === 'pair' ? near.from : undefined
  const listed = size !== undefined && size.width < leastWide && !map
  const flat = useMemo(() => {
    if (size === undefined || size.width === 0) return undefined
    if (listed) return listScene(answer, beats, head, { size, lang })
    return wideScene(answer, beats, head, { size: roomFor(size), lang, ...(node === undefined ? {} : { node }) })
  }, [answer, beats, head, size, lang, node, listed])
  const pairOf = near?.level === 'pair' && !listed ? near.netns : undefined
  const pair = usePair(pairOf, { answer, beats, head, size, lang })
  const told = useBgp(answer, pair ?? flat, lang)
  const bgp = near?.level === 'bgp'
  const scene = bgp ? undefined : told.scene
  const camera = useRef<Camera>(undefined)
  const paint = useCallback((to: Camera) => {
    camera.current = to
    world.current?.setAttribute('transform', transformOf(to))
  }, [])
  // Another picture has a group of its own, and the camera may not be there yet.
  useLayoutEffect(() => {
    if (world.current === null || scene === undefined || size === undefined) return
    if (scene.form !== 'wide') world.current.removeAttribute('transform')
    else if (!world.current.hasAttribute('transform')) paint(camera.current ?? home(scene.size, size, scene.packet))
  })
  const level =
    scene?.form !== 'wide'
      ? undefined
      : pair !== undefined
        ? near
        : node === undefined
          ? undefined
          : { level: 'node' as const, netns: node }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div
      className={`pw-stage ${still ? 'pw-still' : 'pw-moves'}`}
      data-stage={bgp ? 'bgp' : (scene?.form ?? 'waiting')}
      data-level={bgp ? 'bgp' : (level?.level ?? 'cluster')}
      data-beat={beat}
      role="group"
      aria-label={wordsOf(lang).stageTitle}
    >
      <div
        ref={frame}
        className="pw-frame"
        // A scrolling area has to be reachable by keyboard.
        {...(scene?.form === 'list' ? { tabIndex: 0 } : {})}
      >
        {scene !== undefined && (
          <Picture
            scene={scene}
            answer={answer}
            beat={beat}
            beats={beats.length}
            ms={beats[beat]?.ms ?? 0}
            lang={lang}
            onPick={onPick}
            still={still}
            frame={frame}
            world={world}
            of={level === undefined ? 'cluster' : `${level.level} ${level.netns}`}
          />
        )}
        {((pairOf !== undefined && pair === undefined) || told.coming) && <Coming />}
        {bgp && told.View && <told.View answer={answer} chosen={near.netns} width={size?.width ?? 0} />}
      </div>
      {size !== undefined && size.width < leastWide && !bgp && <MapSwitch />}
      {scene !== undefined && scene.form !== 'empty' && (
        <Suspense fallback={<Coming />}>
          <Controls frame={frame} paint={paint} scene={scene} answer={answer} beat={beats[beat]} near={level} />
        </Suspense>
      )}
    </div>
  )
}
