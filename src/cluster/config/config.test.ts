import { describe, expect, test } from 'vitest'
import { readManifests } from '../../manifest/read.ts'
import { type Setup, settle } from '../settle.ts'

function lab(text: string, setup: Partial<Setup> = {}) {
  const { objects, problems } = readManifests([{ name: 'lab.yaml', text }])
  const settled = settle(objects, { wants: { everything: false, dns: false }, ...setup })
  return { ...settled, problems: [...problems, ...settled.problems] }
}
const codes = (text: string, setup?: Partial<Setup>) =>
  lab(text, setup).problems.map((one) => `${one.severity} ${one.code} ${one.where?.field ?? '-'}`)
const cluster = (networking: string) => `apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking: {${networking}}\n---\n`
const node = (name: string, cidr: string, address = '192.168.10.11') =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nspec: {podCIDR: ${cidr}}\nstatus: {addresses: [{type: InternalIP, address: ${address}}]}\n---\n`
const proxy = (fields: string) => `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${fields}\n---\n`
const netd = (file: string, type: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: net}\ndata:\n  ${file}: '{"cniVersion":"1.0.0","name":"n","plugins":[{"type":"${type}"}]}'\n`
const flannel = (conf: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg, namespace: kube-flannel}\ndata: {net-conf.json: '${conf}'}\n---\n`
const labOf = (spec: string) => `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: l}\nspec: ${spec}\n---\n`

describe('networks', () => {
  test.each([
    ['nothing told', '', ['10.244.0.0/16']],
    ['kubeadm', cluster('podSubnet: 10.32.0.0/16'), ['10.32.0.0/16']],
    ['flannel', flannel('{"Network": "10.42.0.0/16"}'), ['10.42.0.0/16']],
    ['kube-proxy', proxy('clusterCIDR: 10.50.0.0/16'), ['10.50.0.0/16']],
    ['the nodes', node('a', '10.42.3.0/24'), ['10.42.0.0/16']],
    ['nodes in the usual net', node('a', '10.244.3.0/24'), ['10.244.0.0/16']],
  ])('Pod subnet: %s', (_, text, expected) => expect(lab(text).cluster.podSubnets).toEqual(expected))

  test('podCIDRs skip the pieces that are taken, also by larger ones', () => {
    const bare = (name: string) => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n---\n`
    const { cluster } = lab(`${bare('a')}${node('b', '10.244.1.0/24')}${bare('c')}${node('d', '10.244.2.0/23')}${bare('e')}`)
    expect(cluster.nodes.map((one) => one.podCIDRs[0])).toEqual([
      '10.244.0.0/24',
      '10.244.1.0/24',
      '10.244.4.0/24',
      '10.244.2.0/23',
      '10.244.5.0/24',
    ])
    expect(new Set(cluster.nodes.flatMap((one) => one.addresses)).size).toBe(4)
  })

  test('a dual-stack cluster gives each node a net of both families, and each Pod two addresses', () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {nodeName: node-1, containers: [{name: c, image: nginx}]}\n---\n'
    const { cluster: made } = lab(cluster('podSubnet: "10.244.0.0/16,fd00:10:244::/56"') + pod)
    expect(made.nodes[0]?.podCIDRs).toEqual(['10.244.0.0/24', 'fd00:10:244::/64'])
    expect(made.pods[0]?.podIPs).toEqual(['10.244.0.2', 'fd00:10:244::2'])
  })

  test('a wide clusterCIDR is no clash with a Service subnet that nobody told', () => {
    expect(codes(proxy('clusterCIDR: 10.0.0.0/8'))).toEqual([])
  })

  test.each([
    [
      'Pods and Services',
      cluster('podSubnet: 10.96.0.0/16, serviceSubnet: 10.96.0.0/12'),
      'error overlapping-nets networking.serviceSubnet',
    ],
    ['two nodes', node('a', '10.244.1.0/24') + node('b', '10.244.1.0/24', '192.168.10.12'), 'error overlapping-nets spec.podCIDR'],
    ['a node and Services', node('a', '10.96.1.0/24'), 'error overlapping-nets spec.podCIDR'],
    ['a node address in the Service subnet', node('a', '10.244.1.0/24', '10.97.0.1'), 'error node-in-net status.addresses[0].address'],
    ['a node address in the Pod subnet', node('a', '10.244.1.0/24', '10.244.9.9'), 'warning node-in-net status.addresses[0].address'],
    ['a Pod subnet too small for a node', cluster('podSubnet: 10.244.0.0/26'), 'error pod-subnet-small networking.podSubnet'],
    ['a Pod subnet for one node', cluster('podSubnet: 10.244.0.0/24'), 'error pod-subnet-full networking.podSubnet'],
  ])('clash: %s', (_, text, problem) => {
    expect(codes(text)).toContain(problem)
  })
})

