import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { printTopology, readTopology, type TopologyJson } from './topology.ts'

const dir = new URL('../testing/captured/kernel/', import.meta.url)
const files = readdirSync(dir).filter((f) => f.endsWith('.json'))
const read = (file: string): TopologyJson => JSON.parse(readFileSync(new URL(file, dir), 'utf8')).topology

describe('recorded topologies', () => {
  test('there are some', () => expect(files.length).toBeGreaterThanOrEqual(14))

  test.each(files)('%s is printed back so that it reads the same', (file) => {
    const { netns } = readTopology(read(file))
    const printed = printTopology(netns)
    expect(readTopology(printed).netns.map(({ rules: _, ...n }) => n)).toEqual(netns.map(({ rules: _, ...n }) => n))
  })

  test.each(files)('%s keeps every link, FDB entry and neighbour word for word', (file) => {
    const given = read(file)
    const printed = printTopology(readTopology(given).netns)
    for (const [i, n] of given.namespaces.entries()) {
      const back = printed.namespaces[i]
      // an MTU of 1500 that a recording writes out is the one that a device has anyway
      expect(back?.links).toMatchObject(n.links.map(({ mtu, ...link }) => (mtu === undefined || mtu === 1500 ? link : { ...link, mtu })))
      expect(back?.fdb).toEqual(n.fdb ?? [])
      expect(back?.neigh).toEqual(n.neigh ?? [])
      expect(back?.routes).toHaveLength(n.routes?.length ?? 0)
    }
  })
})

test('a bridge that nobody gave an MTU is as narrow as its narrowest port, and says so when it is not', () => {
  const port = (dev: string, mtu?: number) => ({ dev, kind: 'dummy', master: 'br0', ...(mtu === undefined ? {} : { mtu }) })
  const of = (bridge: object, ...ports: readonly object[]) => {
    const json = { namespaces: [{ name: 'n', kind: 'node', links: [{ dev: 'br0', kind: 'bridge', ...bridge }, ...ports] }] }
    const { netns } = readTopology(json as never)
    expect(readTopology(printTopology(netns)).netns).toEqual(netns)
    return netns[0]?.links.find((l) => l.dev === 'br0')?.mtu
  }
  expect(of({})).toBe(1500)
  expect(of({}, port('a'), port('b', 1300))).toBe(1300)
  expect(of({}, port('a', 9000))).toBe(9000)
  expect(of({ mtu: 1500 }, port('a'), port('b', 1300))).toBe(1500)
})

test('a route without a device gets the one that its gateway is on', () => {
  const file = 'flannel-clusterip-other-node.json'
  const pod = readTopology(read(file)).netns.find((n) => n.name === 'pod11')
  const main = pod?.routes.filter((r) => r.table === 'main' && r.dst.includes('.'))
  expect(main?.map((r) => `${r.dst} ${r.via ?? '-'} ${r.dev} ${r.protocol} ${r.scope}`)).toEqual([
    '10.244.1.0/24 - eth0 kernel link',
    '0.0.0.0/0 10.244.1.1 eth0 boot global',
    '10.244.0.0/16 10.244.1.1 eth0 boot global',
  ])
})

test('a word that is not known is refused', () => {
  const wrong = { namespaces: [{ name: 'a', kind: 'node', links: [], routes: ['10.0.0.0/8 dev lo realm 5'] }] }
  expect(() => readTopology(wrong)).toThrow('realm')
})
