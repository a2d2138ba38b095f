import { expect, it } from 'vitest'
import { explain } from '../../src/explain.ts'
import { labFiles, labs } from '../learn/labs/list.ts'
import { all, long, sizes } from './hard-walks.ts'
import { stages, sweep } from './sweep.ts'

/** The scenes that take longest to check; check.test.ts and labs.test.ts have the others. */
it.each(long)('%s has no faults', (name) => {
  expect(sweep(all[name]?.() ?? expect.fail(name), sizes, ['en', 'zh'])).toEqual([])
})

it.each(labs.map((l) => l.slug))('the lab %s is drawn without faults in zh', (slug) => {
  const { answer } = explain({ v: 1, files: labFiles(slug) ?? [], seed: 1 })
  expect(sweep(answer, stages.slice(1), ['zh'])).toEqual([])
})
