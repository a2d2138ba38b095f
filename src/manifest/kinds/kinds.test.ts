import { describe, expect, test } from 'vitest'
import { readManifests } from '../read.ts'

const read = (text: string) => readManifests([{ name: 'a.yaml', text }])
const only = (text: string) => {
  const { objects, problems } = read(text)
  expect(problems).toEqual([])
  expect(objects).toHaveLength(1)
  return objects[0]?.is
}
const told = (text: string): readonly string[] =>
  read(text).problems.map(
    (p) =>
      `${p.severity === 'error' ? '' : `${p.severity} `}${p.where?.field}: ${p.params['text'] ?? `${p.code} ${Object.values(p.params).join(' ')}`.trim()}`,
  )

const pod = (spec: string, status = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: ${spec}\n${status === '' ? '' : `status: ${status}\n`}`
const container = '{name: c, image: nginx}'
const deployment = (spec: string, kind = 'Deployment') => `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: web}\nspec: ${spec}\n`
const TEMPLATE = `selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [${container}]}}`

describe('Pod', () => {
  test('defaults', () => {
    expect(
      only(pod(`{containers: [{name: c, image: nginx, ports: [{containerPort: 80}], readinessProbe: {httpGet: {port: http}}}]}`)),
    ).toEqual({
      spec: {
        containers: [
          {
            name: 'c',
            image: 'nginx',
            ports: [{ name: '', containerPort: 80, hostPort: 0, protocol: 'TCP' }],
            env: [],
            readinessProbe: { kind: 'httpGet', port: 'http', path: '/' },
          },
        ],
        hostNetwork: false,
        dnsPolicy: 'ClusterFirst',
        nodeSelector: {},
        enableServiceLinks: true,
      },
      status: { podIPs: [] },
    })
  })

  test('status, as a running cluster has it', () => {
    expect(
      only(
        pod(
          `{containers: [${container}], nodeName: n1}`,
          '{phase: Running, hostIP: 10.0.0.1, podIP: 10.244.1.2, podIPs: [{ip: 10.244.1.2}, {ip: "fd00::2"}], conditions: [{type: Ready, status: "False"}], containerStatuses: [{x: 1}]}',
        ),
      ),
    ).toMatchObject({
      spec: { nodeName: 'n1' },
      status: { podIPs: ['10.244.1.2', 'fd00::2'], hostIP: '10.0.0.1', phase: 'Running', ready: false },
    })
  })

  test('with hostNetwork a port is its own host port', () => {
    expect(only(pod('{hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}'))).toMatchObject({
      spec: { containers: [{ ports: [{ hostPort: 80 }] }] },
    })
  })

  test.each([
    ['{}', 'spec.containers: Required value'],
    ['{containers: []}', 'spec.containers: Required value'],
    ['{containers: [{name: c}]}', 'spec.containers[0].image: Required value'],
    ['{containers: [{image: i}]}', 'spec.containers[0].name: Required value'],
    [`{containers: [${container}, ${container}]}`, 'spec.containers[1].name: Duplicate value: "c"'],
    ['{containers: [{name: c, image: i, ports: [{}]}]}', 'spec.containers[0].ports[0].containerPort: Required value'],
    [
      '{containers: [{name: c, image: i, ports: [{containerPort: 70000}]}]}',
      'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
    [
      '{containers: [{name: c, image: i, ports: [{containerPort: 80, name: "1"}]}]}',
      'spec.containers[0].ports[0].name: Invalid value: "1": must contain at least one letter (a-z)',
    ],
    [
      '{containers: [{name: c, image: i, ports: [{containerPort: 80, name: a}, {containerPort: 81, name: a}]}]}',
      'spec.containers[0].ports[1].name: Duplicate value: "a"',
    ],
    [
      '{hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 81}]}]}',
      'spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
    ],
    [
      '{containers: [{name: c, image: i, readinessProbe: {periodSeconds: 1}}]}',
      'spec.containers[0].readinessProbe: Required value: must specify a handler type',
    ],
    ['{containers: [{name: c, image: i, env: [{name: X, value: 8080}]}]}', 'spec.containers[0].env[0].value: type-quote 8080'],
    [
      `{dnsPolicy: Foo, containers: [${container}]}`,
      'spec.dnsPolicy: Unsupported value: "Foo": supported values: "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"',
    ],
    [`{dnsPolicy: None, containers: [${container}]}`, 'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
  ])('%s', (spec, want) => {
    expect(told(pod(spec))).toEqual([want])
  })
})

describe('workloads', () => {
  test('one replica unless told', () => {
    expect(only(deployment(`{${TEMPLATE}}`))).toMatchObject({
      replicas: 1,
      selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
      template: { labels: { app: 'web' } },
    })
    expect(only(deployment(`{replicas: 0, ${TEMPLATE}}`))).toMatchObject({ replicas: 0 })
    expect(only(deployment(`{serviceName: s, volumeClaimTemplates: [], ${TEMPLATE}}`, 'StatefulSet'))).toMatchObject({ serviceName: 's' })
  })

  test.each([
    [`{replicas: -1, ${TEMPLATE}}`, ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
    [`{replicas: two, ${TEMPLATE}}`, ['spec.replicas: type-int "two"']],
    ['{}', ['spec.selector: Required value', 'spec.template.spec.containers: Required value']],
    [
      `{selector: {}, template: {metadata: {labels: {a: b}}, spec: {containers: [${container}]}}}`,
      [
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment',
      ],
    ],
    [
      `{selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: wev, b: c}}, spec: {containers: [${container}]}}}`,
      [
        'spec.template.metadata.labels: Invalid value: map[string]string{"app":"wev", "b":"c"}: `selector` does not match template `labels`',
      ],
    ],
    [
      `{selector: {matchExpressions: [{key: app, operator: In}]}, template: {metadata: {labels: {app: web}}, spec: {containers: [${container}]}}}`,
      [
        "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
  ])('%s', (spec, want) => {
    expect(told(deployment(spec))).toEqual(want)
  })

  test.each([
    ['{key: app, operator: In, values: [a, web]}', true],
    ['{key: app, operator: NotIn, values: [a]}', true],
    ['{key: app, operator: Exists}', true],
    ['{key: app, operator: DoesNotExist}', false],
    ['{key: tier, operator: DoesNotExist}', true],
    ['{key: tier, operator: NotIn, values: [web]}', true],
    ['{key: app, operator: In, values: [a]}', false],
  ])('template labels and %s', (expression, fits) => {
    const spec = `{selector: {matchExpressions: [${expression}]}, template: {metadata: {labels: {app: web}}, spec: {containers: [${container}]}}}`
    expect(told(deployment(spec))).toHaveLength(fits ? 0 : 1)
  })
})

describe('EndpointSlice and Endpoints', () => {
  const slice = (rest: string) => `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web-x}\n${rest}\n`
  const endpoints = (subsets: string) => `apiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\nsubsets: ${subsets}\n`

  test('conditions that are not told stay untold', () => {
    expect(
      only(
        slice(
          'addressType: IPv4\nports: [{port: 80}]\nendpoints: [{addresses: [10.0.0.1]}, {addresses: [10.0.0.2], conditions: {ready: false, serving: true, terminating: null}, nodeName: n1}]',
        ),
      ),
    ).toEqual({
      addressType: 'IPv4',
      ports: [{ name: '', protocol: 'TCP', port: 80 }],
      endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'], ready: false, serving: true, nodeName: 'n1' }],
    })
  })

  test.each([
    [slice('endpoints: []'), 'addressType: Required value'],
    [slice('addressType: IPv5'), 'addressType: Unsupported value: "IPv5": supported values: "FQDN", "IPv4", "IPv6"'],
    [slice('addressType: IPv4\nendpoints: [{addresses: []}]'), 'endpoints[0].addresses: Required value'],
    [
      slice('addressType: IPv4\nendpoints: [{addresses: ["fd00::1"]}]'),
      'endpoints[0].addresses[0]: Invalid value: "fd00::1": must be a valid IPv4 address',
    ],
    [
      slice('addressType: IPv4\nendpoints: [{addresses: [127.0.0.1]}]'),
      'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
    [slice('addressType: IPv4\nports: [{name: a}, {name: a}]'), 'ports[1].name: Duplicate value: "a"'],
    [endpoints('[{ports: [{port: 80}]}]'), 'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`'],
    [
      endpoints('[{addresses: [{ip: x}]}]'),
      'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [endpoints('[{addresses: [{ip: 1.2.3.4}], ports: [{port: 80, name: a}, {port: 81}]}]'), 'subsets[0].ports[1].name: Required value'],
  ])('%j', (text, want) => {
    expect(told(text)).toEqual([want])
  })
})

