import { expect, test } from 'vitest'
import { readManifests } from '../manifest/read.ts'
import { settle } from './settle.ts'

const lab = (text: string) => settle(readManifests([{ name: 'lab.yaml', text }]).objects, { wants: { everything: true, dns: false } })
const generate = (list: string) => `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: l}\nspec: {generate: ${list}}\n`

test('10,000 Services of 10 endpoints each, without text', () => {
  const { cluster, problems } = lab(generate('[{services: 10000, endpoints: 10, namespace: load}]'))
  expect(problems).toEqual([])
  const own = cluster.services.filter((one) => one.meta.namespace === 'load')
  expect(own).toHaveLength(10_000)
  expect(new Set(own.map((one) => one.spec.clusterIPs[0])).size).toBe(10_000)
  const slices = cluster.slices.filter((one) => one.meta.namespace === 'load')
  expect(slices.reduce((n, one) => n + one.is.endpoints.length, 0)).toBe(100_000)
  for (const one of slices.slice(0, 50)) expect(new Set(one.is.endpoints.map((e) => e.addresses[0])).size).toBe(10)
  const known = new Set(cluster.pods.flatMap((one) => one.podIPs))
  expect(slices.every((one) => one.is.endpoints.every((e) => known.has(e.addresses[0] as never)))).toBe(true)
})

test('takes no address from what the files have', () => {
  const pods = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {nodeName: node-1, containers: [{name: c, image: nginx}]}\n---\n'
  const { cluster } = lab(pods + generate('[{services: 3, endpoints: 2, namespace: load}, {services: 1, endpoints: 150, namespace: load}]'))
  expect(cluster.pods[0]?.podIPs).toEqual(['10.244.0.2'])
  expect(new Set(cluster.pods.flatMap((one) => one.podIPs)).size).toBe(cluster.pods.length)
  expect(cluster.slices.filter((one) => one.meta.namespace === 'load').map((one) => one.is.endpoints.length)).toEqual([2, 2, 2, 100, 50])
})
