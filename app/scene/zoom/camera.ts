import type { Size } from '../layout.ts'
import type { Point } from '../path.ts'
import type { Box } from '../shapes.ts'

/** What is seen of a picture: a point of it, times `k`, plus `x` and `y`, in px of the frame. */
export interface Camera {
  readonly k: number
  readonly x: number
  readonly y: number
}

/** `of` names the picture that it was of: another one begins at rest. */
export interface KeptCamera extends Camera {
  readonly of: string
}

/** The nearest that one can come. */
export const nearest = 4

/** The scale at which the whole picture is seen; never larger than life. */
export const wholeScale = (world: Size, frame: Size): number => Math.min(1, frame.width / world.width, frame.height / world.height)

const inAxis = (wish: number, world: number, frame: number): number =>
  world <= frame ? (frame - world) / 2 : Math.min(0, Math.max(frame - world, wish))

/** Without emptiness at an edge; what is smaller than the frame stands in its middle. */
export const held = (c: Camera, world: Size, frame: Size): Camera => ({
  k: c.k,
  x: inAxis(c.x, world.width * c.k, frame.width),
  y: inAxis(c.y, world.height * c.k, frame.height),
})

/** All of it. */
export const whole = (world: Size, frame: Size): Camera => held({ k: wholeScale(world, frame), x: 0, y: 0 }, world, frame)

/** A point in the middle, as far as the edges allow. */
export const around = (at: Point, k: number, world: Size, frame: Size): Camera =>
  held({ k, x: frame.width / 2 - at.x * k, y: frame.height / 2 - at.y * k }, world, frame)

/** One thing as large as it gets, with some air. */
export function onto(box: Box, world: Size, frame: Size): Camera {
  const k = Math.min(nearest, frame.width / (box.w * 1.06), frame.height / (box.h * 1.06))
  return around({ x: box.x + box.w / 2, y: box.y + box.h / 2 }, Math.max(wholeScale(world, frame), k), world, frame)
}

/** Life size. What does not fit shows the packet. */
export const home = (world: Size, frame: Size, at: Point | undefined): Camera =>
  at === undefined ? held({ k: 1, x: 0, y: 0 }, world, frame) : follow(held({ k: 1, x: 0, y: 0 }, world, frame), world, frame, at)

/** Is there more of the picture than is seen? */
export const partly = (c: Camera, world: Size, frame: Size): boolean =>
  world.width * c.k > frame.width + 1 || world.height * c.k > frame.height + 1

/** How near to the frame's edge a packet may come, as a share of its size. */
const edge = 0.18

/** Moved only as far as it takes to have the point well in sight; the same camera where it is. */
export function follow(c: Camera, world: Size, frame: Size, at: Point): Camera {
  const [sx, sy] = [at.x * c.k + c.x, at.y * c.k + c.y]
  const by = (s: number, size: number): number => {
    const pad = Math.min(120, size * edge)
    return s < pad ? size / 2 - s : s > size - pad ? size / 2 - s : 0
  }
  const [dx, dy] = [by(sx, frame.width), by(sy, frame.height)]
  if (dx === 0 && dy === 0) return c
  const next = held({ k: c.k, x: c.x + dx, y: c.y + dy }, world, frame)
  return Math.abs(next.x - c.x) < 0.5 && Math.abs(next.y - c.y) < 0.5 ? c : next
}

/** As an SVG transform. */
export const transformOf = (c: Camera): string => `translate(${c.x.toFixed(2)} ${c.y.toFixed(2)}) scale(${c.k.toFixed(4)})`