describe('Node, Namespace, ConfigMap', () => {
  const node = (spec: string) => `apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nspec: ${spec}\n`
  test('podCIDR alone is podCIDRs', () => {
    expect(only(node('{podCIDR: 10.244.1.0/24, taints: [{key: a, effect: NoSchedule}], unschedulable: true}'))).toEqual({
      podCIDRs: ['10.244.1.0/24'],
      addresses: [],
      unschedulable: true,
      taints: [{ key: 'a', effect: 'NoSchedule' }],
    })
  })
  test.each([
    [
      node('{podCIDR: 10.244.1.0}'),
      'spec.podCIDRs[0]: Invalid value: "10.244.1.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
    [
      node('{podCIDRs: [10.244.1.0/24, 10.244.2.0/24]}'),
      'spec.podCIDRs: Invalid value: []string{"10.244.1.0/24", "10.244.2.0/24"}: may specify no more than one CIDR for each IP family',
    ],
    ['apiVersion: v1\nkind: Namespace\nmetadata: {}\n', 'metadata.name: Required value: name or generateName is required'],
    ['apiVersion: v1\nkind: Namespace\nmetadata: {name: a.b}\n', 'metadata.name: Invalid value: "a.b": must not contain dots'],
    ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {port: 80}\n', 'data.port: type-quote 80'],
  ])('%j', (text, want) => {
    expect(told(text)).toEqual([want])
  })
})

test.each([
  ['{type: InternalIP, address: 10.0.0.999}', ['4:50 error not-ip']],
  ['{type: InternalIP}', ['4:22 error not-ip']],
  ['{type: ExternalIP, address: node.example.org}', ['4:50 error not-ip']],
  ['{type: Hostname, address: node-1}', []],
  ['{type: InternalIP, address: "fd00::1"}', []],
])('an address of a Node: %s', (address, want) => {
  const text = `apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nstatus: {addresses: [${address}]}\n`
  expect(
    readManifests([{ name: 'a.yaml', text }]).problems.map((p) => `${p.where?.line}:${p.where?.column} ${p.severity} ${p.code}`),
  ).toEqual(want)
})

describe('configuration of programs', () => {
  const proxy = (rest: string) => `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${rest}\n`
  test("kube-proxy's defaults", () => {
    expect(only(proxy('mode: ""\niptables: {masqueradeBit: null}'))).toEqual({
      mode: 'iptables',
      hostnameOverride: '',
      clusterCIDR: '',
      detectLocalMode: 'ClusterCIDR',
      detectLocal: { bridgeInterface: '', interfaceNamePrefix: '' },
      nodePortAddresses: [],
      iptables: { masqueradeBit: 14, masqueradeAll: false, localhostNodePorts: true },
      ipvs: { scheduler: 'rr', strictARP: false, excludeCIDRs: [] },
      nftables: { masqueradeBit: 14, masqueradeAll: false },
    })
  })
  test.each([
    ['mode: ipvz', 'mode: one-of "ipvz" iptables, ipvs, nftables, userspace'],
    ['clusterCIDR: 10.244.0.0/16,x', 'clusterCIDR: not-cidr "x"'],
    ['iptables: {masqueradeBit: 32}', 'iptables.masqueradeBit: range 32 0 31'],
    ['nodePortAddresses: [primary, 10.0.0.0]', 'nodePortAddresses[1]: not-cidr "10.0.0.0"'],
  ])('%s', (rest, want) => {
    expect(told(proxy(rest))).toEqual([want])
  })

  test('kubeadm', () => {
    expect(
      only(
        'apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nkubernetesVersion: v1.30.0\nnetworking: {podSubnet: "10.244.0.0/16,fd00:10::/56"}\n',
      ),
    ).toEqual({
      podSubnets: ['10.244.0.0/16', 'fd00:10::/56'],
      serviceSubnets: [],
      dnsDomain: 'cluster.local',
    })
  })
})

describe('Lab', () => {
  const lab = (spec: string) => `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nspec: ${spec}\n`
  test('all of it', () => {
    const spec = `{v: 1, seed: 7, cni: flannel,
      nodes: [{name: n1, addresses: [10.0.0.1], interfaces: [{name: eth0, addresses: [10.0.0.1/24]}], sysctls: {net.ipv4.ip_forward: 0, net/ipv4/conf/eth0.1/rp_filter: 1}, iptablesRandomFully: false, iptables: legacy}, {name: n2}],
      hosts: [{name: r, addresses: [1.1.1.1], gateway: 1.1.1.254, listen: [8080, 53/udp], dns: [{name: a.b, value: "fd00::1"}]}],
      pods: [{name: default/web-*, listen: [80], ready: false, answers: hi}, {name: default/a}],
      probes: [{from: default/a, to: "http://web", sport: 40000, cold: true}], generate: [{services: 10}],
      dumps: [{node: n1, file: n1.txt, table: nat, family: IPv6}, {text: "*nat"}]}`
    expect(only(lab(spec))).toEqual({
      seed: 7,
      loadBalancers: [],
      timeline: [],
      cni: 'flannel',
      nodes: [
        {
          name: 'n1',
          addresses: ['10.0.0.1'],
          interfaces: [{ name: 'eth0', addresses: ['10.0.0.1/24'] }],
          sysctls: { 'net/ipv4/ip_forward': 0, 'net/ipv4/conf/eth0.1/rp_filter': 1 },
          iptablesRandomFully: false,
          iptables: 'legacy',
        },
        { name: 'n2', addresses: [], sysctls: {}, iptablesRandomFully: true, iptables: 'legacy' },
      ],
      hosts: [
        {
          name: 'r',
          addresses: ['1.1.1.1'],
          gateway: '1.1.1.254',
          listen: ['8080', '53/UDP'],
          dns: [{ name: 'a.b', type: 'AAAA', value: 'fd00::1' }],
        },
      ],
      pods: [{ name: 'default/web-*', listen: ['80'], ready: false, answers: 'hi' }, { name: 'default/a' }],
      probes: [{ from: 'default/a', to: 'http://web', sport: 40000, cold: true }],
      generate: [{ services: 10, endpoints: 1, namespace: 'default' }],
      dumps: [{ node: 'n1', file: 'n1.txt', table: 'nat', family: 6 }, { text: '*nat' }],
      blocks: [],
    })
  })

  test('what is not modelled is said aloud', () => {
    expect([...told(lab('{underlay: {mtu: 1450}, faults: [], colour: red}'))].sort()).toEqual([
      'warning spec.colour: unknown-field spec.colour',
      'warning spec.faults: not-modelled spec.faults',
    ])
  })

  test.each([
    ['{v: 2}', 'spec.v: lab-version 2'],
    ['{nodes: [{addresses: []}]}', 'spec.nodes[0].name: required'],
    ['{nodes: [{name: a, iptables: old}]}', 'spec.nodes[0].iptables: one-of "old" legacy, nft'],
    ['{underlay: {blocks: [4789/udp, 70000/tcp]}}', 'spec.underlay.blocks[1]: one-of "70000/tcp" ipip, icmp, tcp, udp, PORT/tcp, PORT/udp'],
    ['{hosts: [{name: a, addresses: [x]}]}', 'spec.hosts[0].addresses[0]: not-ip "x"'],
    ['{pods: [{name: web}]}', 'spec.pods[0].name: not-pod-name "web"'],
    ['{pods: [{name: a/b, listen: [99999]}]}', 'spec.pods[0].listen[0]: not-listen 99999'],
    ['{generate: [{services: 1000000}]}', 'spec.generate[0].services: range 1000000 0 50000'],
  ])('%s', (spec, want) => {
    expect(told(lab(spec))).toEqual([want])
  })
})
