import { describe, expect, test } from 'vitest'
import { readManifests } from '../manifest/read.ts'
import type { Problem } from '../trace/problem.ts'
import { settle } from './settle.ts'
import { shortened } from './shortened.ts'

const at = (offset: number): NonNullable<Problem['where']> => ({ file: 'a.yaml', line: 1, column: 1, offset, end: offset, field: '' })
const problem = (n: number, offset = 0): Problem => ({
  code: 'pod-pending',
  params: { pod: `p${n}` },
  severity: 'warning',
  where: at(offset),
})
const told = (problems: readonly Problem[]): readonly string[] =>
  shortened(problems).map((p) => (p.code === 'more-of-these' ? `+${p.params['count']}` : `${p.params['pod']}`))

test.each([
  [3, ['p0', 'p1', 'p2']],
  // One more is shown as it is: "one more" would take as much room.
  [4, ['p0', 'p1', 'p2', 'p3']],
  [5, ['p0', 'p1', 'p2', '+2']],
  [1000, ['p0', 'p1', 'p2', '+997']],
])('%i at one place', (n, want) => {
  expect(told(Array.from({ length: n }, (_, i) => problem(i)))).toEqual(want)
})

test('problems at different places all stay', () => {
  expect(told(Array.from({ length: 9 }, (_, i) => problem(i, i)))).toHaveLength(9)
})

const settled = (text: string): readonly string[] => {
  const { objects, problems } = readManifests([{ name: 'a.yaml', text }])
  const found = settle(objects, { wants: { everything: false, dns: false } }).problems
  return [...problems, ...found].map(
    (p) => `${p.where?.line}:${p.where?.column} ${p.severity} ${p.code} ${Object.values(p.params).join(' ')}`,
  )
}

const deployment = (replicas: number): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  replicas: ${replicas}\n  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}\n`

test('a slip in replicas is told, and fills nothing', () => {
  expect(settled(deployment(2_000_000_000))).toEqual(['5:13 error too-many-pods 50000'])
})

test('thousands of Pods without an address are told in a few lines', () => {
  const lines = settled(deployment(3000))
  expect(lines).toHaveLength(4)
  expect(lines[3]).toMatch(/more-of-these \d{4}$/)
})

describe('machines with one address', () => {
  const node = (name: string, n: number): string =>
    `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nspec: {podCIDR: 10.244.${n}.0/24}\nstatus:\n  addresses:\n  - {type: InternalIP, address: 192.168.1.1}\n---\n`
  const lab =
    'apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: l}\nspec:\n  hosts:\n  - {name: h, addresses: [192.168.1.1]}\n'
  test.each([
    ['two nodes', node('n1', 1) + node('n2', 2), ['15:33 warning address-taken 192.168.1.1 node n1']],
    ['a node and a host', node('n1', 1) + lab, ['14:27 warning address-taken 192.168.1.1 node n1']],
    ['one of each', node('n1', 1), []],
  ])('%s', (_, text, want) => {
    expect(settled(text)).toEqual(want)
  })

  test('two nodes of one podCIDR: both nets are named', () => {
    const text = node('n1', 1) + node('n2', 1).replace('192.168.1.1', '192.168.1.2').replace('10.244.1.0/24', '10.244.0.0/16')
    expect(settled(text)).toEqual(['12:17 error overlapping-nets 10.244.0.0/16 podCIDR 10.244.1.0/24 podCIDR n1'])
  })
})
