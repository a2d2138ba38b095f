import { expect, test } from 'vitest'
import { build } from '../../explain.ts'

const NODE = `apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nspec: {podCIDR: 10.50.1.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.7.11}]}\n---\n`
const POOL = 'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.50.0.0/16, vxlanMode: Always}\n---\n'
const told = (text: string): readonly string[] =>
  build([{ name: 'lab.yaml', text: NODE + POOL + text }], { wants: { everything: false, dns: false } })
    .problems.filter((p) => p.severity !== 'hint' && !p.code.startsWith('bgp-n'))
    .map(({ severity, params, code, where }) => `${severity} ${where?.field} ${params['text'] ?? params['what'] ?? code}`)
const object = (kind: string, spec: string, name = 'default'): string =>
  `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}\n`
const pod = (annotations: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: f, annotations: {${annotations}}}\nspec: {nodeName: n1, containers: [{name: c, image: nginx}]}\n`

test.each([
  ['FelixConfiguration', 'vxlanPort: 4790, bpfEnabled: false, healthPort: 9099', []],
  [
    'FelixConfiguration',
    'vxlanPort: 70000',
    ['error spec.vxlanPort Invalid value: 70000: spec.vxlanPort in body should be less than or equal to 65535'],
  ],
  [
    'FelixConfiguration',
    'vxlanVNI: "1"',
    ['error spec.vxlanVNI Invalid value: "string": spec.vxlanVNI in body must be of type integer: "string"'],
  ],
  [
    'FelixConfiguration',
    'defaultEndpointToHostAction: Deny',
    ['error spec.defaultEndpointToHostAction Unsupported value: "Deny": supported values: "Drop", "Accept", "Return"'],
  ],
  ['FelixConfiguration', 'defaultEndpointToHostAction: drop', []],
  ['FelixConfiguration', 'vxlanport: 1', ['warning spec.vxlanport unknown field "spec.vxlanport"']],
  ['FelixConfiguration', 'interfacePrefix: eni', ['warning spec.interfacePrefix interfacePrefix "eni"']],
  ['BGPConfiguration', 'asNumber: "1.10"', []],
  ['BGPConfiguration', 'asNumber: abc', ['error spec.asNumber Invalid value: "abc": invalid AS Number format']],
  ['BGPConfiguration', 'asNumber: 99999999999', ['error spec.asNumber Invalid value: 99999999999: invalid AS Number format']],
  [
    'BGPConfiguration',
    'nodeToNodeMeshEnabled: "false"',
    ['error spec.nodeToNodeMeshEnabled Invalid value: "string": spec.nodeToNodeMeshEnabled in body must be of type boolean: "string"'],
  ],
  [
    'BGPConfiguration',
    'serviceClusterIPs: [{cidr: 10.96.0.0/12}]',
    ['warning spec.serviceClusterIPs serviceClusterIPs [{"cidr":"10.96.0.0/12"}]'],
  ],
  [
    'BGPPeer',
    'peerIP: 192.168.7.300, asNumber: 1',
    ["error spec.peerIP error with field PeerIP = '192.168.7.300' (it has to be an address, or [address]:port)"],
  ],
  ['BGPPeer', 'asNumber: 64000', ['warning spec BGPPeer without peerIP and peerSelector']],
  ['BGPPeer', 'node: nosuch, peerIP: 192.168.7.1, asNumber: 64000', ['warning spec.node bgp-peer-nobody']],
  [
    'BGPPeer',
    'node: n1, nodeSelector: all(), peerIP: 192.168.7.1',
    ["error spec.node error with field Node = 'n1' (Node field must be empty when NodeSelector is specified)"],
  ],
  [
    'BGPPeer',
    'peerIP: 192.168.7.1, peerSelector: all()',
    ["error spec.peerIP error with field PeerIP = '192.168.7.1' (PeerIP field must be empty when PeerSelector is specified)"],
  ],
  [
    'IPAMConfiguration',
    'strictAffinity: "true"',
    ['error spec.strictAffinity Invalid value: "string": spec.strictAffinity in body must be of type boolean: "string"'],
  ],
])('%s {%s}', (kind, spec, want) => expect(told(object(kind, spec))).toEqual(want))

test('a configuration of one node is told; only the one named default is read', () => {
  expect(told(object('FelixConfiguration', 'vxlanPort: 4790', 'node.n1'))).toEqual(['warning metadata.name FelixConfiguration node.n1'])
})

test('AS numbers with a dot are two halves', () => {
  const { cluster } = build([{ name: 'lab.yaml', text: NODE + POOL + object('BGPConfiguration', 'asNumber: "1.10"') }], {
    wants: { everything: false, dns: false },
  })
  expect(cluster.calico?.asNumbers.get('n1')).toBe(65546)
})

const HW = 'cni.projectcalico.org/hwAddr'
test.each([
  [`${HW}: "1C:0C:0A:C0:FF:EE"`, []],
  [`${HW}: zz:zz`, [`failed to parse MAC address zz:zz provided via ${HW}: address zz:zz: invalid MAC address`]],
  [
    `${HW}: "01:00:5e:00:00:01"`,
    [`failed to set container veth MAC to 01:00:5e:00:00:01 as requested via ${HW}: cannot assign requested address`],
  ],
  [`cni.projectcalico.org/ipAddrs: 'null'`, ['annotation "cni.projectcalico.org/ipAddrs" specified but empty']],
  [
    `cni.projectcalico.org/ipAddrs: 'true'`,
    [
      `failed to parse IPs true for annotation "cni.projectcalico.org/ipAddrs": failed to parse 'true' as JSON: json: cannot unmarshal bool into Go value of type []string`,
    ],
  ],
])('the plugin on %s', (annotation, words) => {
  expect(told(pod(annotation)).map((one) => one.replace(/^.*failed \(add\): /, ''))).toEqual(words)
})
