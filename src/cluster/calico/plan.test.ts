import { describe, expect, test } from 'vitest'
import { readManifests } from '../../manifest/read.ts'
import { type Settled, settle } from '../settle.ts'

const nodes = (...names: readonly string[]): string =>
  names
    .map(
      (name, i) =>
        `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.${11 + i}}]}\n---\n`,
    )
    .join('')
const pod = (name: string, node: string, annotations = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, annotations: {${annotations}}}\nspec: {nodeName: ${node}, containers: [{name: c, image: nginx}]}\n---\n`
const pool = (name: string, spec: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: ${name}}\nspec: {${spec}}\n---\n`
const fixed = (value: string): string => `cni.projectcalico.org/ipAddrs: '${value}'`

function settled(text: string, cni?: string): Settled {
  const { objects, problems } = readManifests([{ name: 'lab.yaml', text }])
  expect(problems).toEqual([])
  return settle(objects, { wants: { everything: false, dns: false }, ...(cni === undefined ? {} : { cni }) })
}
const ips = (one: Settled): Readonly<Record<string, string>> =>
  Object.fromEntries(one.cluster.pods.map((p) => [p.meta.name, p.podIPs.join() || (p.phase ?? '')]))
const told = (one: Settled): readonly string[] =>
  one.problems.filter((p) => p.severity !== 'hint').map((p) => `${p.code} ${p.params['text'] ?? p.params['what'] ?? ''}`.trim())

test('what Calico is told to do and is not modelled is said', () => {
  const felix = (spec: string): string =>
    `apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: {name: default}\nspec: {${spec}}\n---\n`
  const floating = pod('a', 'node1', `cni.projectcalico.org/floatingIPs: '["10.0.0.1"]'`)
  expect(told(settled(nodes('node1') + felix('nftablesMode: Enabled, bpfEnabled: false') + floating, 'calico'))).toEqual([
    'calico-not-modelled nftablesMode "Enabled"',
    'calico-not-modelled cni.projectcalico.org/floatingIPs',
  ])
  expect(told(settled(nodes('node1') + felix('nftablesMode: Auto') + pod('a', 'node1'), 'calico'))).toEqual([])
})

