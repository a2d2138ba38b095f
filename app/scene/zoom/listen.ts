import { state } from '../../store.ts'
import type { DoorShape, Scene } from '../shapes.ts'
import type { Hands } from './hands.ts'
import type { Moves } from './moves.ts'
import { doorAt } from './steer.ts'

/** Does this element use the keys itself? */
const takesKeys = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('input, textarea, select, dialog, [role="separator"], [contenteditable], .monaco-editor') !== null

/** px that a key moves the picture. */
const aside = 120
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [aside, 0],
  ArrowRight: [-aside, 0],
  ArrowUp: [0, aside],
  ArrowDown: [0, -aside],
}

/** Doors under the pointer and the focus, and the keys of the stage. Returns what ends the listening. */
export function listenToZoom(frame: HTMLElement, hands: Hands, moves: Moves, scene: () => Scene): () => void {
  const doorOf = (target: EventTarget | null): DoorShape | undefined => {
    const id = target instanceof Element ? target.closest('[data-door]')?.getAttribute('data-door') : undefined
    return scene().doors.find((d) => d.id === id)
  }
  const open = (door: DoorShape | undefined): void => {
    if (door !== undefined) moves.open(door)
  }
  const onClick = (e: MouseEvent): void => open(doorOf(e.target))
  const onDouble = (e: MouseEvent): void => {
    if (doorOf(e.target) !== undefined) return
    const { left, top } = frame.getBoundingClientRect()
    const { k, x, y } = hands.now()
    open(doorAt(scene(), (e.clientX - left - x) / k, (e.clientY - top - y) / k))
  }
  const onFocus = (e: FocusEvent): void => {
    const door = doorOf(e.target)
    // Pressed with the mouse it is in sight, and must not run away before the button is let go.
    if (door !== undefined && e.target instanceof Element && e.target.matches(':focus-visible')) moves.see(door)
  }
  const onDoorKey = (e: KeyboardEvent): void => {
    const door = doorOf(e.target)
    if (door === undefined || (e.key !== 'Enter' && e.key !== ' ')) return
    e.preventDefault()
    open(door)
  }
  /** True when the key was ours. */
  const pressed = (e: KeyboardEvent): boolean => {
    const arrow = arrows[e.key]
    if (e.ctrlKey) {
      if (arrow !== undefined) hands.pan(...arrow)
      return arrow !== undefined
    }
    switch (e.key) {
      case '+':
      case '=':
        moves.step(1)
        return true
      case '-':
        moves.step(-1)
        return true
      case '0':
        moves.fit()
        return true
      case 'Escape':
        return moves.back()
      default:
        return false
    }
  }
  const onKey = (e: KeyboardEvent): void => {
    if (e.defaultPrevented || e.metaKey || e.altKey || takesKeys(e.target) || state().sheet !== 'none') return
    if (pressed(e)) e.preventDefault()
  }
  frame.addEventListener('click', onClick)
  frame.addEventListener('dblclick', onDouble)
  frame.addEventListener('focusin', onFocus)
  frame.addEventListener('keydown', onDoorKey)
  addEventListener('keydown', onKey)
  return () => {
    frame.removeEventListener('click', onClick)
    frame.removeEventListener('dblclick', onDouble)
    frame.removeEventListener('focusin', onFocus)
    frame.removeEventListener('keydown', onDoorKey)
    removeEventListener('keydown', onKey)
  }
}
