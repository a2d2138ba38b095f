import { describe, expect, it } from 'vitest'
import { explain } from '../../src/explain.ts'
import { view } from '../../src/view.ts'
import { labFiles } from '../learn/labs/list.ts'
import { quickLabs } from '../learn/labs/quick.ts'
import { beatsOf } from '../timeline/beats.ts'
import { wideScene } from './scene.ts'
import { stages, sweep, sweepNear } from './sweep.ts'
import { typedLabs, typedQuestion } from './typed-labs.ts'

describe.each(quickLabs.map((l) => l.slug))('the lab %s, as the engine walks it', (slug) => {
  const answer = explain({ v: 1, files: labFiles(slug) ?? [], seed: 1 }).answer

  it('has stops, and plays in at most 30 seconds', () => {
    const beats = beatsOf(answer)
    expect(beats.length).toBeGreaterThan(5)
    expect(beats.reduce((sum, b) => sum + b.ms, 0)).toBeLessThanOrEqual(30_001)
  })

  it('is drawn without faults in en', () => {
    expect(sweep(answer, stages.slice(1, 2), ['en'])).toEqual([])
  })

  // every stage, and every stop, in labs.heavy.test.ts
  it('is drawn without faults in zh on a phone', () => {
    expect(sweep(answer, stages.slice(0, 1), ['zh'])).toEqual([])
  })
})

// the others in labs.heavy.test.ts
it.each(typedLabs.slice(0, 3))('a lab typed by hand: %s', (name) => {
  const answer = explain(typedQuestion(name)).answer
  expect(answer.walk?.journeys.length).toBeGreaterThan(0)
  expect(sweep(answer, stages.slice(0, 2), ['zh'])).toEqual([])
})

it('each node and each veth pair by itself, where the walk passes it', async () => {
  const { answer, world } = explain({ v: 1, files: labFiles('clusterip-same-node') ?? [], seed: 1 })
  const look: Parameters<typeof sweepNear>[1] = (asked) => (asked.kind === 'tool' ? view(world, asked) : undefined)
  expect(await sweepNear(answer, look, stages.slice(1, 2), ['zh'])).toEqual([])
})

describe('the end of a walk that was answered', () => {
  const answer = explain({ v: 1, files: labFiles('clusterip-cross-node') ?? [], seed: 1 }).answer
  const beats = beatsOf(answer)
  const scene = wideScene(answer, beats, { beat: beats.length - 1 }, { size: { width: 820, height: 600 }, lang: 'en' })

  it('tells the way there beside the way back', () => {
    expect(answer.walk?.outcome.kind).toBe('ok')
    expect(scene.lines.map((l) => [l.style, l.tone])).toEqual([
      ['whole', 'request'],
      ['past', 'reply'],
    ])
    const [there, back] = scene.lines
    const rounded = (p: { readonly x: number; readonly y: number }): string => `${Math.round(p.x)} ${Math.round(p.y)}`
    const taken = new Set(back?.points.map(rounded))
    expect(there?.points.filter((p) => taken.has(rounded(p)))).toEqual([])
    expect(scene.tubes.map((t) => t.tone)).toEqual(['request', 'reply'])
  })

  it('names both rewrites, and shows the addresses of the first', () => {
    expect(scene.tags.map((t) => t.text)).toEqual(['DNAT', 'un-DNAT'])
    expect(scene.card?.rewritten).toBe(true)
  })
})
