import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { build } from '../../../src/explain.ts'
import { isDump, labOf, withDumps } from './dumps.ts'

const root = new URL('../../../src/testing/captured/dumps/', import.meta.url).pathname
const dumps = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.txt') && !f.includes('summary'))

test.each(dumps)('%s is known for a dump', (file) => {
  expect(isDump(readFileSync(join(root, file), 'utf8'))).toBe(true)
})

test.each(['apiVersion: v1\nkind: ConfigMap\ndata:\n  rules: |\n    *nat\n    COMMIT\n', 'hello there', 'a: 1\n'])('%s is none', (text) => {
  expect(isDump(text)).toBe(false)
})

const saved = { name: 'iptables-save.txt', text: readFileSync(join(root, 'flannel-node/iptables-save.txt'), 'utf8') }
const wants = { everything: true, dns: true }

test('dumps alone are a lab of one node, with a first question', () => {
  const world = build(labOf([saved]), { wants })
  expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
  expect(world.cluster.nodes.map((n) => [n.meta.name, n.dumps?.length])).toEqual([['node-1', 1]])
  expect(world.cluster.probes).toMatchObject([{ from: 'node/node-1', to: 'tcp://10.96.10.10:80' }])
})

test('dumps join a lab, one after the other, each for its node', () => {
  const lab = [{ name: 'a.yaml', text: 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n' }]
  const routes = { name: 'ip-route.txt', text: readFileSync(join(root, 'flannel-node/ip-route.txt'), 'utf8') }
  const one = withDumps(lab, [saved], 'node-2')
  const two = withDumps(one, [routes, saved], 'node-3')
  expect(two.map((f) => f.name)).toEqual(['a.yaml', 'dumps.yaml', 'iptables-save.txt', 'ip-route.txt', 'iptables-save-2.txt'])
  const world = build(two, { wants })
  expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
  expect(world.cluster.nodes.map((n) => n.dumps?.length ?? 0)).toEqual([0, 1, 2])
})