describe('kube-proxy', () => {
  test('a configuration without clusterCIDR leaves detection off; none at all is as kubeadm writes it', () => {
    expect(lab(proxy('mode: iptables')).cluster.proxy.config.clusterCIDR).toBe('')
    expect(lab(cluster('podSubnet: 10.32.0.0/16')).cluster.proxy.config.clusterCIDR).toBe('10.32.0.0/16')
  })

  test('in its ConfigMap, in a cluster', () => {
    const map =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-proxy, namespace: kube-system}\ndata:\n  config.conf: |\n    apiVersion: kubeproxy.config.k8s.io/v1alpha1\n    kind: KubeProxyConfiguration\n    clusterCIDR: 10.9.0.0/16\n'
    expect(lab(map).cluster.proxy.config.clusterCIDR).toBe('10.9.0.0/16')
    expect(lab(map).cluster.podSubnets).toEqual(['10.9.0.0/16'])
  })

  test.each([
    [undefined, '', 'iptables', []],
    ['none', '', 'none', []],
    ['ipvs', '', 'ipvs', []],
    ['nftables', '', 'nftables', []],
    ['userspace', '', 'userspace', ['hint proxy-removed -']],
    ['magic', '', 'iptables', ['error proxy-unknown -']],
    [undefined, proxy('mode: ipvs'), 'ipvs', []],
    [undefined, proxy('mode: userspace'), 'userspace', ['hint proxy-removed mode']],
    ['iptables', proxy('mode: ipvs'), 'iptables', []],
  ])('--proxy %s over "%s"', (override, text, mode, problems) => {
    const setup = override === undefined ? {} : { proxy: override }
    expect(lab(text, setup).cluster.proxy.mode).toBe(mode)
    expect(codes(text, setup)).toEqual(problems)
  })
})

