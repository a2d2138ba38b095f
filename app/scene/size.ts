import { type RefObject, useLayoutEffect, useState } from 'react'

/** Below this width the map stands up as a list of stops, until the visitor asks for the map; px. */
export const leastWide = 690

export interface FrameSize {
  readonly width: number
  readonly height: number
}

/** The inner size of an element in whole px, kept true. Undefined until it was measured. */
export function useSize(frame: RefObject<HTMLElement | null>): FrameSize | undefined {
  const [size, setSize] = useState<FrameSize>()
  useLayoutEffect(() => {
    const box = frame.current
    if (box === null) return
    const measure = (): void => {
      const next = { width: Math.floor(box.clientWidth), height: Math.floor(box.clientHeight) }
      setSize((was) => (was?.width === next.width && was.height === next.height ? was : next))
    }
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(box)
    return () => watch.disconnect()
  }, [frame])
  return size
}

/** The picture's size on a stage of this size: a map never stands narrower or lower than it can be drawn; the rest is beyond the edge. */
export const roomFor = (stage: FrameSize): FrameSize => ({ width: Math.max(stage.width, 720), height: stage.height })
