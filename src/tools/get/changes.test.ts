import { expect, test } from 'vitest'
import { settle } from '../../cluster/settle.ts'
import { readManifests } from '../../manifest/read.ts'
import { changesTable, costOf } from './changes.ts'

const lab = (replicas: number, more = '') =>
  settle(
    readManifests([
      {
        name: 'lab.yaml',
        text: `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]${more}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: ${replicas}, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 8080}]}]}}}
`,
      },
    ]).objects,
    { wants: { everything: false, dns: false } },
  ).cluster
const cost = (replicas: number, more?: string) => {
  const cluster = lab(replicas, more)
  const [service] = cluster.services
  return service && costOf(cluster, service)
}
const bytes = (replicas: number, change: number) => cost(replicas)?.changes[change]?.sliceBytes ?? 0

test('one changed Pod: one slice of at most a hundred endpoints, and the whole Endpoints object', () => {
  const [small, large] = [cost(100), cost(300)]
  expect([small?.slices, large?.slices, large?.endpoints]).toEqual([1, 3, 300])
  for (const one of [...(small?.changes ?? []), ...(large?.changes ?? [])]) expect(one.slices).toBe(1)
  const [before, then] = [small?.changes[0], large?.changes[0]]
  expect(then?.sliceBytes).toBeLessThan((before?.sliceBytes ?? 0) * 1.02)
  expect(then?.endpointsBytes).toBeGreaterThan((before?.endpointsBytes ?? 0) * 2.8)
})

test('a newcomer to full slices has one of its own; the last that goes leaves a placeholder', () => {
  expect(bytes(100, 2)).toBeLessThan(bytes(100, 1) / 10)
  expect(bytes(101, 2)).toBeLessThan(bytes(100, 1) / 10)
  expect(cost(1)?.changes.map(({ change, slices }) => `${change} ${slices}`)).toEqual(['not-ready 1', 'deleted 1', 'new 1'])
  expect(cost(0)).toBeUndefined()
})

test('both families: two slices; Endpoints know the first alone', () => {
  const dual = cost(5, ', ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv4, IPv6]')
  expect(dual?.endpoints).toBe(5)
  expect(dual?.changes.map((one) => one.slices)).toEqual([2, 2, 2])
  expect(dual?.changes[1]?.endpointsBytes).toBe(cost(5)?.changes[1]?.endpointsBytes)
})

test('as a table', () => {
  const [head, ...rows] = changesTable(lab(2), {}).trimEnd().split('\n')
  expect(head).toBe('SERVICE   PODS   SLICES   ONE-POD     SLICES-WRITTEN   BYTES   ENDPOINTS-BYTES')
  expect(rows.map((row) => row.split(/\s+/).slice(0, 5))).toEqual(
    ['not-ready', 'deleted', 'new'].map((change) => ['web', '2', '1', change, '1']),
  )
  expect(changesTable(lab(2), { namespace: 'other' })).toBe('No resources found in other namespace.\n')
})
