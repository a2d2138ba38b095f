import { expect, test } from 'vitest'
import { build } from '../../explain.ts'

const NODE = `apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nspec: {podCIDR: 10.244.1.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.7.11}]}\n---\n`
const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {nodeName: n1, containers: [{name: c, image: nginx}]}\n---\n'
const map = (name: string, data: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system' }, data: Object.fromEntries(Object.entries(data).map(([k, v]) => [k, typeof v === 'string' ? v : JSON.stringify(v)])) })}\n---\n`
const told = (text: string): readonly string[] =>
  build([{ name: 'lab.yaml', text: NODE + POD + text }], { wants: { everything: false, dns: false } })
    .problems.filter((p) => p.severity !== 'hint')
    .map(({ severity, params, code }) => `${severity} ${params['text'] ?? params['what'] ?? params['key'] ?? params['pods'] ?? code}`)
const flannel = (backend: unknown, delegate: object = { isDefaultGateway: true }, more: object = {}): string =>
  map('kube-flannel-cfg', {
    'net-conf.json': { Network: '10.244.0.0/16', Backend: backend, ...more },
    'cni-conf.json': { name: 'cbr0', cniVersion: '0.3.1', plugins: [{ type: 'flannel', delegate }, { type: 'portmap' }] },
  })
const bridge = (fields: object): string =>
  map('net', { '10-b.conflist': { name: 'b', cniVersion: '1.0.0', plugins: [{ type: 'bridge', isDefaultGateway: true, ...fields }] } })

test.each([
  [{ Type: 'vxlan' }, []],
  [{ Type: 'vxlan', VNI: 9999999, Port: 65535 }, []],
  [
    { Type: 'vxlan', VNI: '1' },
    [
      'error Error registering network: error decoding VXLAN backend config: json: cannot unmarshal string into Go struct field .VNI of type int',
    ],
  ],
  [
    { Type: 'vxlan', Port: 84.5 },
    [
      'error Error registering network: error decoding VXLAN backend config: json: cannot unmarshal number 84.5 into Go struct field .Port of type int',
    ],
  ],
  [
    { Type: 'vxlan', DirectRouting: 'true' },
    [
      'error Error registering network: error decoding VXLAN backend config: json: cannot unmarshal string into Go struct field .DirectRouting of type bool',
    ],
  ],
  [
    { Type: 'vxlan', VNI: 16777216 },
    ['error Error registering network: numerical result out of range (VNI 16777216, device flannel.16777216)'],
  ],
  [
    { Type: 'vxlan', VNI: 10000000 },
    ['error Error registering network: numerical result out of range (VNI 10000000, device flannel.10000000)'],
  ],
  [{ Type: 'vxlan', Port: 70000 }, ["error Port 70000 does not fit into UDP's 16 bits"]],
  [{ Type: 'vxlan', MTU: 1300, GBP: true, Learning: false }, ['warning Backend.MTU', 'warning Backend.GBP']],
  [{ Type: 'host-gw', VNI: 16777216 }, []],
])('net-conf.json, Backend %j', (backend, want) => expect(told(flannel(backend))).toEqual(want))

test('net-conf.json: a text where flanneld reads a truth value', () => {
  expect(told(flannel({ Type: 'vxlan' }, undefined, { EnableNFTables: 'true' }))).toEqual([
    'error error parsing subnet config: json: cannot unmarshal string into Go struct field Config.EnableNFTables of type bool',
  ])
})

const stuck = (plugin: string, words: string): string => `warning plugin type="${plugin}" failed (add): ${words}`
test.each([
  [{ mtu: '1400' }, 'failed to load netconf: json: cannot unmarshal string into Go struct field NetConf.mtu of type int'],
  [{ hairpinMode: 'yes' }, 'failed to load netconf: json: cannot unmarshal string into Go struct field NetConf.hairpinMode of type bool'],
  [{ mtu: 40 }, 'failed to create bridge "cni0": could not add "cni0": invalid argument'],
  [{ mtu: 70000 }, 'failed to create bridge "cni0": could not add "cni0": invalid argument'],
  [
    { bridge: 'sixteen-letters-' },
    'failed to create bridge "sixteen-letters-": could not add "sixteen-letters-": numerical result out of range',
  ],
  [{ bridge: '' }, 'failed to create bridge "": could not add "": LinkAttrs.Name cannot be empty'],
  [{ vlan: 4095 }, 'invalid VLAN ID 4095 (must be between 0 and 4094)'],
  [{ hairpinMode: true, promiscMode: true }, 'cannot set hairpin mode and promiscuous mode at the same time'],
])("the bridge plugin's own words for %j", (fields, words) => {
  expect(told(bridge(fields))[0]).toBe(stuck('bridge', words))
  expect(told(flannel({ Type: 'vxlan' }, { isDefaultGateway: true, ...fields })).filter((one) => one.includes('plugin'))).toEqual([
    stuck('flannel', `failed to delegate add: ${words}`),
  ])
})

test('what a list asks for and is not written is told', () => {
  expect(told(flannel({ Type: 'vxlan' }, { ipMasq: true, promiscMode: false }))).toEqual([
    'warning isDefaultGateway false',
    'warning ipMasq',
  ])
  expect(told(flannel({ Type: 'vxlan' }, { type: 'ipvlan' }))).toEqual(['warning delegate type ipvlan'])
  const ipam = { type: 'host-local', ranges: [[{ subnet: '10.244.1.0/24', rangeStart: '10.244.1.9' }]], routes: [{ dst: '10.9.0.0/16' }] }
  expect(told(bridge({ ipam }))).toEqual(['warning subnet 10.244.1.0/24', 'warning rangeStart 10.244.1.9', 'warning route 10.9.0.0/16'])
})

test("flannel's bridge goes by the delegate's name", () => {
  const files = [{ name: 'lab.yaml', text: NODE + POD + flannel({ Type: 'vxlan' }, { isDefaultGateway: true, bridge: 'br9' }) }]
  const { machines } = build(files, { wants: { everything: false, dns: false } })
  expect(
    machines
      .netns('n1')
      ?.links.filter((l) => l.kind === 'bridge')
      .map((l) => l.dev),
  ).toEqual(['br9'])
})

test.each([
  ['mtu', '1400'],
  ['tunnel-port', '99999'],
  ['enable-bpf-masquerade', 'yes'],
  ['ipv4-native-routing-cidr', '10.244.0.0'],
  ['ipv4-native-routing-cidr', 'fd00::/64'],
])('cilium-config: %s %s', (key, value) => expect(told(map('cilium-config', { [key]: value }))).toEqual([`error ${key}`]))

test('Pods outside what kube-proxy takes for Pods: where a pool or a podCIDR says so', () => {
  const subnet = 'apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking: {podSubnet: 10.50.0.0/16}\n---\n'
  const pool = 'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 172.20.3.0/26}\n---\n'
  expect(told(subnet + pool)).toEqual(['warning 172.20.3.0'])
  expect(told(subnet.replace('10.50', '172.20') + pool)).toEqual([])
  expect(told(`${subnet}${flannel({ Type: 'vxlan' })}`)).toEqual(['warning 10.244.1.2'])
})

test('native routing of Cilium: a node behind a router is told', () => {
  const far =
    'apiVersion: v1\nkind: Node\nmetadata: {name: n2}\nspec: {podCIDR: 10.244.2.0/24}\nstatus: {addresses: [{type: InternalIP, address: ADDRESS}]}\n---\n'
  const config = map('cilium-config', { 'routing-mode': 'native', 'auto-direct-node-routes': 'true' })
  expect(told(far.replace('ADDRESS', '192.168.8.12') + config)).toEqual(['warning cilium-not-direct', 'warning cilium-not-direct'])
  expect(told(far.replace('ADDRESS', '192.168.7.12') + config)).toEqual([])
})
