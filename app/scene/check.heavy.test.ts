import { expect, it } from 'vitest'
import { explain } from '../../src/explain.ts'
import { labFiles, labs } from '../learn/labs/list.ts'
import { all, sizes } from './hard-walks.ts'
import { stages, sweep } from './sweep.ts'

/** All scenes in both languages; check.test.ts and labs.test.ts have a quick choice of them. */
it.each(Object.entries(all))('%s has no faults', (_, make) => {
  expect(sweep(make(), sizes, ['en', 'zh'])).toEqual([])
})

it.each(labs.map((l) => l.slug))('the lab %s is drawn without faults in zh', (slug) => {
  const { answer } = explain({ v: 1, files: labFiles(slug) ?? [], seed: 1 })
  expect(sweep(answer, stages.slice(1), ['zh'])).toEqual([])
})