describe('CNI', () => {
  const interfaces = labOf('{nodes: [{name: n1, addresses: [192.168.10.11], interfaces: [{name: eth0, addresses: [192.168.10.11/24]}]}]}')
  test.each([
    [undefined, '', 'flannel', []],
    [undefined, interfaces, 'none', []],
    ['flannel', interfaces, 'flannel', []],
    [undefined, labOf('{cni: none}'), 'none', []],
    ['none', flannel('{"Network": "10.42.0.0/16"}'), 'none', []],
    ['calico', '', 'calico', []],
    ['weave', '', 'weave', []],
    ['flanel', '', 'none', ['error cni-unknown -']],
    [
      undefined,
      flannel('{"Network": "10.42.0.0/16", "Backend": {"Type": "udp"}}'),
      'flannel-udp',
      ['error cni-not-modelled data["net-conf.json"]'],
    ],
    [undefined, flannel('{oops'), 'flannel', ['error net-conf data["net-conf.json"]']],
    [undefined, 'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.244.0.0/16}\n', 'calico', []],
    [
      undefined,
      'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.244.0.0/16, vxlanMode: CrossSubnet}\n',
      'calico-vxlan-crosssubnet',
      [],
    ],
    [undefined, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\n', 'cilium', []],
    [
      undefined,
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: calico-config, namespace: kube-system}\n---\n${flannel('{"Network": "10.42.0.0/16"}')}`,
      'calico-ipip',
      ['warning two-cnis data["net-conf.json"]'],
    ],
    [undefined, netd('10-net.conflist', 'macvlan'), 'macvlan', ['error cni-not-modelled data["10-net.conflist"]']],
    [undefined, netd('10-net.conflist', 'ptp'), 'ptp', ['error cni-not-modelled data["10-net.conflist"]']],
    [undefined, `${netd('99-lo.conflist', 'loopback')}---\n${flannel('{"Network": "10.42.0.0/16"}')}`, 'flannel', []],
  ])('--cni %s over %s', (override, text, name, problems) => {
    const setup = override === undefined ? {} : { cni: override }
    expect(lab(text, setup).cluster.cni.name).toBe(name)
    const found = codes(text, setup).filter((one) => !one.includes('kind-not-modelled'))
    expect(found.map((one) => (one.startsWith('warning cni') ? one.replace(/ [^ ]*$/, ' -') : one))).toEqual(problems)
  })

  test('flannel by default has its ConfigMap made up', () => {
    expect(lab('').cluster.configMaps.map((one) => one.metadata.name)).toEqual(['kube-flannel-cfg'])
    expect(lab(interfaces).cluster.configMaps).toEqual([])
  })
})

test('--cni cilium: no kube-proxy, unless something says that there is one', () => {
  const mode = (text: string, setup: object): string => lab(text, { cni: 'cilium', ...setup }).cluster.proxy.mode
  const proxy = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ipvs\n'
  const beside = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\n'
  expect([mode('', {}), mode('', { cni: 'cilium-native' }), mode('', { cni: 'calico' })]).toEqual(['none', 'none', 'iptables'])
  expect([mode('', { proxy: 'nftables' }), mode(proxy, {}), mode(beside, {})]).toEqual(['nftables', 'ipvs', 'iptables'])
})

describe('Lab', () => {
  test('nodes: a machine of its own, or what a Node does not tell', () => {
    const text = `${node('a', '10.244.1.0/24')}${labOf('{nodes: [{name: a, iptables: nft, iptablesRandomFully: false, sysctls: {net/ipv4/ip_forward: 0}}, {name: b}], seed: 7, hosts: [{name: h, addresses: [203.0.113.7], listen: [8080, 53/UDP]}]}')}`
    const { cluster: made } = lab(text)
    expect(made.nodes.map((one) => [one.meta.name, one.iptablesRandomFully, one.addresses[0]])).toEqual([
      ['a', false, '192.168.10.11'],
      ['b', true, '192.168.56.11'],
    ])
    expect(made.nodes[0]?.sysctls).toEqual({ 'net/ipv4/ip_forward': 0 })
    expect(made.seed).toBe(7)
    expect(made.hosts.map((one) => [one.meta.name, one.listens.map((l) => `${l.port}/${l.proto}`)])).toEqual([
      ['h', ['8080/tcp', '53/udp']],
    ])
    expect(lab(text, { seed: 3 }).cluster.seed).toBe(3)
  })

  test('a Lab that only tunes a node leaves the usual three', () => {
    const { cluster: made } = lab(labOf('{nodes: [{name: node-2, iptablesRandomFully: false}]}'))
    expect(made.nodes.map((one) => [one.meta.name, one.iptablesRandomFully])).toEqual([
      ['node-1', true],
      ['node-2', false],
      ['node-3', true],
    ])
  })

  test('a rule for Pods that names nobody', () => {
    expect(codes(labOf('{pods: [{name: default/nobody, ready: false}]}'))).toEqual(['warning lab-pod-unknown spec.pods[0].name'])
  })

  test('Namespaces: once listed, others do not exist, but the four of every cluster do', () => {
    const { cluster: made } = lab('apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n')
    expect(made).toMatchObject({ namespacesListed: true, namespaces: ['default', 'kube-node-lease', 'kube-public', 'kube-system', 'shop'] })
  })
})

test('all CNIs that come after the first are named, at the field of the next', () => {
  const text = [
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\ndata: {tunnel-protocol: vxlan}\n',
    'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.244.0.0/16}\n',
    flannel('{"Network": "10.244.0.0/16"}'),
  ].join('---\n')
  const [told] = lab(text).problems.filter(({ code }) => code === 'two-cnis')
  expect([told?.params['name'], told?.params['other'], told?.params['otherFile']]).toEqual([
    'cilium',
    'calico, flannel',
    '10-calico.conflist, 10-flannel.conflist',
  ])
  expect([told?.where?.line, told?.where?.field]).toEqual([9, 'spec'])
})
