import { describe, expect, test } from 'vitest'
import { askedProbe, differences, wantOf } from './run.ts'
import { matrixVectors, probeVector } from './vectors.ts'

const pairs = matrixVectors.flatMap((v) => v.steps.flatMap((s) => s.expected)).length * 72

/** Every recorded case of NetworkPolicy through Cilium's policy maps: with a tunnel and without, beside kube-proxy and in its place. */
describe.each(['cilium', 'cilium-native', 'cilium/none', 'cilium-native/none'])('%s', (cni) => {
  let count = 0
  test.each(matrixVectors.map((v) => [v.id, v] as const))('%s', (_, vector) => {
    const found = differences(vector, cni)
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
        expect([what, askedProbe(policies, probe, cni)]).toEqual([what, wantOf(name, probe, cni)])
      }
    },
  )
})
