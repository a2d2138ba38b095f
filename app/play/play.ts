import { set, state, useStore } from '../store.ts'
import { durationOf } from '../timeline/beats.ts'
import { stepHop, stepRule, stepStation } from '../timeline/steps.ts'
import { moving } from '../ui/motion.ts'
import { playheadOf, seqOf, stationAt, stepsOf } from './steps.ts'

export type Level = 'rule' | 'station' | 'hop'

/** Moves the playhead by hand: the play stops. */
export function step(level: Level, way: 1 | -1): void {
  const { good, playhead } = state()
  const steps = stepsOf(good)
  if (good === undefined || steps.stations.length === 0) return
  const here = playheadOf(steps, playhead)
  switch (level) {
    case 'rule':
      seek(seqOf(steps, stepRule(good, steps.beats, here, way)))
      break
    case 'station':
      seek(seqOf(steps, stepStation(steps.beats, here, way)))
      break
    case 'hop':
      seek(seqOf(steps, stepHop(steps.beats, here, way)))
      break
  }
}

export function seek(seq: number): void {
  set({ playing: false, playhead: seq })
}

export const toStart = (): void => seek(stepsOf(state().good).stations[0]?.first ?? 0)
export const toEnd = (): void => seek(stepsOf(state().good).stations.at(-1)?.first ?? 0)

export function togglePlay(): void {
  const { playing, good, playhead } = state()
  const steps = stepsOf(good)
  const atEnd = stationAt(steps, playhead)?.index === steps.stations.length - 1
  set({ playing: !playing, ...(!playing && atEnd ? { playhead: steps.stations[0]?.first ?? 0 } : {}) })
}

/** Runs the play whenever the store says so. One timer; a hidden page waits. */
export function runPlay(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let ended: (() => void) | undefined
  const go = (): void => {
    clearTimeout(timer)
    ended?.()
    ended = undefined
    const { playing, good, playhead } = state()
    if (!playing || document.hidden) return
    const steps = stepsOf(good)
    const here = stationAt(steps, playhead)
    const next = here && steps.stations[here.index + 1]
    if (here === undefined || next === undefined) {
      set({ playing: false })
      return
    }
    ended = moving()
    timer = setTimeout(() => set({ playhead: next.first }), durationOf(here.beat, 1))
  }
  useStore.subscribe((now, before) => {
    if (now.playing !== before.playing || now.playhead !== before.playhead || now.good !== before.good) go()
  })
  document.addEventListener('visibilitychange', go)
}
