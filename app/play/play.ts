import { set, state, useStore } from '../store.ts'
import { durationOf } from '../timeline/beats.ts'
import { stepHop, stepRule, stepStation } from '../timeline/steps.ts'
import { moving } from '../ui/motion.ts'
import { type Breakpoint, stopAt, toggled } from './breakpoints.ts'
import { depthsOf, nextUpTo } from './chain.ts'
import { type Level, pace, setPace, usePace } from './pace.ts'
import { playheadOf, type Station, seqOf, stationAt, stepsOf } from './steps.ts'

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

/** Place of the playhead's event in its station; -1 while it stands on the station as a whole. */
const indexIn = (station: Station, playhead: number): number =>
  playhead === station.first ? -1 : station.events.findIndex((e) => e.seq === playhead)

/** To the next rule, rewrite or drop: into the chain, if the rule jumps. */
export const stepInto = (): void => step('rule', 1)

/** To the next rule of this chain, or of the one that called it; past the end of a station to the next one. */
export function stepOver(): void {
  stepPast((depth) => depth, 'station')
}

/** Out of the chain, to where it was called from; out of the station when this is its base chain; out of the netns from a station. */
export function stepOut(): void {
  stepPast((depth) => depth - 1, 'hop')
}

function stepPast(upTo: (depth: number) => number, fromStation: Level): void {
  const { good, playhead } = state()
  const station = stationAt(stepsOf(good), playhead)
  if (station === undefined) return
  const index = indexIn(station, playhead)
  if (index < 0) {
    step(fromStation, 1)
    return
  }
  const next = nextUpTo(station.events, index, upTo(depthsOf(station.events)[index] ?? 0))
  const event = next === undefined ? undefined : station.events[next]
  if (event === undefined) step('station', 1)
  else seek(event.seq)
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

export const toggleBreakpoint = (one: Breakpoint): void => setPace({ breakpoints: toggled(pace().breakpoints, one) })

/** On to the next station, or to where a breakpoint stands in this one or in it: there play ends. */
function advance(here: Station, next: Station, playhead: number): void {
  const { breakpoints } = pace()
  const stop = stopAt(breakpoints, here, here, playhead) ?? stopAt(breakpoints, here, next)
  if (stop === undefined) set({ playhead: next.first })
  else seek(stop)
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
    timer = setTimeout(() => advance(here, next, playhead), durationOf(here.beat, pace().speed))
  }
  useStore.subscribe((now, before) => {
    if (now.playing !== before.playing || now.playhead !== before.playhead || now.good !== before.good) go()
  })
  usePace.subscribe((now, before) => {
    if (now.speed !== before.speed) go()
  })
  document.addEventListener('visibilitychange', go)
}
