import { set, state } from '../../store.ts'
import type { DoorShape, Scene } from '../shapes.ts'
import { type Near, nearIn } from './near.ts'

/** The levels that the visitor goes through, kept with the lab that they belong to. */
export const goNear = (near: Near | undefined): void =>
  set({ near: near === undefined ? undefined : { ...near, slug: state().slug }, camera: undefined })

/** What the visitor looks at; undefined is the whole cluster. */
export const nearNow = (): Near | undefined => {
  const { good, slug, near } = state()
  return good === undefined ? undefined : nearIn(good, slug, near)
}

/** What is behind a door, seen from where the visitor is. */
export function behind(door: Pick<DoorShape, 'to' | 'netns'>): Near {
  const now = nearNow()
  if (door.to !== 'pair') return { level: door.to, netns: door.netns }
  return { level: 'pair', netns: door.netns, ...(now?.level === 'node' ? { from: now.netns } : {}) }
}

/** The door whose place holds this point of the picture: of a Pod before that of its node. */
export function doorAt(scene: Scene, x: number, y: number): DoorShape | undefined {
  const holds = (b: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }): boolean =>
    x >= b.x && x <= b.x + b.w && y >= b.y && y <= b.y + b.h
  const pod = scene.boxes.find((b) => b.role === 'pod' && holds(b))
  const known = (to: DoorShape['to'], netns: string | undefined) => scene.doors.find((d) => d.to === to && d.netns === netns)
  const pair = pod === undefined ? undefined : known('pair', pod.netns)
  if (pair !== undefined) return pair
  const node = scene.boxes.find((b) => (b.role === 'node' || b.role === 'tile') && holds(b))
  return node === undefined ? undefined : known('node', node.netns)
}
