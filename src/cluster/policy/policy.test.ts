import { expect, test } from 'vitest'
import { readManifests } from '../../manifest/read.ts'
import { sayProblem } from '../../words/problems.ts'
import { settle } from '../settle.ts'
import { isPeer, isPoliced, namedPorts, podsOfPeer, policiesOn } from './select.ts'

const node =
  'apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nspec: {podCIDR: 10.244.1.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.0.11}]}\n'
const pod = (namespace: string, name: string, labels: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: ${namespace}, labels: {${labels}}}\nspec: {nodeName: n1, ${more}containers: [{name: c, image: x, ports: [{name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}]}]}\n`
const namespace = (name: string, labels: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {${labels}}}\n`
const policy = (spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: ${spec}\n`
const PODS = [
  node,
  namespace('shop', 'team: web'),
  namespace('db', 'team: data'),
  pod('shop', 'web', 'app: web'),
  pod('shop', 'agent', 'app: web', 'hostNetwork: true, '),
  pod('db', 'pg', 'app: pg'),
]

function settled(spec: string) {
  const { objects, problems } = readManifests([{ name: 'a.yaml', text: [...PODS, policy(spec)].join('---\n') }])
  expect(problems).toEqual([])
  return settle(objects, { wants: { everything: false, dns: false } })
}
const told = (spec: string): readonly string[] =>
  settled(spec)
    .problems.filter((p) => p.code.startsWith('policy-'))
    .map((p) => `${p.severity} ${p.where?.field} ${p.code}`)

test('which Pods a peer means: own namespace, namespaces by label, both at once', () => {
  const { cluster } = settled('{podSelector: {}}')
  const names = (peer: Parameters<typeof podsOfPeer>[2]) => podsOfPeer(cluster, 'shop', peer).map((p) => p.meta.name)
  const all = { matchLabels: {}, matchExpressions: [] }
  const web = { matchLabels: { app: 'web' }, matchExpressions: [] }
  const byName = (key: string, value: string) => ({ matchLabels: { [key]: value }, matchExpressions: [] })
  expect(names({ podSelector: all })).toEqual(['web'])
  expect(names({ namespaceSelector: all })).toEqual(['web', 'pg'])
  expect(names({ namespaceSelector: byName('kubernetes.io/metadata.name', 'db') })).toEqual(['pg'])
  expect(names({ namespaceSelector: byName('team', 'data'), podSelector: web })).toEqual([])
  expect(names({ ipBlock: { cidr: '0.0.0.0/0' as never, except: [] } })).toEqual([])
  const agent = cluster.pods.find((p) => p.meta.name === 'agent')
  expect(agent && [isPoliced(agent), isPeer(cluster, 'shop', { podSelector: web }, agent)]).toEqual([false, true])
})

test('policies count in their own namespace and for the directions that they name', () => {
  const { cluster } = settled('{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}')
  const of = (name: string, direction: 'ingress' | 'egress') => {
    const found = cluster.pods.find((p) => p.meta.name === name)
    return found && policiesOn(cluster, found, direction).length
  }
  expect([of('web', 'ingress'), of('web', 'egress'), of('pg', 'egress')]).toEqual([0, 1, 0])
  const web = cluster.pods[0]
  expect(web && [namedPorts(web, 'http', 'TCP'), namedPorts(web, 'http', 'UDP'), namedPorts(web, 'dns', 'UDP')]).toEqual([[8080], [], [53]])
})

test('what the API server takes and nobody can have meant', () => {
  expect(told('{podSelector: {matchLabels: {app: wbe}}}')).toEqual(['hint spec.podSelector policy-selects-nobody'])
  expect(told('{podSelector: {}, ingress: [{ports: [{port: http}, {port: htp}, {port: dns}, {port: dns, protocol: UDP}]}]}')).toEqual([
    'warning spec.ingress[0].ports[1].port policy-port-nowhere',
    'warning spec.ingress[0].ports[2].port policy-port-nowhere',
  ])
  expect(told('{podSelector: {}, egress: [{to: [{namespaceSelector: {matchLabels: {name: db}}}], ports: [{port: 53}]}]}')).toEqual([
    'hint spec.egress[0].to[0] policy-peer-nobody',
  ])
  const or = '[{namespaceSelector: {matchLabels: {team: data}}}, {podSelector: {matchLabels: {app: web}}}]'
  expect(told(`{podSelector: {}, ingress: [{from: ${or}}]}`)).toEqual(['hint spec.ingress[0].from[1] policy-or'])
  expect(told('{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}, {}]}')).toEqual([])
})

test('the findings are sentences in both languages', () => {
  const [one] = settled('{podSelector: {}, ingress: [{ports: [{port: htp}]}]}').problems.filter((p) => p.code === 'policy-port-nowhere')
  expect(one && sayProblem(one, 'en')).toBe('no container of these Pods has a TCP port named htp: this opens nothing')
  expect(one && sayProblem(one, 'zh-CN')).toBe('这些 Pod 的容器都没有名为 htp 的 TCP 端口：这里没有放行任何流量')
})
