import { describe, expect, test } from 'vitest'
import { askedProbe, differences, wantOf } from './run.ts'
import { matrixVectors, probeVector } from './vectors.ts'

const pairs = matrixVectors.flatMap((v) => v.steps.flatMap((s) => s.expected)).length * 72

/** A policy with a named port is refused as a whole, and isolates nobody (npc/analyser.go, checkForNamedPorts). */
const isRefused = (id: string): boolean => /^1[45]-/.test(id)

/** Every recorded case of NetworkPolicy through weave-npc's chains and sets. */
describe('weave', () => {
  let count = 0
  test.each(matrixVectors.map((v) => [v.id, v] as const))('%s', (_, vector) => {
    const found = differences(vector, 'weave', isRefused(vector.id))
    count += found.count
    expect(found.wrong).toEqual([])
  })
  test('every cell was compared', () => {
    expect(count).toBe(pairs)
  })
  test.each(probeVector.cases.filter((c) => c.cni === undefined).map((c) => [c.name, c] as const))(
    'probes: %s',
    (name, { policies, probes }) => {
      for (const probe of probes) {
        const what = `${probe.client ?? probe.from} → ${probe.via ?? ''} ${probe.to}:${probe.port}`
        expect([what, askedProbe(policies, probe, 'weave')]).toEqual([what, wantOf(name, probe, 'weave')])
      }
    },
  )
})