describe('blocks and addresses', () => {
  test('a node begins where Go puts it; the tunnel device has the first address', () => {
    const { cluster } = settled(nodes('node1', 'node2') + pod('a', 'node1') + pod('b', 'node1') + pod('c', 'node2'), 'calico-vxlan')
    expect(cluster.calico?.blocks.map((one) => `${one.cidr} ${one.node}`)).toEqual(['10.244.166.128/26 node1', '10.244.104.0/26 node2'])
    expect(cluster.calico?.tunnels.get('node1')).toEqual({ vxlan: '10.244.166.128' })
    expect(cluster.pods.map((one) => one.podIPs[0])).toEqual(['10.244.166.129', '10.244.166.130', '10.244.104.1'])
  })

  test('a full block is followed by the next one, and a full pool by single addresses of others', () => {
    const small = pool('p', 'cidr: 10.9.0.0/29, blockSize: 30')
    const many = Array.from({ length: 7 }, (_, i) => pod(`p${i}`, 'node1')).join('')
    const one = settled(nodes('node1', 'node2') + small + pod('other', 'node2') + many)
    const { calico } = one.cluster
    expect(calico?.blocks.map(({ cidr, node }) => `${cidr} ${node}`).sort()).toEqual(['10.9.0.0/30 node2', '10.9.0.4/30 node1'])
    expect(calico?.borrowed).toHaveLength(3)
    expect(new Set(Object.values(ips(one))).size).toBe(8)
    const full = settled(nodes('node1') + pool('p', 'cidr: 10.9.0.0/32, blockSize: 32') + pod('a', 'node1') + pod('b', 'node1'))
    expect(ips(full)).toEqual({ a: '10.9.0.0', b: 'Pending' })
    expect(told(full)).toEqual([
      'pod-sandbox plugin type="calico" failed (add): failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No IPs available in pools: [10.9.0.0/32]',
    ])
  })

  test('what a running cluster says is kept: status.podIP, BlockAffinity, the annotation of the tunnel', () => {
    const affinity =
      'apiVersion: crd.projectcalico.org/v1\nkind: BlockAffinity\nmetadata: {name: x}\nspec: {cidr: 10.244.7.64/26, node: node1, state: confirmed}\n---\n'
    const node =
      'apiVersion: v1\nkind: Node\nmetadata: {name: node2, annotations: {projectcalico.org/IPv4IPIPTunnelAddr: 10.244.2.1}}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.12}]}\n---\n'
    const given =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {nodeName: node2, containers: [{name: c, image: nginx}]}\nstatus: {podIP: 10.244.2.9}\n---\n'
    const one = settled(nodes('node1') + node + affinity + given + pod('a', 'node1') + pod('c', 'node2'), 'calico-ipip')
    expect(one.cluster.calico?.tunnels.get('node2')).toEqual({ ipip: '10.244.2.1' })
    expect(ips(one)).toEqual({ b: '10.244.2.9', a: '10.244.7.65', c: '10.244.2.0' })
  })

  const ipamConfig = (spec: string): string =>
    `apiVersion: projectcalico.org/v3\nkind: IPAMConfiguration\nmetadata: {name: default}\nspec: {${spec}}\n---\n`

  test('strictAffinity: no address out of the blocks of others, nor a fixed one there', () => {
    const small = pool('p', 'cidr: 10.9.0.0/31, blockSize: 32') + ipamConfig('strictAffinity: true')
    const asks = pod('asks', 'node2', fixed('["10.9.0.0"]'))
    const one = settled(nodes('node1', 'node2') + small + pod('a', 'node1') + pod('b', 'node1') + pod('c', 'node2') + asks)
    expect(ips(one)).toEqual({ a: '10.9.0.0', b: '10.9.0.1', c: 'Pending', asks: 'Pending' })
    expect(told(one)).toEqual([
      'pod-sandbox plugin type="calico" failed (add): failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No more free affine blocks and strict affinity enabled',
      'pod-sandbox plugin type="calico" failed (add): error getting IP from IPAM: Block host affinity does not match',
    ])
  })

  test('maxBlocksPerHost', () => {
    const three = pod('a', 'node1') + pod('b', 'node1') + pod('c', 'node1')
    const one = settled(nodes('node1') + pool('p', 'cidr: 10.9.0.0/24, blockSize: 32') + ipamConfig('maxBlocksPerHost: 2') + three)
    expect(ips(one)['c']).toBe('Pending')
    expect(told(one)).toEqual(['pod-sandbox plugin type="calico" failed (add): cannot allocate new block due to per host block limit'])
  })

  test('nodeSelector of a pool; a Pod that asks for the pool gets it on any node', () => {
    const two =
      pool('east', 'cidr: 10.1.0.0/24, nodeSelector: "kubernetes.io/hostname == \'node1\'"') +
      pool('far', 'cidr: 10.2.0.0/24, nodeSelector: "!all()"')
    const named = pod('c', 'node2', `cni.projectcalico.org/ipv4pools: '["east"]'`)
    const one = settled(nodes('node1', 'node2') + two + pod('a', 'node1') + pod('b', 'node2') + named)
    expect([ips(one)['a']?.slice(0, 5), ips(one)['b'], ips(one)['c']?.slice(0, 5)]).toEqual(['10.1.', 'Pending', '10.1.'])
    expect(told(one)).toEqual(['pod-sandbox plugin type="calico" failed (add): no configured Calico pools for node node2'])
  })

  test('no enabled pool at all', () => {
    expect(told(settled(nodes('node1') + pool('p', 'cidr: 10.1.0.0/24, disabled: true') + pod('a', 'node1')))).toEqual([
      'pod-sandbox plugin type="calico" failed (add): cannot find a qualified ippool',
    ])
  })

  test("pools by annotation of the namespace; the Pod's own comes first, and what is no pool fails", () => {
    const space = `apiVersion: v1\nkind: Namespace\nmetadata: {name: default, annotations: {cni.projectcalico.org/ipv4pools: '["west"]'}}\n---\n`
    const two = pool('east', 'cidr: 10.1.0.0/24') + pool('west', 'cidr: 10.2.0.0/24') + pool('spare', 'cidr: 10.3.0.0/24, disabled: true')
    const own = (name: string, value: string): string => pod(name, 'node1', `cni.projectcalico.org/ipv4pools: '${value}'`)
    const wrong = own('c', '["nosuch"]') + own('d', '["10.3.0.0/24"]') + own('e', 'east')
    const one = settled(nodes('node1') + space + two + pod('a', 'node1') + own('b', '["10.1.0.0/24"]') + wrong)
    expect(Object.values(ips(one)).map((ip) => ip.slice(0, 5))).toEqual(['10.2.', '10.1.', 'Pendi', 'Pendi', 'Pendi'])
    expect(told(one)).toEqual([
      'pod-sandbox plugin type="calico" failed (add): error parsing pool "nosuch": invalid CIDR address: nosuch',
      'pod-sandbox plugin type="calico" failed (add): the given pool (10.3.0.0/24) does not exist, or is not enabled',
      'pod-sandbox plugin type="calico" failed (add): invalid character \'e\' looking for beginning of value',
    ])
  })

  test('pools of both families: an address of each, blocks of /122 where Go puts them', () => {
    const two = pool('four', 'cidr: 10.244.0.0/16') + pool('six', 'cidr: "fd00:10:244::/64"')
    const one = settled(nodes('node1') + two + pod('a', 'node1') + pod('b', 'node1'))
    // block 13588661266676378 of 2^58, as the test of go-rand has it
    expect(one.cluster.pods.map((p) => p.podIPs)).toEqual([
      ['10.244.166.128', 'fd00:10:244:0:c11:b42f:f17e:a680'],
      ['10.244.166.129', 'fd00:10:244:0:c11:b42f:f17e:a681'],
    ])
    const both = pod('c', 'node1', fixed('["10.244.0.9","fd00:10:244::9"]'))
    expect(settled(nodes('node1') + two + both).cluster.pods.map((p) => p.podIPs)).toEqual([['10.244.0.9', 'fd00:10:244::9']])
  })

  test('pools by annotation', () => {
    const two = pool('east', 'cidr: 10.1.0.0/24') + pool('west', 'cidr: 10.2.0.0/24')
    const one = settled(nodes('node1') + two + pod('a', 'node1') + pod('b', 'node1', `cni.projectcalico.org/ipv4pools: '["west"]'`))
    expect(Object.values(ips(one)).map((ip) => ip.slice(0, 5))).toEqual(['10.1.', '10.2.'])
  })
})

