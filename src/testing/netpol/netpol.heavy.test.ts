import { describe, expect, test } from 'vitest'
import { askedProbe, differences, wantOf } from './run.ts'
import { matrixVectors, probeVector } from './vectors.ts'

/** Every recorded case of NetworkPolicy under every plugin that enforces it here, and all-allowed under those that do not. */
const pairs = matrixVectors.flatMap((v) => v.steps.flatMap((s) => s.expected)).length * 72

describe.each(['calico', 'calico-ipip', 'calico-vxlan', 'canal'])('%s', (cni) => {
  let count = 0
  test.each(matrixVectors.map((v) => [v.id, v] as const))('%s', (_, vector) => {
    const found = differences(vector, cni)
    count += found.count
    expect(found.wrong).toEqual([])
  })
  test('every cell was compared', () => {
    expect(count).toBe(pairs)
  })
})

describe.each(['flannel', 'flannel-host-gw', 'bridge'])('%s lets everything through', (cni) => {
  test.each(matrixVectors.filter(({ id }) => /^(02|11|12|22|31)/.test(id)).map((v) => [v.id, v] as const))('%s', (_, vector) => {
    expect(differences(vector, cni, true).wrong).toEqual([])
  })
})

describe.each(['calico', 'calico-ipip', 'calico-vxlan', 'canal'])('single probes under %s', (plugin) => {
  test.each(probeVector.cases.map((c) => [c.name, c] as const))('%s', (name, { cni = plugin, policies, probes }) => {
    for (const probe of probes) {
      const what = `${probe.client ?? probe.from} → ${probe.via ?? ''} ${probe.to}:${probe.port}`
      expect([what, askedProbe(policies, probe, cni)]).toEqual([what, wantOf(name, probe, cni)])
    }
  })
})
