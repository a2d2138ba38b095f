import { beforeEach, describe, expect, test } from 'vitest'
import { explain } from '../../src/explain.ts'
import { labFiles } from '../learn/labs/list.ts'
import { set, state } from '../store.ts'
import { flagged, stopAt, toggled } from './breakpoints.ts'
import { depthsOf } from './chain.ts'
import { nextSpeed, pace, setPace, speeds } from './pace.ts'
import { step, stepInto, stepOut, stepOver, toggleBreakpoint } from './play.ts'
import { stationAt, stepsOf } from './steps.ts'

const { answer } = explain({ v: 1, files: labFiles('minikube-three-nginx') ?? [], seed: 1 })
const steps = stepsOf(answer)
const events = answer.walk?.journeys.flatMap((j) => j.events) ?? []
const nat = steps.stations.find((s) => s.events.some((e) => e.kind === 'rule' && e.rule.chain.startsWith('KUBE-SEP')))
if (nat === undefined) throw new Error('no DNAT in this lab')

beforeEach(() => {
  set({ good: answer, playhead: nat.first, playing: false })
  setPace({ level: 'station', speed: 1, breakpoints: [] })
})

/** The chain of the rule under the playhead, else the kind of its event. */
const here = (): string => {
  const e = events.find((x) => x.seq === state().playhead)
  return e?.kind === 'rule' ? e.rule.chain.replace(/-[0-9A-Z]{16}$/, '') : (e?.kind ?? '')
}
const into = (): string => {
  stepInto()
  return here()
}

describe('into, over, out of a chain', () => {
  test('into follows each jump', () => {
    expect([into(), into(), into(), into(), into()]).toEqual(['PREROUTING', 'KUBE-SERVICES', 'KUBE-SVC', 'KUBE-SEP', 'nat'])
  })

  test('over passes what a rule jumps to, and lands where the chain that it stands in goes on', () => {
    into()
    expect(into()).toBe('KUBE-SERVICES')
    stepOver()
    expect(here()).toBe('nat')
    stepOver()
    expect(stationAt(steps, state().playhead)?.index).toBe(nat.index + 1)
  })

  test('over from a chain that returns lands behind the jump', () => {
    const post = steps.stations.find((s) => s.beat.hook === 'forward' && s.events.some((e) => e.kind === 'rule'))
    if (post === undefined) throw new Error('no FORWARD')
    set({ playhead: post.first })
    const first = into()
    expect(first).toBe('FORWARD')
    stepOver()
    expect(['FORWARD', 'nat', 'hook']).toContain(here())
  })

  test('out leaves the chain, then the station', () => {
    into()
    into()
    expect(into()).toBe('KUBE-SVC')
    stepOut()
    expect(['KUBE-SERVICES', 'PREROUTING', 'nat']).toContain(here())
    set({ playhead: nat.first })
    into()
    stepOut()
    expect(stationAt(steps, state().playhead)?.index).toBe(nat.index + 1)
  })

  test('from a station as a whole: over to the next, out of the netns', () => {
    stepOver()
    expect(state().playhead).toBe(steps.stations[nat.index + 1]?.first)
    set({ playhead: nat.first })
    stepOut()
    expect(stationAt(steps, state().playhead)?.beat.hop).toBe(nat.beat.hop + 1)
  })

  test('depths are those of the jumps', () => {
    const depths = depthsOf(nat.events)
    const rules = nat.events.flatMap((e, i) => (e.kind === 'rule' ? [depths[i]] : []))
    expect(rules).toEqual([0, 1, 2, 3])
    for (const station of steps.stations)
      for (const [i, e] of station.events.entries())
        if (e.kind === 'rule') expect(depthsOf(station.events)[i] === 0).toBe(e.rule.chain === e.base)
  })

  test('into, again and again, passes every rule of the walk once and ends', () => {
    set({ playhead: steps.stations[0]?.first ?? 0 })
    const seen: number[] = []
    for (;;) {
      const before = state().playhead
      stepInto()
      if (state().playhead === before) break
      seen.push(state().playhead)
    }
    const rules = steps.stations.flatMap((s) => s.events.filter((e) => e.kind === 'rule').map((e) => e.seq))
    expect(rules.filter((seq) => seen.includes(seq))).toEqual(rules)
    expect(new Set(seen).size).toBe(seen.length)
  })
})

describe('breakpoints', () => {
  test('at NAT, at a node, at a chain', () => {
    const before = steps.stations[nat.index - 1]
    expect(stopAt([{ kind: 'nat' }], before, nat)).toBe(nat.first)
    const rule = nat.events.find((e) => e.kind === 'rule' && e.rule.chain === 'KUBE-SERVICES')
    expect(stopAt([{ kind: 'chain', chain: 'KUBE-SERVICES' }], before, nat)).toBe(rule?.seq)
    expect(stopAt([{ kind: 'chain', chain: 'KUBE-SERVICES' }], nat, nat, nat.first)).toBe(rule?.seq)
    expect(stopAt([{ kind: 'chain', chain: 'KUBE-SERVICES' }], nat, nat, rule?.seq)).toBeUndefined()
    expect(stopAt([{ kind: 'chain', chain: 'NONE' }], before, nat)).toBeUndefined()
    const place = nat.beat.place
    expect(stopAt([{ kind: 'place', place }], nat, nat)).toBeUndefined()
    const entering = flagged([{ kind: 'place', place }], steps.stations).map((i) => steps.stations[i])
    expect(entering.length).toBeGreaterThan(1)
    for (const s of entering) expect(s?.beat.place).toBe(place)
  })

  test('toggled on and off', () => {
    toggleBreakpoint({ kind: 'nat' })
    toggleBreakpoint({ kind: 'chain', chain: 'X' })
    expect(pace().breakpoints).toHaveLength(2)
    toggleBreakpoint({ kind: 'nat' })
    expect(pace().breakpoints).toEqual([{ kind: 'chain', chain: 'X' }])
    expect(toggled([], { kind: 'nat' })).toHaveLength(1)
    expect(flagged([], steps.stations)).toEqual([])
  })
})

test('each level steps back where it came from', () => {
  for (const level of ['hop', 'station'] as const) {
    set({ playhead: nat.first })
    step(level, 1)
    const there = stationAt(steps, state().playhead)?.index ?? 0
    expect(there).toBeGreaterThan(nat.index)
    step(level, -1)
    expect(stationAt(steps, state().playhead)?.beat.hop).toBe(nat.beat.hop)
  }
})

test('speeds go round', () => {
  expect(speeds.map(nextSpeed)).toEqual([1, 2, 4, 0.5])
})