describe('a fixed address', () => {
  const lab = (...more: readonly string[]): string => nodes('node1', 'node2') + pool('p', 'cidr: 10.244.0.0/16') + more.join('')

  test.each([
    ['a Pod', pod('asks', 'node1', fixed('["10.9.9.9"]')), 'metadata.annotations["cni.projectcalico.org/ipAddrs"]'],
    [
      'a template',
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}, annotations: {${fixed('ten')}}}\n    spec: {containers: [{name: c, image: nginx}]}\n---\n`,
      'spec.template.metadata.annotations["cni.projectcalico.org/ipAddrs"]',
    ],
  ])('its problem is shown where it stands: %s', (_name, text, field) => {
    expect(settled(lab(text)).problems.map((p) => p.where?.field)).toEqual([field])
  })

  test('ipAddrsNoIpam is a feature that is off', () => {
    const noIpam = `cni.projectcalico.org/ipAddrsNoIpam: '["10.0.0.1"]'`
    const one = settled(lab(pod('a', 'node1', noIpam), pod('b', 'node1', `${noIpam}, ${fixed('["10.244.0.9"]')}`)))
    expect(told(one)).toEqual([
      'pod-sandbox plugin type="calico" failed (add): requested feature is not enabled: ip_addrs_no_ipam',
      "pod-sandbox plugin type=\"calico\" failed (add): can't have both annotations: 'ipAddrs' and 'ipAddrsNoIpam' in use at the same time",
    ])
  })

  test.each<[name: string, value: string, ip: string, problems: readonly string[]]>([
    ['free, in no block yet', '["10.244.0.10"]', '10.244.0.10', []],
    [
      'outside every pool',
      '["10.9.9.9"]',
      'Pending',
      ['pod-sandbox plugin type="calico" failed (add): error getting IP from IPAM: The provided IP address is not in a configured pool'],
    ],
    [
      'taken',
      '["10.244.166.128"]',
      'Pending',
      ['pod-sandbox plugin type="calico" failed (add): error getting IP from IPAM: resource already exists: 10.244.166.128'],
    ],
    [
      'no JSON',
      '10.244.0.10',
      'Pending',
      [
        `pod-sandbox plugin type="calico" failed (add): failed to parse IPs 10.244.0.10 for annotation "cni.projectcalico.org/ipAddrs": failed to parse '10.244.0.10' as JSON: invalid character '.' after top-level value`,
      ],
    ],
    ['no address', '["ten"]', 'Pending', ['pod-sandbox plugin type="calico" failed (add): invalid IP format: ten']],
    [
      'an empty list',
      '[]',
      'Pending',
      ['pod-sandbox plugin type="calico" failed (add): annotation "cni.projectcalico.org/ipAddrs" specified but empty'],
    ],
    [
      'two of a family',
      '["10.244.0.1","10.244.0.2"]',
      'Pending',
      [
        'pod-sandbox plugin type="calico" failed (add): cannot have more than one IPv4 address for "cni.projectcalico.org/ipAddrs" annotation',
      ],
    ],
  ])('%s', (_name, value, ip, problems) => {
    const one = settled(lab(pod('first', 'node1'), pod('asks', 'node1', fixed(value))))
    expect(ips(one)).toEqual({ first: '10.244.166.128', asks: ip })
    expect(told(one)).toEqual(problems)
  })

  test('in a block of another node it is borrowed', () => {
    const one = settled(lab(pod('first', 'node1'), pod('asks', 'node2', fixed('["10.244.166.140"]'))))
    expect(one.cluster.calico?.borrowed.map(({ address, node }) => `${address} ${node}`)).toEqual(['10.244.166.140 node2'])
  })

  test('two replicas with one address: the second fails', () => {
    const deployment = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  replicas: 2\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}, annotations: {${fixed('["10.244.0.10"]')}}}\n    spec: {containers: [{name: c, image: nginx}]}\n---\n`
    const one = settled(lab(deployment))
    expect(Object.values(ips(one)).sort()).toEqual(['10.244.0.10', 'Pending'])
  })

  test('other plugins: Canal refuses, flannel does not read it', () => {
    const text = nodes('node1') + pod('asks', 'node1', fixed('["10.244.0.10"]'))
    const canal = settled(text, 'canal')
    expect([ips(canal), told(canal)]).toEqual([
      { asks: 'Pending' },
      ['pod-sandbox plugin type="calico" failed (add): ipAddrs is not compatible with configured IPAM: host-local'],
    ])
    const flannel = settled(text, 'flannel')
    expect([ips(flannel), told(flannel)]).toEqual([{ asks: '10.244.0.2' }, ['fixed-ip-ignored']])
  })
})

