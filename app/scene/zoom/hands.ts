import { easeCubicInOut, select, type ZoomTransform, zoom, zoomIdentity, zoomTransform } from 'd3'
import { moving } from '../../ui/motion.ts'
import type { Size } from '../layout.ts'
import { type Camera, nearest, wholeScale } from './camera.ts'

/** ms of a zoom, as the visual language has it. */
const long = 320

export interface Ground {
  readonly frame: HTMLElement
  /** Size of the picture now. */
  readonly world: () => Size
  readonly paint: (camera: Camera) => void
  /** A movement has come to rest. */
  readonly rested: (camera: Camera) => void
  readonly still: () => boolean
}

/** Moves the camera: by wheel, pinch and drag, and at the word of buttons and keys. */
export interface Hands {
  readonly now: () => Camera
  readonly frame: () => Size
  /** To there, in 320 ms or at once. `then` is called when it was not interrupted. */
  readonly go: (to: Camera, how: 'moved' | 'at once', then?: () => void) => void
  /** Nearer or farther, about the middle. */
  readonly by: (factor: number) => void
  /** So many px of the frame aside. */
  readonly pan: (dx: number, dy: number) => void
  /** The picture has another size. */
  readonly measure: () => void
  readonly release: () => void
}

/** px of one notch, whatever the wheel counts in. */
const pixels = (e: WheelEvent, delta: number): number => delta * (e.deltaMode === 1 ? 16 : e.deltaMode === 2 ? 400 : 1)

/** A notch of a mouse wheel with Ctrl comes as 100 px, a pinch as a few: neither may leap. */
const wheelStep = (e: WheelEvent): number => Math.max(-0.5, Math.min(0.5, -pixels(e, e.deltaY) * 0.008))

const cameraOf = ({ k, x, y }: ZoomTransform): Camera => ({ k, x, y })

export function handsOn({ frame, world, paint, rested, still }: Ground): Hands {
  const read = (): Size => ({ width: frame.clientWidth, height: frame.clientHeight })
  // Asked at every step, right after the picture was changed: reading it there would lay the page out once more.
  let known = read()
  const size = (): Size => known
  const watch = new ResizeObserver(() => {
    known = read()
  })
  watch.observe(frame)
  let ended: (() => void) | undefined
  const behaviour = zoom<HTMLElement, unknown>()
    .filter((e: Event) => (e instanceof WheelEvent ? e.ctrlKey || e.metaKey : !(e instanceof MouseEvent && (e.button !== 0 || e.ctrlKey))))
    .wheelDelta(wheelStep)
    .extent(() => [
      [0, 0],
      [known.width, known.height],
    ])
    // A finger is never quite still.
    .clickDistance(4)
    .on('start', () => {
      ended ??= moving()
    })
    .on('zoom', ({ transform }: { readonly transform: ZoomTransform }) => paint(cameraOf(transform)))
    .on('end', ({ transform }: { readonly transform: ZoomTransform }) => {
      ended?.()
      ended = undefined
      rested(cameraOf(transform))
    })
  const measure = (): void => {
    known = read()
    const { width, height } = world()
    behaviour.scaleExtent([wholeScale(world(), size()), nearest]).translateExtent([
      [0, 0],
      [width, height],
    ])
  }
  const selection = select<HTMLElement, unknown>(frame)
  measure()
  selection.call(behaviour).on('dblclick.zoom', null)
  const smooth = () => selection.transition().duration(long).ease(easeCubicInOut)
  /** Where the picture is larger than its frame, a plain wheel moves it, up to its edge; there the page may have the wheel. */
  const onWheel = (e: WheelEvent): void => {
    if (e.ctrlKey || e.metaKey) return
    const { k, x, y } = zoomTransform(frame)
    const [dx, dy] = e.shiftKey && e.deltaX === 0 ? [pixels(e, e.deltaY), 0] : [pixels(e, e.deltaX), pixels(e, e.deltaY)]
    behaviour.translateBy(selection, -dx / k, -dy / k)
    const moved = zoomTransform(frame)
    if (Math.abs(moved.x - x) > 0.5 || Math.abs(moved.y - y) > 0.5) e.preventDefault()
  }
  frame.addEventListener('wheel', onWheel, { passive: false })
  return {
    now: () => cameraOf(zoomTransform(frame)),
    frame: size,
    go: (to, how, then) => {
      const next = zoomIdentity.translate(to.x, to.y).scale(to.k)
      selection.interrupt()
      if (how === 'at once' || still()) {
        selection.call(behaviour.transform, next)
        then?.()
      } else
        smooth()
          .call(behaviour.transform, next)
          .on('end.then', () => then?.())
    },
    by: (factor) => {
      if (still()) selection.call(behaviour.scaleBy, factor)
      else smooth().call(behaviour.scaleBy, factor)
    },
    pan: (dx, dy) => {
      const { k } = zoomTransform(frame)
      if (still()) selection.call(behaviour.translateBy, dx / k, dy / k)
      else smooth().call(behaviour.translateBy, dx / k, dy / k)
    },
    measure,
    release: () => {
      watch.disconnect()
      selection.interrupt().on('.zoom', null)
      frame.removeEventListener('wheel', onWheel)
      ended?.()
      ended = undefined
    },
  }
}
