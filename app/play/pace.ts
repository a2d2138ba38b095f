import { create } from 'zustand'
import type { Breakpoint } from './breakpoints.ts'

/** What the buttons "back" and "on" step by. */
export type Level = 'rule' | 'station' | 'hop'
export const levels: readonly Level[] = ['hop', 'station', 'rule']

export const speeds = [0.5, 1, 2, 4] as const
export type Speed = (typeof speeds)[number]

/** How the visitor goes through a walk. */
export interface Pace {
  readonly level: Level
  readonly speed: Speed
  /** Where play stops by itself. */
  readonly breakpoints: readonly Breakpoint[]
}

const KEY = 'packetwalk.speed'

const keptSpeed = (): Speed => {
  try {
    const kept = Number(localStorage.getItem(KEY))
    return speeds.find((s) => s === kept) ?? 1
  } catch {
    return 1
  }
}

export const usePace = create<Pace>(() => ({ level: 'station', speed: keptSpeed(), breakpoints: [] }))

export const { getState: pace, setState: setPace } = usePace

export function setSpeed(speed: Speed): void {
  setPace({ speed })
  try {
    localStorage.setItem(KEY, `${speed}`)
  } catch {
    // Not remembered, no harm.
  }
}

/** The next speed up; after the fastest comes the slowest. */
export const nextSpeed = (speed: Speed): Speed => speeds[(speeds.indexOf(speed) + 1) % speeds.length] ?? 1