describe('bad pools', () => {
  test.each([
    ['not a net', pool('p', 'cidr: 10.0.0.0'), /must be a valid subnet/],
    ['overlap', pool('a', 'cidr: 10.0.0.0/8') + pool('b', 'cidr: 10.244.0.0/16'), /CIDR overlaps with IPPool\(a\) CIDR 10.0.0.0\/8/],
    ['smaller than a block', pool('p', 'cidr: 10.0.0.0/27'), /too small/],
    ['block size', pool('p', 'cidr: 10.0.0.0/16, blockSize: 33'), /between 20 and 32/],
    ['host bits', pool('p', 'cidr: 10.0.0.5/16'), /not strictly masked/],
    ['link local', pool('p', 'cidr: 169.254.0.0/16'), /overlaps with IPv4 Link Local range 169.254.0.0\/16/],
    [
      'a mode',
      pool('p', 'cidr: 10.0.0.0/16, ipipMode: Sometimes'),
      /Unsupported value: "Sometimes": supported values: "Always", "CrossSubnet", "Never"/,
    ],
    ['a type', pool('p', 'cidr: 10.0.0.0/16, natOutgoing: "yes"'), /spec.natOutgoing in body must be of type boolean: "string"/],
    ['an unknown field', pool('p', 'cidr: 10.0.0.0/16, ippMode: x'), /unknown field "spec.ippMode"/],
    ['a selector', pool('p', 'cidr: 10.0.0.0/16, nodeSelector: rack'), /NodeSelector = 'rack'/],
    ['IPIP of IPv6', pool('p', 'cidr: "fd00::/64", ipipMode: Always'), /IPIPMode other than 'Never' is not supported on an IPv6 IP pool/],
    ['block size of IPv6', pool('p', 'cidr: "fd00::/64", blockSize: 64'), /between 116 and 128 for IPv6/],
    ['both encapsulations', pool('p', 'cidr: 10.0.0.0/16, ipipMode: Always, vxlanMode: Always'), /cannot both be enabled/],
  ])('%s', (_name, text, wanted) => {
    const one = settled(nodes('node1') + text)
    expect(one.problems.find((p) => p.code === 'api')?.params['text']).toMatch(wanted)
  })
})
