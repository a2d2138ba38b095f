import { expect } from 'vitest'
import { build, probe, type World } from '../../explain.ts'
import { sayOutcome } from '../../words/outcomes.ts'
import type { Drill } from './drills.ts'
import { gapsOf } from './joined.ts'

/** A lab that has no errors. */
export const worldOf = (text: string, cni: string | undefined): World => {
  const world = build([{ name: 'drill.yaml', text }], { wants: { everything: false, dns: false }, ...(cni === undefined ? {} : { cni }) })
  expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
  return world
}

/** One probe: its packets are joined. `endings`: `dropped: mtu at node-2`. */
export function ask(world: World, from: string, to: string) {
  const probed = probe(world, { from, to }, { seed: 1 })
  expect(probed.problems).toEqual([])
  expect(probed.journeys.flatMap((j) => gapsOf(j))).toEqual([])
  const endings = probed.journeys.map(({ ending, events }) => {
    const at = events.at(-1)?.at.netns ?? ''
    return `${ending.kind}${ending.kind === 'dropped' ? `: ${ending.reason}` : ''} at ${at}`
  })
  return { ...probed, endings }
}

/** Codes of a lab's problems. */
export const codes = (world: World): readonly string[] => world.problems.map((p) => p.code)

/** The lab with its fault: the outcome, the sentence in both languages, the problems, and what the fault spares. */
export function broken({ cni, broken: text, from, to, expect: want, spared }: Omit<Drill, 'mended'>): World {
  const world = worldOf(text, cni)
  const { outcome, endings } = ask(world, from, to)
  expect([outcome.kind, outcome.reason]).toEqual([want.kind, want.reason])
  if (want.seen !== undefined) expect(outcome.sourceSeen).toMatch(new RegExp(`^${want.seen}:`))
  if (want.ending !== undefined) expect(endings).toContain(want.ending)
  const said = (lang: 'en' | 'zh-CN'): string => sayOutcome(outcome, lang).text
  expect(said('en')).toContain(want.says[0])
  expect(said('zh-CN')).toContain(want.says[1])
  expect(codes(world)).toEqual(expect.arrayContaining([...(want.told ?? [])]))
  for (const [source, target] of spared) expect([source, target, ask(world, source, target).outcome.kind]).toEqual([source, target, 'ok'])
  return world
}
