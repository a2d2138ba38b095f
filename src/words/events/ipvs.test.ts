import { expect, test } from 'vitest'
import type { TraceEvent } from '../../trace/event.ts'
import { ipvsWords, stolenWords } from './ipvs.ts'

type Nat = Extract<TraceEvent, { readonly kind: 'nat' }>
const event = (ipvs: Nat['ipvs']): Nat => ({
  ...{ seq: 0, journey: 0, at: { netns: 'n' }, after: { kind: 'object', ref: '' }, kind: 'nat', manip: 'dst', by: 'ipvs', undo: false },
  ...{ from: '10.96.0.1:80', to: '10.244.1.2:8080' },
  ...(ipvs === undefined ? {} : { ipvs }),
})
const names = () => undefined

test.each(['rr', 'wrr', 'lc', 'wlc', 'sed', 'nq', 'sh', 'dh', 'mh'])('%s has words of its own for what it goes by', (scheduler) => {
  const { en, zh } = ipvsWords(event({ how: 'scheduled', service: 'TCP 10.96.0.1:80', scheduler }), names)
  for (const said of [en[1], zh[1]]) {
    expect(said).toMatch(/10\.96\.0\.1:80/)
    expect(said).toMatch(/10\.244\.1\.2:8080/)
    expect(said).not.toMatch(/undefined|takes {2}| {2}/)
  }
  const others = ['rr', 'sh', 'lc'].filter((s) => s !== scheduler)
  for (const other of others) expect(ipvsWords(event({ how: 'scheduled', scheduler: other }), names).en[1]).not.toBe(en[1])
})

test('known, persistent and answered connections are told apart, in both languages', () => {
  const all = (['known', 'persistent', 'answer'] as const).map((how) => ipvsWords(event({ how }), names))
  expect(new Set(all.map((w) => w.en[0])).size).toBe(3)
  expect(new Set(all.map((w) => w.zh[0])).size).toBe(3)
  expect(ipvsWords(event(undefined), names)).toEqual(all[0])
})

test('a packet that is taken out of its hook is told with the hook’s name', () => {
  const { en, zh } = stolenWords('INPUT')
  expect([en[0], zh[0]].every((s) => s.includes('INPUT'))).toBe(true)
})
