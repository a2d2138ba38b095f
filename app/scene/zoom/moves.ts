import { still } from '../../ui/motion.ts'
import type { Size } from '../layout.ts'
import type { DoorShape, Scene } from '../shapes.ts'
import { type Camera, follow, held, home, onto, partly, whole } from './camera.ts'
import type { Hands } from './hands.ts'
import { above, type Near } from './near.ts'
import { behind, goNear, nearNow } from './steer.ts'

/** One more notch of the buttons and keys. */
const notch = 1.4

/** What buttons, keys and the pointer can do with the stage. */
export interface Moves {
  /** Towards the thing, then through its door. */
  readonly open: (door: DoorShape) => void
  /** To another level; the camera draws back from what was looked at. */
  readonly to: (near: Near | undefined) => void
  /** Back: to life size, else one level up. False where there is nothing to go back to. */
  readonly back: () => boolean
  /** The whole cluster; where that is on stage, life size or all of it, in turn. */
  readonly fit: () => void
  readonly step: (by: 1 | -1) => void
  /** Moves as far as it takes to have the door in sight. */
  readonly see: (door: DoorShape) => void
  /** Keeps the packet in sight where only a part of the picture is seen. */
  readonly keepUp: (how: 'moved' | 'at once') => void
  /** Another picture has come; or the same in another size. */
  readonly arrive: (fresh: boolean) => void
}

export function movesOf(frame: HTMLElement, hands: Hands, scene: () => Scene): Moves {
  /** The thing in the next picture that the camera draws back from. */
  let leaving: string | undefined
  /** The focus was on the stage, on something that goes: it goes on there. */
  let focused = false
  let last = hands.frame()
  const size = (): Size => scene().size
  // A pair is opened to see the pair, wherever the packet is; a step brings that into sight.
  const rest = (): Camera => home(size(), hands.frame(), nearNow()?.level === 'pair' ? undefined : scene().packet)
  const atRest = (): boolean => Math.abs(hands.now().k - rest().k) < 0.005
  const stage = frame.parentElement
  const depart = (): void => {
    focused = stage?.contains(document.activeElement) === true
  }
  /** To the door that one came back through, else to the name of what is on stage now. */
  const land = (): void => {
    const back = scene().doors.find((d) => d.netns === leaving)
    const target =
      back === undefined ? stage?.querySelector('.pw-path [aria-current]') : frame.querySelector(`[data-door="${CSS.escape(back.id)}"]`)
    if (focused && (target instanceof HTMLElement || target instanceof SVGElement)) target.focus({ preventScroll: true })
    focused = false
  }
  const to: Moves['to'] = (near) => {
    leaving = nearNow()?.netns
    depart()
    goNear(near)
  }
  return {
    to,
    open: (door) => {
      leaving = undefined
      const box = scene().boxes.find((b) => b.id === door.netns) ?? door
      depart()
      hands.go(onto(box, size(), hands.frame()), 'moved', () => goNear(behind(door)))
    },
    back: () => {
      const near = nearNow()
      if (!atRest()) hands.go(rest(), 'moved')
      else if (near !== undefined) to(above(near))
      else return false
      return true
    },
    fit: () => {
      if (nearNow() !== undefined) to(undefined)
      else hands.go(atRest() ? whole(size(), hands.frame()) : rest(), 'moved')
    },
    step: (by) => hands.by(by === 1 ? notch : 1 / notch),
    see: (door) => {
      const now = hands.now()
      const next = follow(now, size(), hands.frame(), { x: door.x + door.w / 2, y: door.y + door.h / 2 })
      if (next !== now) hands.go(next, 'moved')
    },
    keepUp: (how) => {
      const at = scene().packet
      const now = hands.now()
      if (at === undefined || !partly(now, size(), hands.frame())) return
      const next = follow(now, size(), hands.frame(), at)
      if (next !== now) hands.go(next, how)
    },
    arrive: (fresh) => {
      hands.measure()
      if (!fresh) {
        // The panes around the stage find their sizes one after the other: at life size the camera begins anew with each.
        const now = hands.frame()
        const resized = now.width !== last.width || now.height !== last.height
        last = now
        hands.go(resized && atRest() ? rest() : held(hands.now(), size(), now), 'at once')
        return
      }
      const from = scene().boxes.find((b) => b.id === leaving)
      land()
      leaving = undefined
      if (from !== undefined && !still()) hands.go(onto(from, size(), hands.frame()), 'at once')
      hands.go(rest(), from === undefined ? 'at once' : 'moved')
    },
  }
}
