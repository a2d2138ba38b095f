import { type RefObject, useLayoutEffect, useRef } from 'react'
import type { Answer } from '../../src/answer.ts'
import { moving } from '../ui/motion.ts'
import { upTo } from './path.ts'
import type { Scene } from './shapes.ts'

/** ms of one step, as the visual language has it. */
const step = 240

/** cubic-bezier(.2,0,0,1), near enough: quick away, soft arrival. */
const eased = (t: number): number => 1 - (1 - t) ** 3

interface Journeyman {
  readonly scene: Scene
  readonly answer: Answer
  readonly beat: number
  readonly still: boolean
  /** How long this stop lasts in autoplay: a fast packet does not wait for its own movement. */
  readonly ms: number
  readonly packet: RefObject<SVGGElement | null>
  readonly growing: RefObject<SVGPathElement | null>
}

/**
 * Moves the packet along its rails from the stop before, and lets the line grow behind it. Only a single step forward
 * moves; a jump is immediate. The way was sampled by the scene: a frame costs two attributes.
 */
export function useTravel({ scene, answer, beat, still, ms, packet, growing }: Journeyman): void {
  const before = useRef<{ answer: Answer; beat: number; width: number }>(undefined)
  useLayoutEffect(() => {
    const was = before.current
    before.current = { answer, beat, width: scene.size.width }
    const line = growing.current
    const last = scene.packet
    if (line === null || last === undefined) return
    const show = (share: number): void => {
      const points = upTo(scene.travel, share)
      const head = points.at(-1)
      line.setAttribute('d', points.length < 2 ? '' : `M${points.map((p) => `${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join('L')}`)
      if (head !== undefined) packet.current?.setAttribute('transform', `translate(${head.x.toFixed(1)} ${head.y.toFixed(1)})`)
    }
    const steps = was?.answer === answer && was.beat === beat - 1 && was.width === scene.size.width
    if (still || !steps || scene.travel.length < 2) {
      show(1)
      return
    }
    let frame = 0
    let begun: number | undefined
    const ended = moving()
    const tick = (now: number): void => {
      begun ??= now
      const t = Math.max(0, Math.min(1, (now - begun) / Math.max(16, Math.min(step, ms))))
      show(eased(t))
      if (t < 1) frame = requestAnimationFrame(tick)
      else ended()
    }
    show(0)
    frame = requestAnimationFrame(tick)
    return () => {
      cancelAnimationFrame(frame)
      ended()
    }
  }, [scene, answer, beat, still, ms, packet, growing])
}
