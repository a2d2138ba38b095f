// For tests only: walks that make it hard for the layout.
import type { Answer } from '../../src/answer.ts'
import { stageOf } from './fixture-stage.ts'
import { answerOf, flow } from './fixtures.ts'
import type { Size } from './layout.ts'
import { client, dns, fromOtherNode, ordinary, toOtherNode, two, web } from './walks.ts'

/** Twelve nodes, thirty pods, long names: nothing may overlap. */
const crowded = (): Answer => {
  const pods: [number, string][] = [
    [1, client],
    [2, web],
    [7, dns],
  ]
  for (let n = 1; n <= 12; n++)
    for (let i = 0; i < 5; i++) pods.push([n, `default/a-rather-long-deployment-name-${n}${i}-6f7b8c9d-${n}${i}xyz`])
  const base = answerOf(stageOf(12, pods, ['host/client', 'host/resolver']), [
    toOtherNode('connect', ['S']),
    fromOtherNode('connect', ['S', 'A']),
  ])
  return base
}

/** Addresses as long as they get. */
export const sixes = (): Answer => {
  const long = (n: number): string => `fd00:10:244:${n}:abcd:ef01:2345:678${n}`
  const stage = two()
  return answerOf(
    {
      ...stage,
      netns: stage.netns.map((n, i) => ({ ...n, addresses: [long(i + 1)] })),
      underlay: { ...stage.underlay, net: 'fd00:192:168:10::/64' },
    },
    [
      {
        phase: 'connect',
        flow: flow([long(1), 40312], [long(7), 31080]),
        go: (w) => {
          w.process(client, 'curl')
          w.leave(client, 'node-1')
          w.up('node-1', () => w.nat('node-1', 'prerouting', 'dst', [long(8), 28080]))
          w.forward('node-1', 'flannel.1', () => w.nat('node-1', 'postrouting', 'src', [long(9), 54321]))
          w.tunnel('node-1', 'node-2')
          w.hook('node-2', 'prerouting')
          w.forward('node-2', 'cni0')
          w.down('node-2', web)
        },
      },
    ],
  )
}

/** Every walk that the tests draw. */
export const all: Readonly<Record<string, () => Answer>> = { ...ordinary, crowded, sixes }

/** Those that take longest to sweep: with the heavy tests. */
export const long: readonly string[] = ['crowded', 'nodePort', 'fromNode']

/** Stages that they are drawn on, px. */
export const sizes: readonly Size[] = [
  { width: 728, height: 422 },
  { width: 700, height: 478 },
  { width: 840, height: 600 },
  { width: 1200, height: 820 },
]
