import { expect, test } from 'vitest'
import { build, probe } from '../../explain.ts'
import { client, pod, together, twoNodes } from '../../testing/stories/lab.ts'
import { printProblem, sayProblem } from '../../words/problems.ts'

const DENY =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n'
const files = [
  { name: 'a.yaml', text: together(twoNodes, client, pod({ name: 'web', node: 'node-2', ip: '10.244.2.5', port: 8080 }), DENY) },
]

test.each(['flannel', 'flannel-host-gw'])('%s: accepted by the API, enforced by nobody', (cni) => {
  const world = build(files, { cni, wants: { everything: false, dns: false } })
  const told = world.problems.filter((p) => p.code === 'policy-not-enforced')
  expect(told.map((p) => printProblem(p, 'en'))).toEqual([
    expect.stringMatching(
      new RegExp(
        `^a.yaml:\\d+:1: warning: accepted by the API, enforced by nobody: ${cni} has no policy engine, so policy default/deny changes nothing$`,
      ),
    ),
  ])
  expect(told.map((p) => sayProblem(p, 'zh-CN'))).toEqual([
    `API 接受了它，但没有谁执行：${cni} 没有策略引擎，策略 default/deny 不起任何作用`,
  ])
  expect(probe(world, { from: 'default/client', to: 'tcp://10.244.2.5:8080' }, { seed: 1 }).outcome.kind).toBe('ok')
})
