import { type RefObject, useLayoutEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import type { Answer } from '../../../src/answer.ts'
import type { Scene } from '../shapes.ts'
import { seekProgram } from './program.ts'

interface Props {
  readonly frame: RefObject<HTMLElement | null>
  readonly scene: Scene
  readonly answer: Answer
}

/** Where a click goes to the next run of a program of eBPF: over all else, for a door lies over the ends of veths. Keys do the same on the timeline. */
export function Programs({ frame, scene, answer }: Props) {
  // Another picture has a group of its own.
  const [world, setWorld] = useState<Element | null>(null)
  useLayoutEffect(() => setWorld(frame.current?.querySelector('.pw-world') ?? null))
  const places = [...scene.pills.map((p) => ({ x: p.x + 13, y: p.y + p.h / 2, bpf: p.bpf, at: `${p.netns} ${p.device}` })), ...scene.plugs]
  if (world === null || places.every((p) => p.bpf === undefined)) return null
  return createPortal(
    places.map(
      ({ x, y, bpf, at }) =>
        bpf !== undefined &&
        at !== undefined && (
          // biome-ignore lint/a11y/noStaticElementInteractions: the timeline and the list of steps are the keyboard’s way to the same stops
          <circle key={at} className="pw-program" cx={x} cy={y} r={9} onClick={() => seekProgram(answer, at)}>
            <title>{`eBPF: ${bpf}`}</title>
          </circle>
        ),
    ),
    world,
  )
}
