import { expect, test } from 'vitest'
import { explain } from '../../src/explain.ts'
import { view } from '../../src/view.ts'
import { labFiles } from '../learn/labs/list.ts'
import { lookAt, stepsOf } from '../play/steps.ts'
import { serviceBehind } from './TryLocal.tsx'

const snatIn = (answer: ReturnType<typeof explain>['answer']) =>
  answer.walk?.journeys[0]?.events.find((e) => e.kind === 'nat' && e.manip === 'src' && !e.undo)

test('the SNAT of a NodePort names its Service, and Local, written into it, spares the SNAT on a node with an endpoint', () => {
  const files = labFiles('nodeport') ?? []
  const { answer, world } = explain({ v: 1, files, seed: 1 })
  const snat = snatIn(answer)
  const look = lookAt(stepsOf(answer), snat?.seq ?? -1)
  if (look === undefined) throw new Error('no step')
  const object = serviceBehind(answer, { ...look, main: snat ?? look.main })
  expect(object).toBe('Service default/frontend')
  const viewed = view(world, { kind: 'set', files, object: object ?? '', path: 'spec.externalTrafficPolicy', value: 'Local' })
  if (viewed.kind !== 'files') throw new Error('not written')
  expect(viewed.files.map((f) => f.text).join('\n')).toContain('externalTrafficPolicy: Local')
  const again = explain({ v: 1, files: viewed.files, seed: 1, probe: { from: 'host/client', to: 'http://192.168.10.12:31080/' } }).answer
  expect([again.walk?.outcome.kind, snatIn(again)]).toEqual(['ok', undefined])
})
