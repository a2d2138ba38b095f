import { expect, test } from 'vitest'
import { askedProbe, differences, wantOf } from './run.ts'
import { matrixVectors, probeVector } from './vectors.ts'

/** Recorded cases of NetworkPolicy through the same walk as every other probe: a few here, all of them in netpol.heavy.test.ts. */

test('34 matrices, 19 cases of single probes', () => {
  expect([matrixVectors.length, probeVector.cases.length]).toEqual([34, 19])
})

test('a matrix under Calico', () => {
  const vector = matrixVectors.find(({ id }) => id.startsWith('03'))
  expect(vector && differences(vector, 'calico')).toEqual({ count: 72, wrong: [] })
})

const FEW = /^(service-dnat|nodeport-masquerade|local-node|flannel)$/
test.each(probeVector.cases.filter((c) => FEW.test(c.name)).map((c) => [c.name, c] as const))(
  'single probes: %s',
  (name, { cni = 'calico', policies, probes }) => {
    for (const probe of probes) {
      const what = `${probe.client ?? probe.from} → ${probe.via ?? ''} ${probe.to}:${probe.port}`
      expect([what, askedProbe(policies, probe, cni)]).toEqual([what, wantOf(name, probe, cni)])
    }
  },
)
