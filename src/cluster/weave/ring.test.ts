import { expect, test } from 'vitest'
import { readManifests } from '../../manifest/read.ts'
import { cidr } from '../../net/cidr.ts'
import { settle } from '../settle.ts'
import { shares } from './ring.ts'

const range = cidr('10.32.0.0/12')
const of = (count: number): readonly string[] => [
  ...shares(
    range,
    Array.from({ length: count }, (_, i) => `n${i}`),
  ).values(),
]

test('peers share the ring by halves of halves', () => {
  expect(of(1)).toEqual(['10.32.0.0/12'])
  expect(of(2)).toEqual(['10.32.0.0/13', '10.40.0.0/13'])
  expect(of(3)).toEqual(['10.32.0.0/13', '10.40.0.0/14', '10.44.0.0/14'])
  expect(of(5)).toEqual(['10.32.0.0/14', '10.36.0.0/14', '10.40.0.0/14', '10.44.0.0/15', '10.46.0.0/15'])
  expect([...shares(cidr('10.0.0.4/31'), ['a', 'b', 'c']).entries()]).toEqual([
    ['a', '10.0.0.4/32'],
    ['b', '10.0.0.5/32'],
  ])
})

const node = (n: number): string =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: node${n}}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.1${n}}]}\n`
const daemon = (env: string): string =>
  `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: weave-net, namespace: kube-system}\nspec:\n  selector: {matchLabels: {name: weave-net}}\n  template:\n    metadata: {labels: {name: weave-net}}\n    spec: {hostNetwork: true, containers: [{name: weave, image: weave-kube, env: [${env}]}]}\n`
function settled(...more: readonly string[]) {
  const { objects } = readManifests([{ name: 'a.yaml', text: [node(1), node(2), ...more].join('---\n') }])
  return settle(objects, { wants: { everything: false, dns: false } }).cluster
}

test('the DaemonSet of Weave makes it the CNI, and its settings count', () => {
  const { cni, weave, podSubnets } = settled(
    daemon('{name: IPALLOC_RANGE, value: 10.50.0.0/16}, {name: WEAVE_MTU, value: "8916"}, {name: WEAVE_PASSWORD, value: x}'),
  )
  expect([cni.name, podSubnets, weave?.range, weave?.mtu, weave?.unknown]).toEqual([
    'weave',
    ['10.50.0.0/16'],
    '10.50.0.0/16',
    8916,
    ['WEAVE_PASSWORD'],
  ])
  expect([...(weave?.peers.values() ?? [])].map(({ slice, bridge }) => [slice, bridge])).toEqual([
    ['10.50.0.0/17', '10.50.0.1'],
    ['10.50.128.0/17', '10.50.128.0'],
  ])
})

test('without a word on addresses it is 10.32.0.0/12; a Pod subnet of the files is taken', () => {
  expect(settled(daemon('')).weave?.range).toBe('10.32.0.0/12')
  const config = 'apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking: {podSubnet: 10.100.0.0/16}\n'
  expect(settled(daemon(''), config).weave?.range).toBe('10.100.0.0/16')
})

test.each([
  ['{name: IPALLOC_RANGE, value: 10.32.0.0}', 'invalid CIDR address: 10.32.0.0', 0],
  ['{name: IPALLOC_RANGE, value: 192.168.0.0/16}', 'Network 192.168.0.0/16 overlaps with existing route 192.168.10.0/24 on host', 0],
  ['{name: A, value: b}, {name: WEAVE_MTU, value: abc}', 'invalid value "abc" for flag --mtu', 1],
])('what weaver does not start with: %s', (env, text, at) => {
  const { objects } = readManifests([{ name: 'a.yaml', text: [node(1), daemon(env)].join('---\n') }])
  const { problems } = settle(objects, { wants: { everything: false, dns: false } })
  expect(problems.filter(({ severity }) => severity === 'error').map(({ params, where }) => [params['text'], where?.field])).toEqual([
    [text, `spec.template.spec.containers[0].env[${at}].value`],
  ])
})
