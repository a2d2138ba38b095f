import { expect, test } from 'vitest'
import { build } from '../../explain.ts'
import { readManifests } from '../../manifest/read.ts'
import { settle } from '../settle.ts'

const NODES = [1, 2]
  .map(
    (n) =>
      `apiVersion: v1\nkind: Node\nmetadata: {name: n${n}}\nstatus: {addresses: [{type: InternalIP, address: 192.168.7.1${n}}]}\n---\n`,
  )
  .join('')
const installation = (network: string, more = ''): string =>
  `apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: {name: default}\nspec: {calicoNetwork: {${network}}${more}}\n---\n`

function settled(text: string) {
  const { objects, problems } = readManifests([{ name: 'lab.yaml', text: NODES + text }])
  expect(problems).toEqual([])
  return settle(objects, { wants: { everything: false, dns: false } })
}
const plan = (text: string) => settled(text).cluster.calico
const pools = (text: string) =>
  plan(text)?.pools.map((p) => [p.name, p.cidr, p.blockSize, p.ipip, p.vxlan, p.natOutgoing, p.disabled].join(' '))

test("the operator's own sample: VXLAN across subnets", () => {
  const sample =
    'ipPools: [{name: default-ipv4-ippool, blockSize: 26, cidr: 172.20.0.0/16, encapsulation: VXLANCrossSubnet, natOutgoing: Enabled, nodeSelector: all()}]'
  expect(pools(installation(sample))).toEqual(['default-ipv4-ippool 172.20.0.0/16 26 Never CrossSubnet true false'])
  expect(settled(installation(sample)).cluster.cni.name).toBe('calico-vxlan-crosssubnet')
  expect(settled(installation(sample)).cluster.podSubnets).toEqual(['172.20.0.0/16'])
  expect(plan(installation(`mtu: 1400, ${sample}`))?.mtu.veth).toBe(1400)
})

test.each([
  ['{cidr: 172.20.0.0/16}', 'Always Never true'],
  ['{cidr: 172.20.0.0/16, encapsulation: IPIPCrossSubnet, natOutgoing: Disabled}', 'CrossSubnet Never false'],
  ['{cidr: 172.20.0.0/16, encapsulation: VXLAN}', 'Never Always true'],
  ['{cidr: 172.20.0.0/16, encapsulation: None}', 'Never Never true'],
])('what an item means: %s', (item, means) => {
  expect(pools(installation(`ipPools: [${item}]`))).toEqual([`default-ipv4-ippool 172.20.0.0/16 26 ${means} false`])
})

test('without pools Calico makes its usual one, with an empty list none; an IPPool of the same net stands for it', () => {
  expect(pools(installation('mtu: 0'))).toEqual(['default-ipv4-ippool 10.244.0.0/16 26 Always Never true false'])
  expect(pools(installation('ipPools: []'))).toEqual([])
  const own = 'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: own}\nspec: {cidr: 172.20.0.0/16, vxlanMode: Always}\n'
  expect(pools(installation('ipPools: [{cidr: 172.20.0.0/16}]') + own)).toEqual(['own 172.20.0.0/16 26 Never Always false false'])
})

test('what is wrong or not modelled is told where it stands', () => {
  const told = (text: string) =>
    build([{ name: 'lab.yaml', text: NODES + text }], { wants: { everything: false, dns: false } }).problems.map(
      (p) => `${p.severity} ${p.where?.line}:${p.where?.column} ${p.where?.field}: ${p.params['text'] ?? p.params['what']}`,
    )
  expect(told(installation('ipPools: [{cidr: 172.20.0.0/16, encapsulation: vxlan}, {cidr: 172.20.3.7/16, encapsulation: None}]'))).toEqual([
    'error 14:71 spec.calicoNetwork.ipPools[0].encapsulation: Unsupported value: "vxlan": supported values: "IPIPCrossSubnet", "IPIP", "VXLAN", "VXLANCrossSubnet", "None"',
    "error 14:86 spec.calicoNetwork.ipPools[1].cidr: error with field IPPool.Spec.CIDR = '172.20.3.7/16' (IP pool CIDR is not strictly masked)",
  ])
  expect(told(installation('linuxDataplane: BPF, bgp: Disabled, ipPools: [{cidr: 172.20.0.0/16}]', ', cni: {type: AmazonVPC}'))).toEqual([
    'warning 14:107 spec.cni.type: cni.type "AmazonVPC"',
    'warning 14:50 spec.calicoNetwork.bgp: calicoNetwork.bgp "Disabled"',
    'warning 14:40 spec.calicoNetwork.linuxDataplane: calicoNetwork.linuxDataplane "BPF"',
  ])
})
