import { describe, expect, it } from 'vitest'
import { around, follow, held, home, onto, partly, whole } from './camera.ts'

const world = { width: 800, height: 600 }
const frame = { width: 400, height: 400 }

describe('the camera', () => {
  it('shows all of a picture that is larger than the frame, and never enlarges a smaller one', () => {
    expect(whole(world, frame)).toEqual({ k: 0.5, x: 0, y: 50 })
    expect(whole({ width: 100, height: 100 }, frame)).toEqual({ k: 1, x: 150, y: 150 })
    expect(partly(whole(world, frame), world, frame)).toBe(false)
  })

  it('leaves no emptiness at an edge', () => {
    expect(held({ k: 1, x: 50, y: -900 }, world, frame)).toEqual({ k: 1, x: 0, y: -200 })
    expect(around({ x: 790, y: 10 }, 2, world, frame)).toEqual({ k: 2, x: -1200, y: 0 })
  })

  it('comes as near to a thing as the thing allows', () => {
    const c = onto({ x: 100, y: 100, w: 200, h: 50 }, world, frame)
    expect(c.k).toBeCloseTo(400 / 212)
    expect(200 * c.k + c.x).toBeCloseTo(200)
    expect(onto({ x: 100, y: 100, w: 2, h: 2 }, world, frame).k).toBe(4)
  })

  it('follows a packet that leaves the middle, and stays where it is in sight', () => {
    const start = home(world, frame, { x: 100, y: 100 })
    expect(start).toEqual({ k: 1, x: 0, y: 0 })
    expect(follow(start, world, frame, { x: 200, y: 300 })).toBe(start)
    expect(follow(start, world, frame, { x: 390, y: 300 })).toEqual({ k: 1, x: -190, y: 0 })
    // At the picture's own edge there is nothing to come nearer to.
    expect(follow({ k: 1, x: -400, y: 0 }, world, frame, { x: 795, y: 200 })).toEqual({ k: 1, x: -400, y: 0 })
  })
})
