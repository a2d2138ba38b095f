import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Answer } from '../../../src/answer.ts'
import { set, state } from '../../store.ts'
import type { Beat } from '../../timeline/beats.ts'
import { still } from '../../ui/motion.ts'
import type { Scene } from '../shapes.ts'
import { type Camera, held, home, nearest, whole } from './camera.ts'
import { handsOn } from './hands.ts'
import { listenToZoom } from './listen.ts'
import { type Moves, movesOf } from './moves.ts'
import { along, type Near, nodeOf } from './near.ts'
import { Path } from './Path.tsx'
import { Programs } from './Programs.tsx'
import { goNear, nearNow } from './steer.ts'
import { useZ } from './words.ts'

interface Props {
  readonly frame: RefObject<HTMLDivElement | null>
  readonly paint: (camera: Camera) => void
  readonly scene: Scene
  readonly answer: Answer
  readonly beat: Beat | undefined
  readonly near: Near | undefined
}

interface ButtonProps {
  readonly name: string
  readonly keys: string
  readonly off: boolean
  readonly on: () => void
  readonly sign: string
}

function Button({ name, keys, off, on, sign }: ButtonProps): ReactNode {
  return (
    <button type="button" title={name} aria-label={name} aria-keyshortcuts={keys} aria-disabled={off} onClick={off ? undefined : on}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        <path d={sign} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
    </button>
  )
}

/** What stands on stage: the camera is kept with it. */
const keyOf = (near: Near | undefined): string => (near === undefined ? 'cluster' : `${near.level} ${near.netns}`)

/** Keeps the newest value at hand for listeners that outlive a render. */
function useLatest<T>(value: T): RefObject<T> {
  const ref = useRef(value)
  useLayoutEffect(() => {
    ref.current = value
  })
  return ref
}

/** The camera of the stage, and how far it has come. */
function useCamera({ frame, paint, scene, near }: Props) {
  const key = keyOf(near)
  const wide = scene.form === 'wide'
  const latest = useLatest({ scene, key })
  const moves = useRef<Moves>(undefined)
  const [at, setAt] = useState({ larger: false, most: false, least: true })
  useLayoutEffect(() => {
    const box = frame.current
    if (box === null || !wide) return
    const now = (): Scene => latest.current.scene
    const size = () => now().size
    const rested = (c: Camera): void => {
      setAt({ larger: c.k > 1.005, most: c.k > nearest - 0.01, least: c.k < whole(size(), hands.frame()).k + 0.005 })
      set({ camera: { ...c, of: latest.current.key } })
    }
    const kept = state().camera
    const hands = handsOn({ frame: box, world: size, paint, rested, still })
    const made = movesOf(box, hands, now)
    moves.current = made
    const start = kept?.of === latest.current.key ? held(kept, size(), hands.frame()) : home(size(), hands.frame(), now().packet)
    hands.go(start, 'at once')
    const end = listenToZoom(box, hands, made, now)
    return () => {
      end()
      hands.release()
      moves.current = undefined
    }
  }, [frame, wide, paint, latest])

  const { width, height } = scene.size
  const shown = useRef(key)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another size is what it waits for
  useLayoutEffect(() => {
    moves.current?.arrive(shown.current !== key)
    shown.current = key
  }, [key, width, height])
  return { key, moves, at, wide }
}

/** Follows the packet, within the picture and from node to node. */
function useFollowing({ answer, beat }: Props, key: string, moves: RefObject<Moves | undefined>): void {
  const before = useRef<{ readonly answer: Answer; readonly beat: Beat; readonly key: string; readonly node: string | undefined }>(
    undefined,
  )
  useEffect(() => {
    const was = before.current
    // On the wire it is still in the node that it left.
    const node = (beat && nodeOf(answer, beat.place)) ?? was?.node
    before.current = beat === undefined ? undefined : { answer, beat, key, node }
    if (beat === undefined || was?.answer !== answer || was.beat === beat) return
    const next = along(nearNow(), was.node, node)
    if (next !== undefined) goNear(next)
    if (was.key === key) moves.current?.keepUp(Math.abs(was.beat.index - beat.index) === 1 ? 'moved' : 'at once')
  }, [answer, beat, key, moves])
}

/** The buttons over the stage, the way back above it, and all that moves its camera. */
export default function Controls(props: Props): ReactNode {
  const z = useZ()
  const { near, answer, beat } = props
  const { key, moves, at, wide } = useCamera(props)
  useFollowing(props, key, moves)
  return (
    <>
      <Programs frame={props.frame} scene={props.scene} answer={answer} />
      {near !== undefined && <Path answer={answer} near={near} beat={beat} to={(next) => (moves.current?.to ?? goNear)(next)} />}
      {wide && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
        <div className="pw-tools" role="group" aria-label={z('tools')}>
          <Button name={z('out')} keys="-" off={at.least} on={() => moves.current?.step(-1)} sign="M2.5 7h9" />
          <Button name={z('in')} keys="+" off={at.most} on={() => moves.current?.step(1)} sign="M2.5 7h9M7 2.5v9" />
          <Button
            name={z(near === undefined ? 'whole' : 'fit')}
            keys="0"
            off={near === undefined && at.least && !at.larger}
            on={() => moves.current?.fit()}
            sign="M2 5V2h3M9 2h3v3M12 9v3H9M5 12H2V9"
          />
        </div>
      )}
    </>
  )
}
