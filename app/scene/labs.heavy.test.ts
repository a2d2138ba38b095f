import { expect, it } from 'vitest'
import type { Question } from '../../src/answer.ts'
import { explain } from '../../src/explain.ts'
import { view } from '../../src/view.ts'
import { labFiles, labs } from '../learn/labs/list.ts'
import { quickLabs } from '../learn/labs/quick.ts'
import { all } from './hard-walks.ts'
import { stages, sweep, sweepNear } from './sweep.ts'
import { typedLabs, typedQuestion } from './typed-labs.ts'

const sizes = [...stages, { width: 700, height: 478 }, { width: 1660, height: 860 }]
const whole = (answer: Parameters<typeof sweep>[0]): readonly string[] => sweep(answer, sizes, ['en', 'zh'], (beats) => beats)

const asked = (slug: string): Question => ({ v: 1, files: labFiles(slug) ?? [], seed: 1 })
const others = labs.filter((l) => !quickLabs.includes(l)).map((l) => l.slug)

it.each(quickLabs.map((l) => l.slug))(
  'every stop of the lab %s, every size, both languages',
  (slug) => {
    expect(whole(explain(asked(slug)).answer)).toEqual([])
  },
  120_000,
)

// their telling stops at every size in check.heavy.test.ts
it.each(others)(
  'every stop of the lab %s',
  (slug) => {
    expect(sweep(explain(asked(slug)).answer, stages.slice(1, 2), ['en'], (beats) => beats)).toEqual([])
  },
  120_000,
)

it.each(typedLabs)(
  'every stop of a lab typed by hand: %s',
  (name) => {
    expect(whole(explain(typedQuestion(name)).answer)).toEqual([])
  },
  120_000,
)

const near = (question: Question, sizes = stages): Promise<readonly string[]> => {
  const { answer, world } = explain(question)
  return sweepNear(answer, (asked) => (asked.kind === 'tool' ? view(world, asked) : undefined), sizes, ['en', 'zh'])
}

it.each(quickLabs.map((l) => l.slug))(
  'every node and every veth pair of the lab %s by itself, every size, both languages',
  async (slug) => {
    expect(await near(asked(slug))).toEqual([])
  },
  120_000,
)

it.each(others)(
  'every node and every veth pair of the lab %s by itself',
  async (slug) => {
    expect(await near(asked(slug), stages.slice(2, 3))).toEqual([])
  },
  120_000,
)

it.each(typedLabs)(
  'nodes and veth pairs by themselves, of a lab typed by hand: %s',
  async (name) => {
    expect(await near(typedQuestion(name), stages.slice(0, 3))).toEqual([])
  },
  240_000,
)

it.each(Object.entries(all))(
  'every stop of the walk %s',
  (_, make) => {
    expect(whole(make())).toEqual([])
  },
  120_000,
)
