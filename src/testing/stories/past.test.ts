import { describe, expect, test } from 'vitest'
import { runTool } from '../../engine/tool.ts'
import { build, probe } from '../../explain.ts'
import { gapsOf } from './joined.ts'
import { pod, service, together, twoNodes } from './lab.ts'
import { type PastStory, pastStories } from './past.ts'
import { flowStories, gracefulStories } from './past-flows.ts'
import type { StoryMode } from './story.ts'

const whole = ({ lab, timeline, modes }: PastStory, mode: StoryMode): string => `${
  modes.length > 1 || !lab.includes('config.conf')
    ? `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ${mode}\nclusterCIDR: 10.244.0.0/16\n---\n`
    : ''
}${lab}
---
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: past}
spec:
  timeline:${timeline === '' ? ' []' : `\n${timeline.replace(/^/gm, '  ')}`}
`

const ask = (story: PastStory, mode: StoryMode) => {
  const world = build([{ name: 'story.yaml', text: whole(story, mode) }], { wants: { everything: false, dns: false }, seed: 1 })
  return { world, probed: probe(world, story.probe, { seed: 1 }) }
}

describe.each(
  [...pastStories, ...flowStories, ...gracefulStories].flatMap((story) => story.modes.map((mode) => ({ name: story.name, mode, story }))),
)('$name, $mode', ({ story, mode }) => {
  const { world, probed } = ask(story, mode)

  test('the lab has no errors', () => {
    expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
    expect(probed.problems).toEqual([])
  })

  test('what the caller sees', () => {
    const want = story.differs?.[mode] ?? story.expect
    const { kind, errno, backend, reason } = probed.outcome
    expect({ kind, errno, backend }).toEqual({ kind: want.outcome, errno: want.errno, backend: want.backend ?? null })
    if (want.reason !== undefined) expect(reason).toBe(want.reason)
  })

  test.each(story.shows ?? [])('$node $argv', ({ node, argv, has = [], lacks = [] }) => {
    const ran = runTool(world, node, argv.split(' '))
    if ('problem' in ran) throw new Error(ran.problem.code)
    const text = [...ran.stdout, ...ran.stderr].join('\n')
    expect(has.filter((part) => !text.includes(part))).toEqual([])
    expect(lacks.filter((part) => text.includes(part))).toEqual([])
  })

  test('joined, and the same when asked twice', () => {
    expect(probed.journeys.flatMap((j) => gapsOf(j))).toEqual([])
    expect(ask(story, mode).probed.journeys).toEqual(probed.journeys)
  })
})

const balanced = together(
  twoNodes,
  pod({ name: 'web', node: 'node-2', ip: '10.244.2.5', port: 8080 }),
  service({ name: 'web', ip: '10.96.0.80', app: 'web', nodePort: 30080 }).replace('NodePort', 'LoadBalancer'),
)

test('a load balancer hears of a kube-proxy that is stopped: that node gets nothing any more', () => {
  const text = (timeline: string): string => `${balanced}
---
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: past}
spec:
  loadBalancers: [{name: lb, kind: passthrough}]
  timeline: ${timeline}
`
  const healthy = (timeline: string): readonly string[] => {
    const world = build([{ name: 'story.yaml', text: text(timeline) }], { wants: { everything: false, dns: false }, seed: 1 })
    expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
    return (world.cluster.balancers ?? []).flatMap((b) => b.serves.flatMap((s) => s.health().flatMap((n) => (n.healthy ? [n.node] : []))))
  }
  expect(healthy('[]')).toEqual(['node-1', 'node-2'])
  expect(healthy('[{kubeProxy: stop, nodes: [node-2]}]')).toEqual(['node-1'])
  expect(healthy('[{kubeProxy: stop, nodes: [node-2]}, {kubeProxy: start}]')).toEqual(['node-1', 'node-2'])
})
