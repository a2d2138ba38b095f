import { expect, test } from 'vitest'
import { build, probe } from '../explain.ts'

const NODE = 'apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nspec: {podCIDR: 10.244.1.0/24}\n---\n'
const told = (text: string): readonly string[] =>
  build([{ name: 'a.yaml', text }], { wants: { everything: false, dns: false } }).problems.map(
    ({ code, where }) => `${where?.file}:${where?.line}:${where?.column} ${where?.field} ${code}`,
  )

test('what an agent finds has its place in the files', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  nodeName: n1\n  containers: [{name: c, image: nginx}]\nstatus:\n  podIP: 10.250.0.9\n'
  expect(told(NODE + pod)).toEqual(['a.yaml:13:10 status.podIP pod-outside-node-net'])
})

test('a problem of many Pods of one workload is told in a few lines', () => {
  const conf = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg}\ndata:\n  net-conf.json: '{"Network":"10.244.0.0/16"}'\n  cni-conf.json: '{"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel","delegate":{"isDefaultGateway":true}}]}'\n`
  const text = `${NODE}apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  replicas: 20\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers: [{name: c, image: nginx, ports: [{containerPort: 80, hostPort: 80}]}]\n---\n${conf}`
  expect(told(text)).toEqual([
    ...Array(3).fill('a.yaml:15:82 spec.template.spec.containers[0].ports[0].hostPort host-port'),
    'a.yaml:15:82 spec.template.spec.containers[0].ports[0].hostPort more-of-these',
  ])
})

test('an endpoint that is a ClusterIP is told, and nobody is made up behind it', () => {
  const service = (name: string, address: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {clusterIP: ${address}, ports: [{port: 80}]}\n---\n`
  const text = `${NODE}${service('one', '10.96.0.21')}${service('two', '10.96.0.22')}apiVersion: v1\nkind: Endpoints\nmetadata: {name: one}\nsubsets:\n- addresses:\n  - ip: 10.96.0.22\n  ports: [{port: 80}]\n`
  expect(told(text)).toEqual(['a.yaml:21:9 subsets[0].addresses[0].ip endpoint-is-cluster-ip'])
  // The one rewritten to the other's address meets that one's REJECT: it has no endpoints.
  const world = build([{ name: 'a.yaml', text }], { wants: { everything: false, dns: false } })
  expect(probe(world, { from: 'node/n1', to: 'http://10.96.0.21/' }, { seed: 1 }).outcome).toMatchObject({
    kind: 'refused',
    reason: 'rule',
  })
})
