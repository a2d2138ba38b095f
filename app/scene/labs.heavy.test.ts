import { expect, it } from 'vitest'
import { explain } from '../../src/explain.ts'
import { labFiles, labs } from '../learn/labs/list.ts'
import { all } from './hard-walks.ts'
import { stages, sweep } from './sweep.ts'
import { typedLabs, typedQuestion } from './typed-labs.ts'

const sizes = [...stages, { width: 700, height: 478 }, { width: 1660, height: 860 }]
const whole = (answer: Parameters<typeof sweep>[0]): readonly string[] => sweep(answer, sizes, ['en', 'zh'], (beats) => beats)

it.each(labs.map((l) => l.slug))(
  'every stop of the lab %s, every size, both languages',
  (slug) => {
    expect(whole(explain({ v: 1, files: labFiles(slug) ?? [], seed: 1 }).answer)).toEqual([])
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

it.each(Object.entries(all))(
  'every stop of the walk %s',
  (_, make) => {
    expect(whole(make())).toEqual([])
  },
  120_000,
)
